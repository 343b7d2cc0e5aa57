"""Maths: sums, differences and earlier values of series."""
