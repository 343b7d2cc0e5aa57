"""vectorbt: `Portfolio.from_signals` on indicators from TA-Lib, with its numba or its Rust engine.

It does not watch stops on the entry bar, and where an open should fill an exit it looks at the stop first.
"""

from __future__ import annotations

import numpy as np

from benchmarks.candles import Columns
from benchmarks.engines import CAPITAL, FAST, FEE, RSI, RSI_LIMIT, SLOW, STOP, TARGET, Backtest


def prepare_numba(columns: Columns, step_ms: int) -> Backtest:
    """Return a backtest on the numba engine."""
    return _prepare(columns, step_ms, "numba")


def prepare_rust(columns: Columns, step_ms: int) -> Backtest:
    """Return a backtest on the Rust engine."""
    return _prepare(columns, step_ms, "rust")


def _prepare(columns: Columns, step_ms: int, engine: str) -> Backtest:
    import pandas as pd
    import talib
    import vectorbt

    vectorbt.settings["engine"] = engine
    moments = pd.to_datetime(columns["time"], unit="ms")
    prices = pd.DataFrame({name: columns[name] for name in ("open", "high", "low", "close")}, index=moments)

    def run() -> tuple[int, float]:
        close = prices["close"].to_numpy()
        fast, slow, rsi = talib.EMA(close, FAST), talib.EMA(close, SLOW), talib.RSI(close, RSI)
        above = (fast[1:] > slow[1:]) & (fast[:-1] <= slow[:-1]) & (rsi[1:] < RSI_LIMIT)
        below = (fast[1:] < slow[1:]) & (fast[:-1] >= slow[:-1])
        entries, exits = np.zeros(len(close), bool), np.zeros(len(close), bool)
        entries[2:], exits[2:] = above[:-1], below[:-1]  # orders fill one bar after the signal
        portfolio = vectorbt.Portfolio.from_signals(
            prices["close"],
            entries=pd.Series(entries, moments),
            exits=pd.Series(exits, moments),
            price=prices["open"],
            open=prices["open"],
            high=prices["high"],
            low=prices["low"],
            sl_stop=STOP,
            tp_stop=TARGET,
            stop_entry_price="fillprice",
            stop_exit_price="stopmarket",
            fees=FEE,
            init_cash=CAPITAL,
            freq=pd.Timedelta(step_ms, "ms"),
        )
        for figure in ("total_return", "annualized_return", "sharpe_ratio", "sortino_ratio", "max_drawdown"):
            getattr(portfolio, figure)()
        trades = portfolio.trades
        trades.win_rate(), trades.profit_factor()
        return int(trades.closed.count()), float(portfolio.final_value())

    return run
