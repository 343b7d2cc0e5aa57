"""Sources of candles: what each of them can be asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.data.records import Origin, SeriesKey, Span
from app.market.candles import Candles


@dataclass(frozen=True, eq=False)
class Page:
    """One checked answer: the closed candles of `covered`, which ends where the span that was asked for ends.

    `final` tells that the source is not expected to change them, `authoritative` that a candle which is not there does
    not exist. `size` is how many bytes came over the network. `notes` are sentences about what was odd.
    """

    candles: Candles
    covered: Span
    origin: Origin
    final: bool = False
    authoritative: bool = False
    checksum: str | None = None
    size: int = 0
    notes: tuple[str, ...] = ()


class CandleFeed(Protocol):
    """A source of candles."""

    @property
    def name(self) -> str:
        """What a trader calls the source."""
        ...

    def fetch(self, key: SeriesKey, span: Span, *, now_ms: int) -> Page:
        """Return the newest part of `span`, as much as one answer holds.

        Raises a FeedError: FeedBusy, FeedBlocked, FeedUnavailable, NotPublished, SymbolUnknown, HistoryNotOffered or
        PageRefused.
        """
        ...
