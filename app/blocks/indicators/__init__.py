"""Indicators: what prices and volumes have been doing."""
