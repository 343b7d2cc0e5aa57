"""What the marks of an axis and the values beside it say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from app.market.timeframe import DAY_MS


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


def apart(heights: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Return rising heights as near as they can be while each keeps so far from the next, between two ends."""
    # Less a step for each before it, they have but to rise: neighbours that fall are pooled at their mean.
    pools: list[tuple[float, int]] = []
    for number, height in enumerate(heights):
        middle, count = height - number * least, 1
        while pools and pools[-1][0] > middle:
            before, many = pools.pop()
            middle, count = (before * many + middle * count) / (many + count), many + count
        pools.append((middle, count))
    last = max(high - (len(heights) - 1) * least, low)
    starts = [min(max(middle, low), last) for middle, count in pools for _ in range(count)]
    return [start + number * least for number, start in enumerate(starts)]
