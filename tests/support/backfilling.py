"""The market that backfills are tried on, and what is looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from support.stand_in import DAY, MINUTE, START, columns

from app.data.backfill import Backfill
from app.data.binance_archive import month_of
from app.data.candle_cache import CandleCache
from app.data.records import SeriesKey, Span
from app.market.candles import COLUMNS

KEY = SeriesKey("binance", "spot", "BTC/USDT")
OLD = SeriesKey("binance", "spot", "OLD/USDT")
# Bars from 25 November on: a few days of one month, all of December, a few days of January.
FIRST = START - 7 * DAY
BARS = 40 * 1440
DECEMBER = month_of(START)
NOW = "2025-01-03T20:00:30Z"
CLOSED = DECEMBER.end + 2 * DAY + 20 * 60 * MINUTE
LATER = "2025-02-04T12:00:30Z"

Make = Callable[..., Backfill]


def asked(exchange: Any, *kinds: str) -> list[str]:
    """Return what was asked: `klines`, `1h`, and the dates of files, checksums left out."""
    found = []
    for one in exchange.requests:
        if one["path"].endswith(".zip"):
            found.append(one["path"].split("-1m-")[1].removesuffix(".zip"))
        elif "klines" in one["path"] and not one["path"].endswith("CHECKSUM"):
            found.append("1h" if "interval=1h" in str(one) or "'1h'" in str(one) else "klines")
    return [one for one in found if not kinds or one in kinds]


def stored_like_the_market(cache: CandleCache, span: Span, key: SeriesKey = KEY) -> None:
    """See that the candles of a span are those of the market."""
    rows = cache.read(key, span.start, span.end)
    wanted = columns(BARS, FIRST)
    first, last = np.searchsorted(wanted["ts"], (span.start, span.end))
    assert np.array_equal(rows.time, wanted["ts"][first:last])
    for name in COLUMNS:
        assert np.array_equal(getattr(rows, name), wanted[name][first:last]), name


def coverage_equals_rows(cache: CandleCache, key: SeriesKey = KEY) -> None:
    """See that what is covered says how many candles there are."""
    for covered in cache.coverage(key):
        assert len(cache.read(key, covered.span.start, covered.span.end)) == covered.rows
