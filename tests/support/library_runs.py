"""Runs to put into a library."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from support.library import drawing
from support.sample import sample_candles

from app.data.library.library import Library
from app.data.library.records import RunRequest
from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.engine.completed import TRADES, CompletedRun, completed
from app.market.candles import Candles

LIBRARIES = {"numpy": "2.4.6", "ta-lib": "0.8.2"}
QUALITY = {"missing_minutes": 3, "source": "sample"}


@cache
def sample_run(name: str = "First", template: int = 0) -> CompletedRun:
    """Return what a template leaves behind on the last months of the sample market."""
    strategy = drawing(name, template)
    candles = sample_candles(strategy.symbol)
    return completed(backtest(strategy, candles, start=candles.end - 180 * 86_400_000))


def request(library: Library, name: str = "First", template: int = 0, **values: Any) -> RunRequest:
    """Save a template, if it is not there yet, and return the request for a run of it."""
    saved = next((one for one in library.strategies.all() if one.name == name), None)
    revision = library.strategies.save(drawing(name, template), saved.id if saved else None)
    asked = RunRequest(revision.strategy_id, revision.id, None, None, 180, Assumptions())
    return replace(asked, **values)


def kept(library: Library, name: str = "First", template: int = 0, **values: Any) -> int:
    """Keep a completed run and return its number."""
    run_id = library.runs.begin(request(library, name, template, **values))
    library.runs.running(run_id)
    assert library.runs.complete(run_id, sample_run(name, template), LIBRARIES, QUALITY)
    return run_id


def made_up(run: CompletedRun, bars: int, trades: int, seed: int = 1) -> CompletedRun:
    """Return a run of another size: prices in cents, an equity that rests while nothing is held."""
    chance = np.random.default_rng(seed)
    time = 1_600_000_000_000 // 60_000 * 60_000 + 60_000 * np.arange(bars)
    close = np.round(40_000.0 + chance.normal(0.0, 5.0, bars).cumsum(), 2)
    open_ = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(open_, close) + 1.25, np.minimum(open_, close) - 1.5
    volume = np.round(chance.lognormal(1.0, 1.0, bars), 5)
    held = np.repeat(chance.random(bars // 50 + 1) < 0.5, 50)[:bars]
    rows = np.zeros(trades, TRADES)
    for field in TRADES.names or ():
        if TRADES[field].kind == "f":
            rows[field] = chance.normal(0.0, 100.0, trades)
    rows["entry_time"] = np.sort(chance.integers(time[0], time[-1], trades))
    return replace(
        run,
        bars=Candles(time, open_, np.round(high, 2), np.round(low, 2), close, volume, 60_000),
        equity=10_000.0 + np.where(held, close * 0.123, 0.0),
        position=held.astype(np.int8),
        trades=rows,
    )
