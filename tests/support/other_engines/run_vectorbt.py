"""Cases run by vectorbt, a program of its own under Apache 2.0 with the Commons Clause; see jobs.py.

It decides and fills on the same bar, so the signals it gets are those of the bar before, and it fills at the open.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import vectorbt
from jobs import ORDERS, Case, Job, serve


def run(job: Job, case: Case) -> dict[str, Any]:
    """Return the trades and the equity of a case."""
    columns = job["columns"]
    enter_long, exit_long, enter_short, exit_short = (_a_bar_later(case[name]) for name in ORDERS)
    both = enter_long & enter_short
    portfolio = vectorbt.Portfolio.from_signals(
        pd.Series(columns["close"]),
        entries=pd.Series(enter_long & ~both & ~exit_long),
        exits=pd.Series(exit_long),
        short_entries=pd.Series(enter_short & ~both & ~exit_short),
        short_exits=pd.Series(exit_short),
        price=pd.Series(columns["open"]),
        size=job["units"],
        size_type="amount",
        fees=job["fee"],
        init_cash=job["capital"],
        upon_opposite_entry="reverse",
        upon_dir_conflict="opposite",
    )
    records = portfolio.trades.records
    closed = records[records["status"] == 1].sort_values("entry_idx")
    trades = [
        [1 if row.direction == 0 else -1, row.entry_idx, row.exit_idx, row.entry_price, row.exit_price, row.pnl]
        for row in closed.itertuples()
    ]
    return {"trades": trades, "equity": portfolio.value().tolist()}


def _a_bar_later(signal: list[int]) -> np.ndarray:
    return np.concatenate(([False], np.array(signal[:-1]) == 1))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    serve(run)
