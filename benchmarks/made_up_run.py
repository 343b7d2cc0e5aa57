"""A completed run of any size, made up: prices in cents, equity following the trades."""

from __future__ import annotations

import numpy as np


def made_up(bars: int, trades: int):  # type: ignore[no-untyped-def]
    """Return a completed run of so many one-minute bars and trades."""
    from app.engine.assumptions import Assumptions
    from app.engine.completed import CompletedRun
    from app.engine.metrics import metrics
    from app.engine.position import TRADE
    from app.engine.result import Dataset
    from app.market.candles import Candles
    from app.market.instrument import Instrument
    from app.market.timeframe import Timeframe
    from app.strategy import edits, templates

    rng = np.random.default_rng(7)
    time_ = 1_577_836_800_000 + np.arange(bars, dtype=np.int64) * 60_000
    close = np.round(100.0 * np.exp(np.cumsum(rng.normal(0.0, 5e-4, bars))), 2)
    opening = np.concatenate(([100.0], close[:-1]))
    high, low = np.round(np.maximum(opening, close) + 0.03, 2), np.round(np.minimum(opening, close) - 0.03, 2)
    candles = Candles(time_, opening, high, low, close, np.round(rng.lognormal(1.0, 1.0, bars), 3), 60_000)
    rows, left = _trades(candles, trades, rng)
    gained = np.zeros(bars)
    gained[left] = rows["pnl"]
    equity = 10_000.0 + np.cumsum(gained)
    position = np.zeros(bars, np.int8)
    assumptions = Assumptions()
    figures = metrics(candles, equity, np.zeros(0, TRADE), None, assumptions)
    strategy = edits.set_timeframe(templates.template("rsi_dip").strategy, Timeframe.parse("1m"))
    counts = dict.fromkeys(
        ("conflicts", "ambiguous", "zero_size", "no_level", "incomplete_bars", "warmup_bars", "liquidations"), 0
    )
    return CompletedRun(
        strategy, Instrument("RIVER/USD", "sample"), assumptions, candles, equity, position, rows, None,
        {**figures, "trades": trades}, counts,
        Dataset("RIVER/USD", "sample", 60_000, int(time_[0]), candles.end, bars, ""), None, 0, "",
    )  # fmt: skip


def _trades(candles, trades: int, rng):  # type: ignore[no-untyped-def]
    """Return so many trades on some bars as rows of TRADES, and the bars in which they ended."""
    from app.engine.completed import TRADES

    bars, time_, opening = len(candles), candles.time, candles.open
    entry = np.sort(rng.choice(np.arange(100, bars - 200, 20), trades, replace=False))
    held = rng.integers(1, 19, trades)
    rows = np.zeros(trades, TRADES)
    rows["side"] = rng.choice((1, -1), trades)
    rows["entry_time"], rows["exit_time"] = time_[entry], time_[entry + held]
    rows["entry_price"], rows["exit_price"] = opening[entry], opening[entry + held]
    rows["units"] = 1.0
    rows["pnl"] = rows["side"] * (rows["exit_price"] - rows["entry_price"])
    rows["return_"] = rows["pnl"] / rows["entry_price"]
    rows["r_multiple"] = rows["return_"] / 0.002
    rows["mae"], rows["mfe"] = rng.exponential(0.002, (2, trades))
    rows["exit_reason"] = rng.integers(1, 6, trades)
    rows["bars_held"] = held
    return rows, entry + held
