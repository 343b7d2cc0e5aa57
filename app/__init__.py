"""Blockbuilders: draw a trading strategy from blocks, backtest it on this computer, see why each trade happened."""
