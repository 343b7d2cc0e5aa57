"""The bars of the reference simulator (rules 1 to 3), and the one indicator its levels need."""

from __future__ import annotations

import math
from collections.abc import Sequence

from support.reference_metrics import DAY_MS
from support.reference_values import Bar, Candle

WEEK_MS = 7 * DAY_MS
MONDAY_MS = 4 * DAY_MS  # 5 January 1970, the first Monday after the epoch


def bars_of(base: Sequence[Candle], timeframe: int) -> list[Bar]:
    """Return the bars of a timeframe (rules 1 and 2)."""
    origin = MONDAY_MS if timeframe == WEEK_MS else 0
    buckets: dict[int, list[Candle]] = {}
    for candle in base:
        start = (candle.time - origin) // timeframe * timeframe + origin
        buckets.setdefault(start, []).append(candle)
    bars = []
    for start in sorted(buckets):
        rows = buckets[start]
        volume = 0.0
        for row in rows:
            volume += row.volume
        high = max(row.high for row in rows)
        low = min(row.low for row in rows)
        bars.append(Bar(start, start + timeframe, rows[0].open, high, low, rows[-1].close, volume, tuple(rows)))
    return bars


def bars_in_range(
    bars: Sequence[Bar], base_end: int, start: int | None, end: int | None, coverage_end: int | None
) -> list[Bar]:
    """Return the finished bars wholly inside the range (rule 3)."""
    known_until = base_end if coverage_end is None else coverage_end
    return [
        bar
        for bar in bars
        if (start is None or bar.time >= start) and (end is None or bar.end <= end) and bar.end <= known_until
    ]


def average_true_range(bars: Sequence[Bar], period: int) -> dict[int, float]:
    """Return Wilder's ATR by the open time of each bar, NaN for the first `period` bars (rule 23)."""
    result = {}
    average = math.nan
    ranges: list[float] = []
    for i, bar in enumerate(bars):
        if i > 0:
            before = bars[i - 1].close
            ranges.append(max(bar.high - bar.low, abs(bar.high - before), abs(bar.low - before)))
        if len(ranges) == period:
            average = sum(ranges) / period
        elif len(ranges) > period:
            average = (average * (period - 1) + ranges[-1]) / period
        result[bar.time] = average
    return result
