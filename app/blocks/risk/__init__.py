"""Risk: how much is traded, and what ends a trade besides a signal."""
