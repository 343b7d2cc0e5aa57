"""How far a backfill is: minutes, bytes, and the time that is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.market.timeframe import MINUTE_MS

# Before that much has passed, a guess would jump about.
_SECONDS_BEFORE_A_GUESS = 1.5


@dataclass(frozen=True)
class Progress:
    """How far a backfill is. `seconds_left` is None while it is too early to tell."""

    minutes: int
    minutes_asked: int
    received_bytes: int
    seconds_left: float | None

    @property
    def share(self) -> float:
        """The share that is done, from 0 to 1."""
        return self.minutes / self.minutes_asked if self.minutes_asked else 1.0


class Meter:
    """Adds up what has arrived and tells `report`, which may raise Cancelled."""

    def __init__(self, clock: Callable[[], float], report: Callable[[Progress], None], asked_ms: int) -> None:
        self._clock = clock
        self._report = report
        self._asked_ms = asked_ms
        self._begun = clock()
        self._done_ms = 0
        self._bytes = 0

    def add(self, done_ms: int, size: int) -> None:
        """Take an answer into account."""
        self._done_ms = min(self._done_ms + done_ms, self._asked_ms)
        self._bytes += size
        self._report(
            Progress(self._done_ms // MINUTE_MS, self._asked_ms // MINUTE_MS, self._bytes, self._seconds_left())
        )

    def _seconds_left(self) -> float | None:
        passed = self._clock() - self._begun
        if not self._done_ms or passed < _SECONDS_BEFORE_A_GUESS:
            return None
        return passed * (self._asked_ms - self._done_ms) / self._done_ms
