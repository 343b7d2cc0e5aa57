"""Text files of candles for tests of the import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

START = 1_546_848_000_000  # Monday 2019-01-07 08:00 UTC
MINUTE = 60_000

Row = tuple[int, float, float, float, float, float]


def rows(count: int, start: int = START, step: int = MINUTE) -> list[Row]:
    """Return sound candles: open time in ms, open, high, low, close, volume."""
    return [
        (start + place * step, 4100.5 + place, 4102.25 + place, 4099.125 + place, 4101.5 + place, 1.5 + place)
        for place in range(count)
    ]


def stamp(pattern: str) -> Callable[[int], str]:
    """Return what writes a time in ms, UTC, by a pattern of `strftime`."""
    return lambda time: datetime.fromtimestamp(time / 1000, UTC).strftime(pattern)


def table(
    candles: list[Row],
    time: Callable[[int], str] = str,
    *,
    header: str | None = "time,open,high,low,close,volume",
    between: str = ",",
    number: Callable[[float], str] = repr,
) -> str:
    """Return candles as text, a line for each."""
    lines = [header.replace(",", between)] if header else []
    lines += [between.join((time(row[0]), *map(number, row[1:]))) for row in candles]
    return "\n".join(lines) + "\n"
