"""Candles out of other programs' files: what a file seems to hold, what is wrong with it, and into the cache it goes."""
