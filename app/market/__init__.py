"""What a market looks like: instruments, timeframes and candles as plain values."""
