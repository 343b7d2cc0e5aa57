"""Backtrader: a strategy class on its own indicators, with bracket orders.

Stop and target are measured from the close that decides and rest from the bar after the entry on. Sizes leave a
little room, because an order that costs more than the cash at the open is refused.
"""

from __future__ import annotations

from typing import Any

from benchmarks.candles import Columns
from benchmarks.engines import CAPITAL, FAST, FEE, RSI, RSI_LIMIT, SLOW, STOP, TARGET, Backtest

ROOM = 1.0012


def prepare(columns: Columns, step_ms: int) -> Backtest:
    """Return a backtest with `Cerebro.run`."""
    import backtrader as bt
    import pandas as pd

    class Reference(bt.Strategy):
        def __init__(self) -> None:
            close = self.data.close
            self.crossed = bt.ind.CrossOver(bt.ind.EMA(close, period=FAST), bt.ind.EMA(close, period=SLOW))
            self.rsi = bt.ind.RSI(close, period=RSI, safediv=True)
            self.bracket: list[Any] = []
            self.closed = 0

        def notify_trade(self, trade: Any) -> None:
            self.closed += trade.isclosed

        def next(self) -> None:
            if self.crossed[0] > 0 and self.rsi[0] < RSI_LIMIT and not self.position:
                price = self.data.close[0]
                self.bracket = self.buy_bracket(
                    size=self.broker.getcash() / (price * ROOM),
                    exectype=bt.Order.Market,
                    stopprice=price * (1.0 - STOP),
                    limitprice=price * (1.0 + TARGET),
                )
            elif self.crossed[0] < 0 and self.position:
                self.cancel(self.bracket[1])  # and with it the target
                self.close()

    names = ("open", "high", "low", "close", "volume")
    frame = pd.DataFrame({name: columns[name] for name in names}, index=pd.to_datetime(columns["time"], unit="ms"))

    def run() -> tuple[int, float]:
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame))
        cerebro.addstrategy(Reference)
        cerebro.broker.setcash(CAPITAL)
        cerebro.broker.setcommission(commission=FEE)
        cerebro.addanalyzer(bt.analyzers.DrawDown, _name="drawdown")
        cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
        strategy = cerebro.run()[0]
        for analyzer in strategy.analyzers:
            analyzer.get_analysis()
        return strategy.closed, float(cerebro.broker.getvalue())

    return run
