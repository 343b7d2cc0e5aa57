"""The candles of a window in memory, with sources that answer at once."""

from __future__ import annotations

from pathlib import Path

from support.cache import minutes
from support.fake_feeds import START, FakeFeeds

from app.data.records import Series, SeriesKey, Span
from app.jobs.candle_store import CandleStore
from app.market.timeframe import DAY_MS, MINUTE_MS
from app.ui.candle_desk import CandleDesk

NOW = START + 500 * DAY_MS


def desk_in(folder: Path, feeds: FakeFeeds) -> CandleDesk:
    """Return a desk whose candles and imports are kept in a folder, at a time that stands still."""
    store = CandleStore(
        folder / "candles.duckdb",
        folder / "imports",
        now=lambda: NOW,
        feeds=lambda: feeds,  # type: ignore[arg-type, return-value]
    )
    return CandleDesk(None, store)


def keep(desk: CandleDesk, symbol: str, start: int, end: int, without: range = range(0)) -> SeriesKey:
    """Store made-up minutes of an instrument on Binance; those at the places of `without` are missing."""
    key = SeriesKey("binance", "spot", symbol)
    cache = desk.store.cache()
    cache.ensure(Series(key, status="trading"))
    first, last = (start - START) // MINUTE_MS, (end - START) // MINUTE_MS
    rows = minutes(number for number in range(first, last) if number - first not in without)
    cache.store(key, rows, Span(start, end), origin="rest", final=True, authoritative=True, now_ms=NOW)
    return key
