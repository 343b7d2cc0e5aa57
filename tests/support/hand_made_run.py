"""A completed run written by hand: equity and closes per bar, and the trades that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from support.dictated import START

from app.engine.assumptions import Assumptions
from app.engine.completed import TRADES, CompletedRun
from app.engine.position import EXIT_REASONS
from app.engine.result import Dataset, Trade
from app.market.candles import Candles
from app.market.instrument import Instrument
from app.market.timeframe import DAY_MS, Timeframe
from app.strategy.document import Strategy

METRICS = (
    *("total_return", "cagr", "max_drawdown", "max_drawdown_duration_ms", "volatility", "sharpe", "sortino", "calmar"),
    *("exposure", "trades", "win_rate", "profit_factor", "expectancy", "average_r", "average_win", "average_loss"),
    *("best_trade", "worst_trade", "average_bars_held", "longest_losing_streak", "fees_paid", "slippage_paid"),
    "buy_and_hold_return",
)
COUNTS = (
    *("conflicts", "ambiguous", "zero_size", "no_level", "incomplete_bars", "pending_orders", "warmup_bars"),
    "liquidations",
)


def trade_row(pnl: float, entry_time: int = START, *, reason: str = "signal", **fields: Any) -> dict[str, Any]:
    """Return the fields of a closed trade of ten units at 100, with those in `fields` in place of its own."""
    row: dict[str, Any] = {
        "side": 1,
        "entry_time": entry_time,
        "exit_time": entry_time + DAY_MS,
        "entry_price": 100.0,
        "exit_price": 100.0 + pnl / 10,
        "units": 10.0,
        "fees": 0.0,
        "slippage": 0.0,
        "exit_reason": EXIT_REASONS.index(reason),
        "pnl": pnl,
        "return_": pnl / 1_000.0,
        "r_multiple": np.nan,
        "mae": 0.01,
        "mfe": 0.02,
        "bars_held": 1,
        "ambiguous": False,
    }
    assert fields.keys() <= row.keys()
    return {**row, **fields}


def hand_made_run(
    equity: Sequence[float],
    closes: Sequence[float] | None = None,
    trades: Sequence[dict[str, Any]] = (),
    *,
    start: int = START,
    timeframe: str = "1d",
    open_trade: Trade | None = None,
    metrics: dict[str, Any] | None = None,
    counts: dict[str, int] | None = None,
    **fields: Any,
) -> CompletedRun:
    """Return a run from 1,000 on with these closes; its metrics are the total return and what is given."""
    step = Timeframe.parse(timeframe).ms
    size = len(equity)
    close = np.asarray(closes if closes is not None else [100.0] * size, np.float64)
    opening = np.concatenate((close[:1], close[:-1]))
    time = start + np.arange(size, dtype=np.int64) * step
    bars = Candles(time, opening, np.maximum(opening, close), np.minimum(opening, close), close, np.ones(size), step)
    rows = np.array([tuple(row[name] for name in TRADES.names or ()) for row in trades], TRADES)
    values = np.asarray(equity, np.float64)
    known: dict[str, Any] = dict.fromkeys(METRICS) | {"total_return": float(values[-1]) / 1_000.0 - 1.0}
    run = CompletedRun(
        strategy=Strategy("By hand", timeframe=Timeframe(step)),
        instrument=Instrument("RIVER/USD", "sample"),
        assumptions=Assumptions(capital=1_000.0),
        bars=bars,
        equity=values,
        position=np.zeros(size, np.int8),
        trades=rows,
        open_trade=open_trade,
        metrics=known | (metrics or {}),
        counts=dict.fromkeys(COUNTS, 0) | (counts or {}),
        dataset=Dataset("RIVER/USD", "sample", 60_000, start, start + size * step, size * step // 60_000, "0" * 64),
        pending=None,
        settling_bars=0,
        result_hash="0" * 64,
    )
    return replace(run, **fields)
