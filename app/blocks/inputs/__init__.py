"""Inputs: what a strategy looks at, straight from the market, the clock or the trader."""
