"""Processes that fetch candles from the stand-in exchange and are killed: what was stored stays, once, and complete."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from support.killing import words_of_killed
from support.stand_in import DAY, MINUTE, columns, exchange_class

from app.data import backfill_run
from app.data.backfill import Backfill
from app.data.binance_archive import BinanceArchive, month_of
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.http import Http
from app.data.records import SeriesKey, Span, Stored

LATENCY_S = 0.002
KEY = SeriesKey("binance", "spot", "BTC/USDT")
DECEMBER = month_of(1_733_097_600_000)
SPAN = Span(DECEMBER.start, DECEMBER.end + 20 * DAY)


class Telling(CandleCache):
    """A cache that tells of every chunk once it is stored."""

    tell: Connection | None = None

    def store(self, key: SeriesKey, candles: Any, covered: Span, **options: Any) -> Stored:
        """Store, then tell."""
        done = super().store(key, candles, covered, **options)
        if self.tell is not None:
            self.tell.send((key, covered))
        return done


def kill_rounds(folder: Path, rounds: int, *, seed: int = 1) -> Iterator[int]:
    """Kill processes that fetch, check the cache after each, and yield how many chunks were acknowledged so far.

    The last fetch is not killed, and has to complete what the others began.
    """
    wanted = columns((SPAN.end - SPAN.start) // MINUTE, SPAN.start)
    chance, file, acknowledged = random.Random(seed), folder / "candles.duckdb", 0
    with exchange_class()({"BTCUSDT": wanted}, now=SPAN.end + 30_000, latency=LATENCY_S) as exchange:
        now = exchange.now()
        for _ in range(rounds):
            told = words_of_killed(fetch_until_killed, file, exchange.url, now, after_s=chance.uniform(0.0, 0.4))
            _check(file, told, wanted)
            acknowledged += len(told)
            yield acknowledged
        _fetch(file, exchange.url, now)
        assert _check(file, [], wanted)


def fetch_until_killed(file: Path, url: str, now_ms: int, tell: Connection) -> None:
    """Fetch the span from the stand-in exchange, storing every third page."""
    backfill_run.PAGES_TOGETHER = 3
    Telling.tell = tell
    try:
        _fetch(file, url, now_ms)
    except Exception:
        tell.send(traceback.format_exc())
        raise


def _fetch(file: Path, url: str, now_ms: int) -> None:
    with Telling.open(file, now_ms=now_ms) as cache, Http() as http:
        feed = ExchangeFeed(Exchange("binance", http, (url,)))
        Backfill(cache, feed, BinanceArchive(http, url), now=lambda: now_ms).fetch(KEY, SPAN)


def check_stored(cache: CandleCache, key: SeriesKey, told: list[Any]) -> None:
    """See that the cache is whole and covers every chunk that a process told of."""
    assert cache.notice is None, cache.notice
    assert cache.verify(key) == ()
    assert [words for words in told if isinstance(words, str)] == []
    coverage = cache.coverage(key)
    for _, chunk in (words for words in told if words[0] == key):
        assert any(one.span.start <= chunk.start and chunk.end <= one.span.end for one in coverage), chunk
    rows = cache.read(key, 0, 2**50)
    assert len(rows) == sum(covered.rows for covered in coverage)
    assert (np.diff(rows.time) > 0).all()


def _check(file: Path, told: list[Any], wanted: dict[str, np.ndarray]) -> bool:
    """Check the cache after a kill; return whether it was complete, and empty it then."""
    with CandleCache.open(file, now_ms=SPAN.end) as cache:
        check_stored(cache, KEY, told)
        rows = cache.read(KEY, SPAN.start, SPAN.end)
        at = (rows.time - SPAN.start) // MINUTE
        for name in ("open", "high", "low", "close", "volume"):
            assert np.array_equal(getattr(rows, name), wanted[name][at]), name
        complete = cache.missing(KEY, Span(SPAN.start, SPAN.end - 5 * MINUTE)) == ()
        if complete:
            assert len(rows) == len(wanted["ts"])
            cache.delete(KEY)
        return complete
