"""backtesting.py: a strategy class on indicators from TA-Lib.

Stop and target go with the order, so they are measured from the close that decides, not from the fill. Units are
whole numbers there: prices are given in millionths.
"""

from __future__ import annotations

import logging
import warnings

from benchmarks.candles import Columns
from benchmarks.engines import CAPITAL, FAST, FEE, RSI, RSI_LIMIT, SLOW, STOP, TARGET, Backtest


def prepare(columns: Columns, step_ms: int) -> Backtest:
    """Return a backtest with `Backtest.run`."""
    warnings.filterwarnings("ignore")
    logging.disable()
    import backtesting
    import pandas as pd
    import talib

    class Reference(backtesting.Strategy):
        def init(self) -> None:
            close = self.data.Close
            self.fast = self.I(talib.EMA, close, FAST, plot=False)
            self.slow = self.I(talib.EMA, close, SLOW, plot=False)
            self.rsi = self.I(talib.RSI, close, RSI, plot=False)

        def next(self) -> None:
            fast, slow = self.fast, self.slow
            if fast[-1] > slow[-1] and fast[-2] <= slow[-2]:
                if self.rsi[-1] < RSI_LIMIT and not self.position:
                    price = self.data.Close[-1]
                    self.buy(sl=price * (1.0 - STOP), tp=price * (1.0 + TARGET))
            elif fast[-1] < slow[-1] and fast[-2] >= slow[-2] and self.position:
                self.position.close()

    prices = {name.title(): columns[name] * 1e-6 for name in ("open", "high", "low", "close")}
    frame = pd.DataFrame({**prices, "Volume": columns["volume"]}, index=pd.to_datetime(columns["time"], unit="ms"))

    def run() -> tuple[int, float]:
        figures = backtesting.Backtest(frame, Reference, cash=CAPITAL, commission=FEE).run()
        return int(figures["# Trades"]), float(figures["Equity Final [$]"])

    return run
