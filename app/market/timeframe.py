"""Timeframes: the length of a candle, from one minute to one week."""

from __future__ import annotations

import re
from dataclasses import dataclass

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS

_UNITS = {"w": WEEK_MS, "d": DAY_MS, "h": HOUR_MS, "m": MINUTE_MS}
# 1 January 1970 was a Thursday; weeks begin on Monday, four days later. Rule 1.
_FIRST_MONDAY_MS = 4 * DAY_MS

COMMON = ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w")


@dataclass(frozen=True, order=True)
class Timeframe:
    """The length of a candle in milliseconds, a whole number of minutes from one minute to one week."""

    ms: int

    def __post_init__(self) -> None:
        if self.ms % MINUTE_MS or not MINUTE_MS <= self.ms <= WEEK_MS:
            raise ValueError("A timeframe is a whole number of minutes from 1m to 1w.")

    @classmethod
    def parse(cls, text: str) -> Timeframe:
        """Return the timeframe written as `1m`, `90m`, `4h`, `1d` or `1w`.

        Raises ValueError, with a sentence for a trader, for anything else.
        """
        match = re.fullmatch(r"([1-9][0-9]{0,4})([mhdw])", text)
        if match:
            ms = int(match[1]) * _UNITS[match[2]]
            if ms <= WEEK_MS:
                return cls(ms)
        raise ValueError(f"{text[:20]!r} is not a timeframe from 1m to 1w; try 5m, 15m, 1h, 4h or 1d.")

    @property
    def origin_ms(self) -> int:
        """A moment at which a bar of this timeframe opens: the Unix epoch, for weeks a Monday."""
        return _FIRST_MONDAY_MS if self.ms == WEEK_MS else 0

    def floor(self, time_ms: int) -> int:
        """Return the open time of the bar that holds `time_ms`."""
        return time_ms - (time_ms - self.origin_ms) % self.ms

    def __str__(self) -> str:
        for unit, ms in _UNITS.items():
            if self.ms % ms == 0:
                return f"{self.ms // ms}{unit}"
        raise AssertionError("a timeframe is a whole number of minutes")
