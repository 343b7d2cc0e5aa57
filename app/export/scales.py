"""Where the marks of an axis stand and what they say."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from app.market.candles import TimeSeries
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS

_STEPS = (
    *(n * MINUTE_MS for n in (1, 5, 15, 30)),
    *(n * HOUR_MS for n in (1, 3, 6, 12)),
    *(n * DAY_MS for n in (1, 2, 7)),
)
_MONTHS = (1, 3, 6, 12, 24, 60, 120)
_MONTH_MS = 30.44 * DAY_MS


def nice_values(low: float, high: float, most: int) -> list[float]:
    """Return at most about `most` round numbers from `low` to `high`."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or most < 1:
        return []
    rough = (high - low) / most
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * n for n in (1, 2, 2.5, 5, 10) if unit * n >= rough * 0.999)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [float(f"{n * step:.12g}") for n in range(first, last + 1)]


def time_marks(time: TimeSeries, most: int) -> list[tuple[int, str]]:
    """Return at most about `most` rows of `time` to mark, each with what stands there; days and longer where it can."""
    if len(time) < 2:
        return []
    begin, end = int(time[0]), int(time[-1])
    rough = max(1, (end - begin) // most)
    step = next((step for step in _STEPS if step >= rough), None)
    moments = _months(begin, end, rough) if step is None else np.arange(-(-begin // step) * step, end + 1, step)
    rows = np.searchsorted(time, moments)
    return [(int(row), _label(int(moment), step)) for row, moment in zip(rows, moments, strict=True)]


def _months(begin: int, end: int, rough: int) -> NDArray[np.int64]:
    length = next((n for n in _MONTHS if n * _MONTH_MS >= rough), _MONTHS[-1])
    first, last = np.array([begin, end], "datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    months = np.arange(-(-first // length) * length, last + 1, length)
    moments = months.astype("datetime64[M]").astype("datetime64[ms]").astype(np.int64)
    return moments[(moments >= begin) & (moments <= end)]


def _label(moment: int, step: int | None) -> str:
    text = str(np.datetime64(moment, "ms"))
    year, month, day = text[:4], int(text[5:7]), int(text[8:10])
    name = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[month - 1]
    if step is None:
        return year if month == 1 else f"{name} {year}"
    if moment % DAY_MS == 0:
        return f"{day} {name}"
    return text[11:16]
