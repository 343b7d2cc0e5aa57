"""Cases run by backtesting.py, a program of its own under the AGPL; see jobs.py."""

from __future__ import annotations

import warnings
from typing import Any

import backtesting
import pandas as pd
from jobs import Case, Job, serve, wanted_side


def run(job: Job, case: Case) -> dict[str, Any]:
    """Return the trades and the equity of a case."""
    units = int(job["units"])

    class Follower(backtesting.Strategy):
        def init(self) -> None:
            pass

        def next(self) -> None:
            side = (self.position.size > 0) - (self.position.size < 0)
            target = wanted_side(side, case, len(self.data) - 1)
            if target != side:
                size = units * (target - side)
                (self.buy if size > 0 else self.sell)(size=abs(size))

    columns = job["columns"]
    frame = pd.DataFrame({name.title(): columns[name] for name in ("open", "high", "low", "close", "volume")})
    frame.index = pd.to_datetime(columns["time"], unit="ms")
    test = backtesting.Backtest(frame, Follower, cash=job["capital"], commission=job["fee"])
    figures = test.run()
    trades = [
        [1 if row.Size > 0 else -1, row.EntryBar, row.ExitBar, row.EntryPrice, row.ExitPrice, row.PnL]
        for row in figures["_trades"].sort_values("EntryBar").itertuples()
    ]
    return {"trades": trades, "equity": figures["_equity_curve"]["Equity"].tolist()}


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    serve(run)
