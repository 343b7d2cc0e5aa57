"""Comparison: numbers in, true, false or unknown out."""
