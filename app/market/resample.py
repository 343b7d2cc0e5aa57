"""Longer candles from shorter ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.market.candles import Candles, TimeSeries
from app.market.timeframe import Timeframe


@dataclass(frozen=True, eq=False)
class DerivedBars:
    """Bars of a timeframe together with the base bars they were made from.

    `first` is int64 of length `len(bars) + 1`: bar `i` is made of base rows `first[i]` up to, without, `first[i + 1]`.
    """

    bars: Candles
    base: Candles
    first: TimeSeries

    def incomplete(self) -> int:
        """Return how many bars lack at least one of their base bars (rule 2)."""
        whole = self.bars.step_ms // self.base.step_ms
        if self.first[-1] - self.first[0] == whole * len(self.bars):
            return 0  # no bar has more than its share, so none has less
        return int(np.count_nonzero(np.diff(self.first) < whole))


def derive(base: Candles, timeframe: Timeframe) -> DerivedBars:
    """Return the bars of `timeframe` made of `base` (rules 1 and 2).

    A bucket without base bars gives no bar; one with some missing gives a bar from those present. The volume is added
    in time order, so that it is the same on every machine. Raises ValueError when the timeframe is not a multiple of
    the base step.
    """
    if timeframe.ms % base.step_ms:
        raise ValueError(f"{timeframe} bars cannot be made of {Timeframe(base.step_ms)} candles.")
    if timeframe.ms == base.step_ms:
        return DerivedBars(base, base, np.arange(len(base) + 1))
    if not len(base):
        return DerivedBars(replace(base, step_ms=timeframe.ms), base, np.zeros(1, np.int64))
    bucket = (base.time - timeframe.origin_ms) // timeframe.ms
    first = np.concatenate([[0], np.flatnonzero(bucket[1:] != bucket[:-1]) + 1, [len(base)]])
    starts = first[:-1]
    # bincount adds its weights one after the other; add.reduceat would pair them up.
    bar_of_row = np.repeat(np.arange(len(starts)), np.diff(first))
    bars = Candles(
        time=bucket[starts] * timeframe.ms + timeframe.origin_ms,
        open=base.open[starts],
        high=np.maximum.reduceat(base.high, starts),
        low=np.minimum.reduceat(base.low, starts),
        close=base.close[first[1:] - 1],
        volume=np.bincount(bar_of_row, base.volume, len(starts)).astype(np.float64, copy=False),
        step_ms=timeframe.ms,
    )
    return DerivedBars(bars, base, first)
