"""Upkeep of the stored candles while the window is open. For one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.errors import Cancelled
from app.jobs.candle_store import CandleStore

if TYPE_CHECKING:
    from app.data.backfill import Backfill
    from app.data.backfill_progress import Progress
    from app.data.feeds import Feeds
    from app.data.records import SeriesKey
    from app.jobs.candle_upkeep import CandleUpkeep, News


class Upkeep:
    """Brings the series that is worked with up to date and tidies the cache.

    `idle` says whether there is time: what the trader asks for goes first, also in the middle of what is done here.
    """

    def __init__(self, store: CandleStore, idle: Callable[[], bool]) -> None:
        self._store, self._idle = store, idle
        self._closed = threading.Event()
        self._feeds: Feeds | None = None
        self._upkeep: CandleUpkeep | None = None

    def tend(self, followed: SeriesKey | None) -> tuple[News, ...]:
        """Do what is due and return what came of it. What is not stored is not begun here."""
        if self._closed.is_set() or not self._idle():
            return ()
        cache = self._store.cache()
        if self._upkeep is None:
            from app.jobs.candle_upkeep import CandleUpkeep

            self._upkeep = CandleUpkeep(cache, self._backfill, self._idle)
        there = followed is not None and bool(cache.coverage(followed))
        self._upkeep.follow([followed] if there and followed is not None else [])
        try:
            news = self._upkeep.tick(self._store.now())
        except Cancelled:
            return ()
        except Exception:
            if not self._closed.is_set():
                raise
        # Connections and the cache close under what is under way; that it fails then is no news.
        return () if self._closed.is_set() else news

    def close(self) -> None:
        """Let what is under way come to its end soon."""
        self._closed.set()
        if self._feeds is not None:
            self._feeds.close()

    def _backfill(self, name: str) -> Backfill:
        if self._feeds is None:
            self._feeds = self._store.feeds()
        return self._feeds.backfill(self._store.cache(), name, now=self._store.now, report=self._report)

    def _report(self, _: Progress) -> None:
        if self._closed.is_set() or not self._idle():
            raise Cancelled("Something else is to be done first.")
