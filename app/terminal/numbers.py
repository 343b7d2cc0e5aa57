"""Numbers and times as people read them; a dash where there is none."""

from __future__ import annotations

from datetime import UTC, datetime

from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS

NONE = "–"


def percent(value: float | None, *, sign: bool = False) -> str:
    """Return a fraction as a percentage."""
    return NONE if value is None else f"{value * 100:{'+' if sign and value else ''},.1f} %"


def money(value: float | None, *, sign: bool = False) -> str:
    """Return an amount of quote currency."""
    return NONE if value is None else f"{value:{'+' if sign and value else ''},.2f}"


def ratio(value: float | None) -> str:
    """Return a plain figure."""
    return NONE if value is None else f"{value:,.2f}"


def whole(value: float | None) -> str:
    """Return a count."""
    return NONE if value is None else f"{value:,.0f}"


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
    if ms is None:
        return NONE
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}"


def count(number: int, thing: str) -> str:
    """Return `1 trade`, `2 trades`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
