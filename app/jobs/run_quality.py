"""What is known of the candles of a run when it is made: where they are from, and how many are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from app.engine.result import BacktestResult
from app.jobs.market_bars import IMPORT, RunBars
from app.jobs.sample_bars import SAMPLE
from app.market.exchange_names import exchange_name
from app.results.certainty import DataQuality

if TYPE_CHECKING:
    from app.data.records import Calendar

Quality = Callable[[BacktestResult, RunBars], dict[str, Any]]


def quality_of(result: BacktestResult, bars: RunBars) -> dict[str, Any]:
    """Return `source` (a name), `expected` and `missing` (numbers of base candles of the range), `notes` (sentences).

    Hours in which the market is closed are neither expected nor missing.
    """
    from app.data.sample_market import LABEL

    exchange, found = result.instrument.exchange, data_quality(result, bars.calendar)
    notes = [f"These are prices of a {LABEL}, not of any market."] if exchange == SAMPLE else []
    source = {SAMPLE: LABEL, IMPORT: "imported file"}.get(exchange, exchange_name(exchange))
    return {"source": source, "expected": found.expected, "missing": found.missing, "notes": notes}


def data_quality(result: BacktestResult, calendar: Calendar) -> DataQuality:
    """Return how many base candles the range of a run should hold by the hours of its market, and how many lack."""
    from app.data.calendar import expected
    from app.data.records import Span

    base = result.base
    there = len(base) - int(np.searchsorted(base.time, result.start))
    wanted = max(expected(calendar, Span(result.start, result.end), base.step_ms), there)
    return DataQuality(wanted, wanted - there)
