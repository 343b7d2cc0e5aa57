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
    result: FloatSeries = run.equity / _peaks(run) - 1.0
    return result


def longest_under_water(run: CompletedRun) -> UnderWater | None:
    """Return the longest time under water, None when every close was a peak (rule 18)."""
    bars, peaks = run.bars, _peaks(run)
    at_peak = np.flatnonzero(run.equity >= peaks)
    rows = np.concatenate(([-1], at_peak, [len(bars)]))
    closes = np.concatenate((bars.time[:1], bars.time + bars.step_ms, [bars.end]))
    apart = np.where(np.diff(rows) > 1, closes[rows[1:] + 1] - closes[rows[:-1] + 1], 0)
    longest = int(apart.argmax())
    if apart[longest] <= 0:
        return None
    low, high = int(rows[longest]) + 1, int(rows[longest + 1])
    depth = float((run.equity[low:high] / peaks[low:high]).min()) - 1.0
    return UnderWater(int(closes[low]), int(closes[high + 1]), high < len(bars), depth)


def _peaks(run: CompletedRun) -> FloatSeries:
    return np.maximum(np.maximum.accumulate(run.equity), run.assumptions.capital)
