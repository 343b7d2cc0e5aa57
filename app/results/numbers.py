"""Numbers and times as people read them; a dash where there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS

NONE = "–"
_TRILLION = 1e12
# From here on nobody counts digits any more.
_BEYOND_WORDS = 1e18


def percent(value: float | None, *, sign: bool = False, decimals: int = 1) -> str:
    """Return a fraction as a percentage."""
    return NONE if value is None else f"{_figure(value * 100, decimals, sign=sign)} %"


def points(value: float | None) -> str:
    """Return how far one percentage is from another, in percentage points."""
    return NONE if value is None else f"{_figure(value * 100, 1, sign=True)} pp"


def money(value: float | None, *, sign: bool = False) -> str:
    """Return an amount of quote currency."""
    return NONE if value is None else _figure(value, 2, sign=sign)


def ratio(value: float | None) -> str:
    """Return a plain figure."""
    return NONE if value is None else _figure(value, 2)


def _figure(value: float, decimals: int, *, sign: bool = False) -> str:
    """Return a number of at most twenty letters, however large it is."""
    plus = "+" if sign and value else ""
    if abs(value) >= _BEYOND_WORDS:
        return f"{value:{plus}.3e}"
    if abs(value) >= _TRILLION:
        return f"{value / _TRILLION:{plus},.3f} trillion"
    text = f"{value:{plus},.{0 if abs(value) >= _TRILLION / 1000 else decimals}f}"
    # What is written as zero has no side.
    return text if text.strip("+-0.") else text.lstrip("+-")


def whole(value: float | None) -> str:
    """Return a count."""
    return NONE if value is None else f"{value:,.0f}"


def price(value: float | None) -> str:
    """Return a price or the value of an indicator, with as many digits as tell it from its neighbours."""
    if value is None or not math.isfinite(value):
        return NONE
    size = abs(value)
    if size >= _TRILLION or 0 < size < 1e-8:
        return f"{value:.5g}"
    decimals = 2 if size >= 10 or value == 0 else 4 if size >= 0.1 else 8
    return f"{value:,.{decimals}f}"


def span(ms: float | None) -> str:
    """Return a length of time in its largest fitting unit."""
    if ms is None:
        return NONE
    for unit, name in ((DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute")):
        if ms >= unit:
            count = ms / unit
            text = f"{count:,.0f}" if count >= 10 or count == int(count) else f"{count:.1f}"
            return f"{text} {name}{'' if text == '1' else 's'}"
    return "none"


def moment(ms: int | None) -> str:
    """Return a time, UTC, to the minute."""
    return NONE if ms is None else str(np.datetime64(ms, "ms").astype("datetime64[m]")).replace("T", " ")


def day(ms: int) -> str:
    """Return the UTC day that a moment is in."""
    return moment(ms)[:10]


def count(number: int, thing: str) -> str:
    """Return `1 trade`, `2 trades`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """Return `A`, `A and B` or `A, B and C`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
