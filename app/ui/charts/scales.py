"""Where the marks of an axis stand and what they say."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np

from app.market.candles import TimeSeries
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS

_STEPS = (
    [n * MINUTE_MS for n in (1, 5, 15, 30)] + [n * HOUR_MS for n in (1, 3, 6, 12)] + [DAY_MS, 2 * DAY_MS, 7 * DAY_MS]
)
_MONTHS = (1, 3, 6, 12, 24, 60, 120)
_MONTH_MS = 30.44 * DAY_MS


def time_marks(time: TimeSeries, first: int, last: int, most: int) -> list[tuple[int, str]]:
    """Return bars of `first` to `last` to mark, at most about `most`, each with the time it stands for."""
    if last - first < 2 or most < 1:
        return []
    begin, end = int(time[first]), int(time[min(last, len(time)) - 1])
    rough = max(1, (end - begin) // most)
    step = next((step for step in _STEPS if step >= rough), None)
    if step is not None:
        moments = np.arange(-(-begin // step) * step, end + 1, step)
    else:
        months = next((n for n in _MONTHS if n * _MONTH_MS >= rough), _MONTHS[-1])
        ends = np.array([begin, end], "datetime64[ms]").astype("datetime64[M]").astype(np.int64)
        whole = np.arange(-(-ends[0] // months) * months, ends[1] + 1, months)
        moments = whole.astype("datetime64[M]").astype("datetime64[ms]").astype(np.int64)
        moments = moments[(moments >= begin) & (moments <= end)]
    rows = np.searchsorted(time, moments)
    return [(int(row), _label(int(moment), step)) for row, moment in zip(rows, moments, strict=True)]


def _label(moment: int, step: int | None) -> str:
    when = datetime.fromtimestamp(moment / 1000, UTC)
    if step is None:
        return f"{when:%Y}" if when.month == 1 else f"{when:%b}"
    if step >= DAY_MS or moment % DAY_MS == 0:
        return f"{when.day} {when:%b}"
    return f"{when:%H:%M}"


def moment_text(time_ms: int, step_ms: int) -> str:
    """Return the open time of a bar as people read it, in UTC."""
    when = datetime.fromtimestamp(time_ms / 1000, UTC)
    day = f"{when.day} {when:%b %Y}"
    return day if step_ms >= DAY_MS else f"{day} {when:%H:%M}"


def price_text(value: float) -> str:
    """Return a price with as many digits as it takes to tell it from its neighbours."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    digits = 2 if size >= 100 else 3 if size >= 10 else 4 if size >= 0.1 else 6
    return f"{value:,.{digits}f}"


def value_text(value: float) -> str:
    """Return a value of an indicator in few characters: 55, 41.25, 0.0123, 1.25 M."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    for unit, name in ((1e9, " B"), (1e6, " M"), (1e5, " K")):
        if size >= unit:
            return f"{value / (1e3 if name == ' K' else unit):,.2f}{name}".replace("-", "−")
    digits = 2 if size >= 1 or value == 0 else 4 if size >= 0.01 else 6
    shown = f"{value:,.{digits}f}"
    return (shown.rstrip("0").rstrip(".") if value == round(value) else shown).replace("-", "−")


def percent_text(value: float, digits: int = 1) -> str:
    """Return a fraction as a percentage with its sign."""
    shown = f"{value * 100:+,.{digits}f}"
    if float(shown.replace(",", "")) == 0:
        shown = shown[1:]
    return f"{shown.replace('-', '−')} %"
