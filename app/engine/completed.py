"""A completed run without the values of its blocks: what is stored, shown, judged and shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.assumptions import Assumptions
from app.engine.metrics import Metric
from app.engine.position import EXIT_REASONS, LONG
from app.engine.result import BacktestResult, Dataset, Trade
from app.engine.version import ENGINE_VERSION
from app.market.candles import Candles, FloatSeries, Signal
from app.market.instrument import Instrument
from app.strategy.document import Strategy

# One row a closed trade, with the fields of Trade; `side` is 1 or -1, `exit_reason` counts in EXIT_REASONS, and
# `r_multiple` is NaN where no stop stood.
TRADES = np.dtype(
    [
        ("side", "i1"),
        ("entry_time", "i8"),
        ("exit_time", "i8"),
        ("entry_price", "f8"),
        ("exit_price", "f8"),
        ("units", "f8"),
        ("fees", "f8"),
        ("slippage", "f8"),
        ("exit_reason", "i1"),
        ("pnl", "f8"),
        ("return_", "f8"),
        ("r_multiple", "f8"),
        ("mae", "f8"),
        ("mfe", "f8"),
        ("bars_held", "i8"),
        ("ambiguous", "?"),
    ]
)


@dataclass(frozen=True, eq=False)
class CompletedRun:
    """What a run leaves behind; the block values can be had again by repeating it, to the same `result_hash`.

    `bars` are the strategy's bars of the range, with `equity` in quote currency and `position` (1, 0, -1) at each
    close. `trades` are the closed ones as rows of TRADES, in order. `dataset` names the base bars used.
    """

    strategy: Strategy
    instrument: Instrument
    assumptions: Assumptions
    bars: Candles
    equity: FloatSeries
    position: Signal
    trades: np.ndarray[Any, Any]
    open_trade: Trade | None
    metrics: Mapping[str, Metric]
    counts: Mapping[str, int]
    dataset: Dataset
    pending: str | None
    settling_bars: int
    result_hash: str
    engine_version: int = ENGINE_VERSION

    @property
    def start(self) -> int:
        """The open time of the first bar, in UTC ms."""
        return int(self.bars.time[0])

    @property
    def end(self) -> int:
        """The moment the last bar closes, in UTC ms."""
        return self.bars.end


def completed(result: BacktestResult) -> CompletedRun:
    """Return what is kept of a result."""
    return CompletedRun(
        strategy=result.strategy,
        instrument=result.instrument,
        assumptions=result.assumptions,
        bars=result.bars,
        equity=result.equity,
        position=result.position,
        trades=trade_rows(result),
        open_trade=result.open_trade,
        metrics=result.metrics,
        counts=result.counts,
        dataset=result.dataset,
        pending=result.pending,
        settling_bars=result.settling_bars,
        result_hash=result.result_hash,
    )


def trade_rows(result: BacktestResult) -> np.ndarray[Any, Any]:
    """Return the closed trades of a result as rows of TRADES."""
    book, time = result.book, result.traded.time
    rows = np.empty(len(book), TRADES)
    for name in ("side", "entry_price", "exit_price", "units", "fees", "slippage", "pnl", "mae", "mfe", "bars_held"):
        rows[name] = book[name]
    rows["entry_time"], rows["exit_time"] = time[book["entry_row"]], time[book["exit_row"]]
    rows["exit_reason"] = book["reason"]
    rows["return_"] = book["pnl"] / (book["entry_price"] * book["units"])
    risk = book["risk"]
    rows["r_multiple"] = np.divide(book["pnl"], risk, out=np.full(len(book), np.nan), where=risk > 0)
    rows["ambiguous"] = book["ambiguous"]
    return rows


def trade(row: np.void) -> Trade:
    """Return one row of TRADES as a trade."""
    value = dict(zip(TRADES.names or (), row.item(), strict=True))
    value["side"] = "long" if value["side"] == LONG else "short"
    value["exit_reason"] = EXIT_REASONS[value["exit_reason"]]
    if value["r_multiple"] != value["r_multiple"]:
        value["r_multiple"] = None
    return Trade(**value)
