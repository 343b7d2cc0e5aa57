"""What is known of the candles of a run when it is made: where they are from, and how many are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.result import BacktestResult
from app.jobs.market_bars import IMPORT, RunBars
from app.jobs.sample_bars import SAMPLE

Quality = Callable[[BacktestResult, RunBars], dict[str, Any]]


def quality_of(result: BacktestResult, bars: RunBars) -> dict[str, Any]:
    """Return `source` (a name), `expected` and `missing` (numbers of base candles of the range), `notes` (sentences).

    Hours in which the market is closed are neither expected nor missing.
    """
    from app.data.calendar import expected
    from app.data.records import Span
    from app.data.sample_market import LABEL

    base, exchange = result.base, result.instrument.exchange
    there = len(base) - int(np.searchsorted(base.time, result.start))
    wanted = max(expected(bars.calendar, Span(result.start, result.end), base.step_ms), there)
    notes = [f"These are prices of a {LABEL}, not of any market."] if exchange == SAMPLE else []
    source = {SAMPLE: LABEL, IMPORT: "imported file"}.get(exchange, exchange)
    return {"source": source, "expected": wanted, "missing": wanted - there, "notes": notes}
