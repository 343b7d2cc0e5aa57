"""Where an instrument begins, stands still and ends: found with few questions, and not asked for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.backfilling import (
    BARS,
    FIRST,
    KEY,
    OLD,
    Make,
    asked,
)
from support.stand_in import DAY, MINUTE, as_new, columns, exchange_class, quick_http

from app.data.backfill import Backfill
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.quality import find_gaps
from app.data.records import SeriesKey, Span


def test_before_it_was_listed_little_is_asked_and_then_nothing(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    span = Span(FIRST - 900 * DAY, FIRST + DAY)
    outcome = backfill().fetch(KEY, span)
    assert outcome.missing == ()
    assert outcome.notes[-1] == "Binance has no candles of BTC/USDT from 2022-06-09 00:00 to 2024-11-25 00:00 UTC."
    assert len(exchange.requests) < 20
    assert cache.find(KEY).listed_ms == FIRST
    assert find_gaps(cache, KEY, span) == ()
    as_new(exchange)
    assert backfill().fetch(KEY, span).notes == ()
    assert exchange.requests == []


@pytest.mark.parametrize("name", ["coinbase", "bybit", "okx", "bitstamp"])
def test_before_it_was_listed_an_exchange_that_gives_windows_only_is_not_asked_for_ever(
    exchange: Any, backfill: Make, cache: CandleCache, name: str
) -> None:
    key = SeriesKey(name, "spot", "BTC/USDT")
    span = Span(FIRST - 900 * DAY, FIRST + 300 * MINUTE)
    outcome = backfill(name, archive=False).fetch(key, span)
    assert outcome.notes[-1].endswith("has no candles of BTC/USDT from 2022-06-09 00:00 to 2024-11-25 00:00 UTC.")
    assert len(exchange.requests) < 60
    as_new(exchange)
    assert backfill(name, archive=False).fetch(key, span).missing == ()
    assert exchange.requests == []


@pytest.mark.parametrize("name", ["binance", "coinbase", "bybit", "okx", "bitstamp"])
def test_what_lies_before_a_long_silence_is_found_whichever_part_is_asked_for_first(
    backfill: Make, cache: CandleCache, name: str, tmp_path: Path
) -> None:
    """An instrument may stop trading for a year and come back."""
    times = np.concatenate([FIRST - 400 * DAY + MINUTE * np.arange(600), FIRST + MINUTE * np.arange(600)])
    market = {**columns(1200, FIRST), "ts": times}
    key = SeriesKey(name, "spot", "ETH/USDT")
    with exchange_class()({"ETHUSDT": market}, now=FIRST + DAY) as halted, quick_http() as http:
        feed = ExchangeFeed(Exchange(name, http, (halted.url,)))
        one = Backfill(cache, feed, None, now=halted.now, timing=http.timing)
        late, whole = Span(FIRST - 90 * DAY, FIRST + 600 * MINUTE), Span(FIRST - 410 * DAY, FIRST + 600 * MINUTE)
        assert one.fetch(key, late).missing == ()
        assert cache.find(key).listed_ms == FIRST
        assert one.fetch(key, whole).missing == ()
        assert cache.read(key, whole.start, whole.end).time.tolist() == times.tolist()
        assert cache.find(key).listed_ms == FIRST - 400 * DAY
        assert [gap.span for gap in find_gaps(cache, key, whole)] == [Span(FIRST - 400 * DAY + 600 * MINUTE, FIRST)]
        halted.requests.clear()
        assert one.fetch(key, whole).notes == ()
        assert halted.requests == []


def test_where_there_is_nothing_at_all_little_is_asked_and_then_nothing(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(FIRST + (BARS + 400 * 1440) * MINUTE)
    span = Span(FIRST + (BARS + 10 * 1440) * MINUTE, FIRST + (BARS + 300 * 1440) * MINUTE)
    assert backfill().fetch(KEY, span).missing == ()
    assert cache.find(KEY).listed_ms is None
    assert len(exchange.requests) < 20
    as_new(exchange)
    assert backfill().fetch(KEY, span).missing == ()
    assert exchange.requests == []


@pytest.mark.parametrize("fast", [0, 700])
def test_a_delisted_instrument_is_complete_and_its_candles_not_asked_for_any_more(
    exchange: Any, backfill: Make, cache: CandleCache, fast: int
) -> None:
    here = exchange.now() + fast * DAY
    outcome = backfill(now=lambda: here).fetch(OLD, Span(FIRST, here))
    assert outcome.notes[-1].startswith("OLD/USDT does not trade any more; its last candle is that of 2024-11-28")
    assert len(cache.read(OLD, FIRST, here)) == 3 * 1440
    assert find_gaps(cache, OLD, Span(FIRST, here)) == ()
    as_new(exchange)
    exchange.advance(days=3)
    assert backfill(now=lambda: here).fetch(OLD, Span(FIRST, here)).missing == ()
    assert asked(exchange) == []
    assert len(exchange.requests) <= 1


def test_an_instrument_that_trades_again_is_fetched_again(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    backfill().fetch(OLD, Span(FIRST, exchange.now()))
    assert cache.find(OLD).ended_ms == FIRST + 3 * DAY
    market = exchange.state.markets["OLDUSDT"]
    market.status = "TRADING"
    try:
        backfill().fetch(OLD, Span(FIRST, exchange.now()))
    finally:
        market.status = "BREAK"
    assert (cache.find(OLD).status, cache.find(OLD).ended_ms) == ("trading", None)
    assert [gap.span.start for gap in find_gaps(cache, OLD, Span(FIRST, exchange.now()))] == [FIRST + 3 * DAY]


def test_whether_it_trades_again_is_not_asked_where_nobody_answers_or_only_the_past_is_wanted(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    backfill().fetch(OLD, Span(FIRST, exchange.now()))
    as_new(exchange)
    assert backfill().fetch(OLD, Span(FIRST, FIRST + 3 * DAY)).problem is None
    assert exchange.requests == []
    exchange.fault("451")
    assert backfill().fetch(OLD, Span(FIRST, exchange.now())).problem is None
    assert cache.find(OLD).ended_ms == FIRST + 3 * DAY
