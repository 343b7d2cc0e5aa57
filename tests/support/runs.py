"""Completed runs to show, share and judge."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from support.sample import sample_candles

from app import compiled
from app.engine.backtest import backtest
from app.engine.completed import CompletedRun, completed
from app.market.instrument import Instrument
from app.market.timeframe import DAY_MS
from app.strategy.document import Strategy
from app.strategy.templates import template

# Everything that names have been used for to get out of a page, a picture, a table or a line of text.
HOSTILE = (
    "=1+1 </title></script><script>alert(1)</script> \"'><img src=x onerror=alert(1)> &lt; \u202egnp\u202c \x1b[31m\n漢"
)


@cache
def example(name: str = "rsi_dip", days: int = 400) -> CompletedRun:
    """Return a template's run over the first days of the sample market."""
    return _run(template(name).strategy, days)


@cache
def with_open_trade() -> CompletedRun:
    """Return a run with long and short trades, stops, and one trade still open at the end."""
    found = example("rsi_long_short", 200)
    assert found.open_trade is not None
    return found


@cache
def without_trades() -> CompletedRun:
    """Return a run in which nothing was ever entered."""
    return _run(replace(template("rsi_dip").strategy, blocks=(), wires=()), 60)


def hostile() -> CompletedRun:
    """Return a run in which every name from outside is an attack."""
    run = with_open_trade()
    instrument = Instrument(HOSTILE, HOSTILE)
    strategy = replace(run.strategy, name=HOSTILE, symbol=HOSTILE, exchange=HOSTILE, note=HOSTILE)
    dataset = replace(run.dataset, symbol=HOSTILE, exchange=HOSTILE)
    return replace(run, strategy=strategy, instrument=instrument, dataset=dataset, pending=HOSTILE)


def _run(strategy: Strategy, days: int) -> CompletedRun:
    candles = sample_candles("RIVER/USD")
    first = int(candles.time[0])
    before = compiled._enabled
    compiled.use(False)
    try:
        return completed(backtest(strategy, candles.between(first, first + days * DAY_MS)))
    finally:
        compiled.use(before)
