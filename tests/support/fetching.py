"""A process that fetches candles until it is killed, and says what it has stored."""

from __future__ import annotations

import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.data import backfill_run
from app.data.backfill import Backfill
from app.data.binance_archive import BinanceArchive
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.http import Http
from app.data.records import SeriesKey, Span, Stored


class Telling(CandleCache):
    """A cache that tells of every chunk once it is stored."""

    tell: Connection

    def store(self, key: SeriesKey, candles: Any, covered: Span, **options: Any) -> Stored:
        """Store, then tell."""
        done = super().store(key, candles, covered, **options)
        self.tell.send((covered.start, covered.end))
        return done


def fetch_until_killed(file: Path, url: str, key: SeriesKey, span: Span, now_ms: int, tell: Connection) -> None:
    """Fetch a span from the stand-in exchange, storing every third page."""
    try:
        _fetch(file, url, key, span, now_ms, tell)
    except Exception:
        tell.send(traceback.format_exc())
        raise
    tell.send("done")


def _fetch(file: Path, url: str, key: SeriesKey, span: Span, now_ms: int, tell: Connection) -> None:
    backfill_run.PAGES_TOGETHER = 3
    Telling.tell = tell
    with Telling.open(file, now_ms=now_ms) as cache, Http() as http:
        feed = ExchangeFeed(Exchange("binance", http, (url,)))
        Backfill(cache, feed, BinanceArchive(http, url), now=lambda: now_ms).fetch(key, span)
