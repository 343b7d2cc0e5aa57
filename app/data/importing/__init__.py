"""Candles out of other programs' files: what a file seems to hold, what is wrong with it, and how it is kept."""
