"""The version of what a backtest means."""

# Raised by every change that can change a result; stored with every run (rule 20).
ENGINE_VERSION = 2
