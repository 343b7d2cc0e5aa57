"""Candles at several sizes, so that a chart of half a million of them draws only what its pixels can show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.market.candles import Candles, FloatSeries

FACTOR = 8
_SMALLEST = 256


@dataclass(frozen=True, eq=False)
class Groups:
    """Neighbouring candles taken together: `size` bars each, the first group beginning at bar `first`."""

    first: int
    size: int
    open: FloatSeries
    high: FloatSeries
    low: FloatSeries
    close: FloatSeries


class Pyramid:
    """Candles grouped by 1, 8, 64 ... bars; groups begin at multiples of their size, so panning does not stir them."""

    def __init__(self, bars: Candles) -> None:
        self.count = len(bars)
        self._levels = [(bars.open, bars.high, bars.low, bars.close)]
        while len(self._levels[-1][0]) > _SMALLEST:
            self._levels.append(_grouped(*self._levels[-1], FACTOR))

    def groups(self, first: int, last: int, at_least: float) -> Groups:
        """Return the candles of bars `first` up to, without, `last` in groups of at least so many bars."""
        level, unit = 0, 1
        while unit * FACTOR <= at_least and level + 1 < len(self._levels):
            level, unit = level + 1, unit * FACTOR
        times = max(1, -int(-at_least // unit))
        size = unit * times
        first = max(0, first // size * size)
        rows = slice(first // unit, -(-min(last, self.count) // unit))
        open_, high, low, close = (column[rows] for column in self._levels[level])
        if times > 1 and len(open_):
            open_, high, low, close = _grouped(open_, high, low, close, times)
        return Groups(first, size, open_, high, low, close)


def _grouped(
    open_: FloatSeries, high: FloatSeries, low: FloatSeries, close: FloatSeries, size: int
) -> tuple[FloatSeries, FloatSeries, FloatSeries, FloatSeries]:
    starts = np.arange(0, len(open_), size)
    ends = np.minimum(starts + size, len(open_)) - 1
    return open_[starts], np.maximum.reduceat(high, starts), np.minimum.reduceat(low, starts), close[ends]


def envelope(values: FloatSeries, first: int, last: int, columns: int) -> tuple[FloatSeries, FloatSeries]:
    """Return positions (in bars) and values of a line through `values[first:last]` that `columns` pixels can show.

    Where there are several values for each pixel, the line runs through the smallest and largest of them.
    """
    count = last - first
    size = -(-count // max(columns, 1))
    if size <= 2:
        return np.arange(first, last, dtype=np.float64), values[first:last]
    begin = first // size * size
    part = values[begin:last]
    starts = np.arange(0, len(part), size)
    both = np.empty((len(starts), 2))
    both[:, 0] = np.fmin.reduceat(part, starts)
    both[:, 1] = np.fmax.reduceat(part, starts)
    # The line goes on from where it came: a group that rises is drawn from its low to its high.
    falls = part[starts] > part[np.minimum(starts + size, len(part)) - 1]
    both[falls] = both[falls, ::-1]
    at = (begin + starts)[:, None] + np.array([0.25, 0.75]) * size
    return at.ravel(), both.ravel()
