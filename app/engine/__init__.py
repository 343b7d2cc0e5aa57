"""A strategy and candles in, trades, equity and metrics out. Knows no clock, disk or network."""
