"""Sources of candles that answer from memory, some days at a time, the newest first."""

from __future__ import annotations

import threading
from collections.abc import Callable

from support.cache import minutes

from app.data.backfill import Outcome
from app.data.backfill_progress import Progress
from app.data.candle_cache import CandleCache
from app.data.feed_errors import FeedError
from app.data.markets import Market
from app.data.records import Series, SeriesKey, Span, Stored
from app.market.timeframe import DAY_MS, MINUTE_MS

START = 1_577_836_800_000  # where `support.cache.minutes` counts from


class FakeFeeds:
    """Stands in for Feeds: gives a day, then `together` days at a time.

    `gate` holds back what comes next until it is set; `problem` is what the sources say instead.
    """

    def __init__(self, problem: FeedError | None = None, *, together: int = 1) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.problem, self.together = problem, together
        self.asked: list[tuple[SeriesKey, Span]] = []
        self.days = 0
        self.lists = FakeLists(problem)

    def __enter__(self) -> FakeFeeds:
        return self

    def __exit__(self, *_: object) -> None:
        """Keep nothing open."""

    def close(self) -> None:
        """Keep nothing open."""

    def backfill(
        self, cache: CandleCache, name: str, *, now: Callable[[], int], report: Callable[[Progress], None]
    ) -> FakeBackfill:
        """Return what stores made-up minutes."""
        return FakeBackfill(self, cache, now, report)


class FakeBackfill:
    """Stores some days after the others, from the end."""

    def __init__(
        self, feeds: FakeFeeds, cache: CandleCache, now: Callable[[], int], report: Callable[[Progress], None]
    ) -> None:
        self._feeds, self._cache, self._now, self._report = feeds, cache, now, report

    def fetch(self, key: SeriesKey, span: Span) -> Outcome:
        """Fetch what is missing of a span."""
        self._feeds.asked.append((key, span))
        if self._feeds.problem is not None:
            return Outcome(span, problem=self._feeds.problem, missing=(span,))
        if self._cache.find(key) is None:
            self._cache.ensure(Series(key, status="trading"))
        missing = self._cache.missing(key, span)
        asked, done, added = sum(part.end - part.start for part in missing), 0, 0
        for part in reversed(missing):
            end = part.end
            while end > part.start:
                begin = max(part.start, end - (self._feeds.together if done else 1) * DAY_MS)
                added += self._store(key, Span(begin, end))
                done += end - begin
                end = begin
                self._report(Progress(done // MINUTE_MS, asked // MINUTE_MS, done // 1000, None))
                self._feeds.gate.wait(20)
        return Outcome(span, Stored(added))

    def poll(self, key: SeriesKey) -> Outcome:
        """Fetch what came since the newest stored candle."""
        return self.fetch(key, Span(self._cache.last_covered(key) or self._now() - DAY_MS, self._now()))

    def trades(self, key: SeriesKey) -> bool:
        """Return that every instrument trades."""
        return True

    def refresh_day(self, key: SeriesKey, older_ms: int = 0) -> Outcome:
        """Change nothing."""
        return Outcome(Span(0, self._now()))

    def recheck_gaps(self, key: SeriesKey) -> Outcome:
        """Change nothing."""
        return Outcome(Span(0, self._now()))

    def _store(self, key: SeriesKey, span: Span) -> int:
        rows = minutes(range((span.start - START) // MINUTE_MS, (span.end - START) // MINUTE_MS))
        self._feeds.days += 1
        return self._cache.store(
            key, rows, span, origin="rest", final=True, authoritative=True, now_ms=self._now()
        ).added


class FakeLists:
    """Stands in for MarketLists: two spot markets on every exchange."""

    def __init__(self, problem: FeedError | None) -> None:
        self._problem = problem

    def markets(self, exchange: str, *, now_ms: int) -> tuple[Market, ...]:
        """Return the markets of an exchange, or raise what the sources say."""
        if self._problem is not None:
            raise self._problem
        return tuple(
            Market(f"{base}/USDT", exchange, f"{base}USDT", base, "USDT", status="trading") for base in ("PEPE", "ETH")
        )

    def kept(self, exchange: str) -> tuple[Market, ...]:
        """Return nothing: no list was ever kept."""
        return ()
