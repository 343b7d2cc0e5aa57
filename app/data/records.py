"""Small values that the candle cache, the feeds and the import hand each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.errors import BlockbuildersError

# The source of series that were imported.
IMPORTED = "import"
_EVER = 2**62

Calendar = Literal["24x7", "fx", "metals"]
Status = Literal["trading", "ended", "unknown"]
VolumeKind = Literal["base", "quote", "ticks", "none"]
Origin = Literal["archive month", "archive day", "rest", "import"]
Cause = Literal["quiet", "outage", "closed", "unknown"]


@dataclass(frozen=True, order=True)
class Span:
    """A half-open stretch of time, `start <= t < end`, in UTC milliseconds; whole steps of the series it is about."""

    start: int
    end: int


@dataclass(frozen=True, order=True)
class SeriesKey:
    """What a series of candles is called: where it comes from, which market there, its symbol, its step.

    For example `("binance", "spot", "BTC/USDT")`; imports are `("import", asset class, "<symbol> <name>")`.
    """

    source: str
    market: str
    symbol: str
    step_ms: int = 60_000


@dataclass(frozen=True)
class Series:
    """One series of candles: when its market is open, its price step, whether it still trades, what volume means.

    `listed_ms` and `ended_ms` are the first and the last moment of trading as far as was asked, None where they are
    not known. Outside of them nothing is missing.
    """

    key: SeriesKey
    calendar: Calendar = "24x7"
    price_step: float | None = None
    status: Status = "unknown"
    listed_ms: int | None = None
    ended_ms: int | None = None
    volume: VolumeKind = "base"

    @property
    def life(self) -> Span:
        """From the first to the last moment of trading, of all time where they are not known."""
        return Span(
            -_EVER if self.listed_ms is None else self.listed_ms, _EVER if self.ended_ms is None else self.ended_ms
        )


@dataclass(frozen=True)
class Covered:
    """A span that was asked for and answered, from where, when, and with how many candles.

    `final` means that the answer is not expected to change. `checksum` is that of the file it came from, if any.
    """

    span: Span
    origin: Origin
    rows: int
    fetched_ms: int
    final: bool
    checksum: str | None = None


@dataclass(frozen=True)
class Gap:
    """Candles that are missing although their span was asked for, why, how often that was looked at, and when last."""

    span: Span
    cause: Cause
    checks: int = 0
    checked_ms: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Jump:
    """A candle whose price is far from that of the candle before it: its open time, and the move as a fraction."""

    time: int
    move: float


@dataclass(frozen=True)
class Stored:
    """What storing candles did: how many came new, how many took other values, how many went."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.added + other.added, self.changed + other.changed, self.removed + other.removed)


@dataclass(frozen=True)
class Revision:
    """A candle that an answer changed: open, high, low, close, volume before and after; `new` is None when it went.

    `time` is its open time and `origin` where the later answer came from.
    """

    time: int
    seen_ms: int
    origin: Origin
    old: tuple[float, float, float, float, float]
    new: tuple[float, float, float, float, float] | None


@dataclass(frozen=True)
class Job:
    """A span that is to be fetched, and how far that is.

    `not_before_ms` is when it may be tried again, `error` a sentence about why the last try failed.
    """

    id: str
    key: SeriesKey
    span: Span
    state: str
    attempts: int = 0
    not_before_ms: int = 0
    error: str | None = None


@dataclass(frozen=True)
class Finding:
    """Something that was wrong with the stored candles of a series; they are gone and can be had again."""

    key: SeriesKey
    span: Span
    text: str


class CacheBusy(BlockbuildersError):
    """Another process holds the candle cache: close it, then try again."""


class CacheFull(BlockbuildersError):
    """The disk has no room for more candles; what was stored before is kept."""


class CacheReadOnly(BlockbuildersError):
    """The folder of the candle cache cannot be written to."""
