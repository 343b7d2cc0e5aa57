"""Everything kept on disk or brought in from outside: candle files and the sample market."""
