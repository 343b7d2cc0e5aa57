"""How far equity stood below its peak, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.engine.completed import CompletedRun
from app.market.candles import FloatSeries


@dataclass(frozen=True)
class UnderWater:
    """The longest time without a new peak: from the last close at it to the first close back at it, or to the end.

    `start` and `end` are UTC ms; `depth` is the deepest fall in between, a fraction below 0.
    """

    start: int
    end: int
    recovered: bool
    depth: float

    @property
    def length_ms(self) -> int:
        """How long it was."""
        return self.end - self.start


def drawdown(run: CompletedRun) -> FloatSeries:
    """Return for each close how far equity is below its peak so far, the capital included: a fraction, at most 0."""
    result: FloatSeries = np.maximum.accumulate(run.equity)
    np.maximum(result, run.assumptions.capital, out=result)
    np.divide(run.equity, result, out=result)
    result -= 1.0
    return result


def longest_under_water(run: CompletedRun, drawdowns: FloatSeries | None = None) -> UnderWater | None:
    """Return the longest time under water, None when every close was a peak (rule 18).

    `drawdowns` are those of `drawdown`, where they are known already.
    """
    falls, bars = drawdown(run) if drawdowns is None else drawdowns, run.bars
    # Two different numbers never divide to one, so a fall of zero is a close at the peak.
    at_peak = np.flatnonzero(falls == 0.0)
    rows = np.concatenate(([-1], at_peak, [len(bars)]))
    closes = np.concatenate((bars.time[:1], bars.time[at_peak] + bars.step_ms, [bars.end]))
    apart = np.where(np.diff(rows) > 1, np.diff(closes), 0)
    longest = int(apart.argmax())
    if apart[longest] <= 0:
        return None
    low, high = int(rows[longest]) + 1, int(rows[longest + 1])
    depth = float(falls[low:high].min())
    return UnderWater(int(closes[longest]), int(closes[longest + 1]), high < len(bars), depth)


def deepest_fall(drawdowns: FloatSeries) -> tuple[int, int] | None:
    """Return the last bar at the peak before the deepest close, and that of the close; None where nothing fell.

    The first bar stands for a peak that is the capital itself.
    """
    if not len(drawdowns) or not drawdowns.min() < 0.0:
        return None
    last = int(np.argmin(drawdowns))
    at_peak = np.flatnonzero(drawdowns[:last] == 0.0)
    return int(at_peak[-1]) if len(at_peak) else 0, last
