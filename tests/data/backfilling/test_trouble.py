"""Filling the candle cache while archives and exchanges are wrong, closed or busy: nothing is lost or invented."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.backfilling import (
    BARS,
    CLOSED,
    DECEMBER,
    FIRST,
    KEY,
    LATER,
    NOW,
    Make,
    asked,
    coverage_equals_rows,
    stored_like_the_market,
)
from support.stand_in import DAY, MINUTE, START, as_new, columns

from app.data.backfill import Backfill
from app.data.binance_archive import BinanceArchive
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.feed_errors import FeedBlocked, FeedBusy
from app.data.http import Http
from app.data.records import SeriesKey, Span


@pytest.mark.parametrize(
    "fault", ["404:2024-12.zip", "badsum:2024-12.zip", "badzip:2024-12.zip", "missing-checksum:2024-12.zip"]
)
def test_a_month_that_the_archive_cannot_give_comes_from_the_exchange(
    exchange: Any, backfill: Make, cache: CandleCache, fault: str
) -> None:
    exchange.state.archive_faults = [fault]
    outcome = backfill().fetch(KEY, DECEMBER)
    assert asked(exchange, "klines") == ["klines"] * 45
    assert outcome.missing == ()
    assert "2024-12 did not come from the archive: " in outcome.notes[0]
    stored_like_the_market(cache, DECEMBER)


def test_a_stale_month_is_mended_by_the_exchange(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    exchange.state.archive_faults = ["stale:2024-12.zip"]
    outcome = backfill().fetch(KEY, DECEMBER)
    assert outcome.notes == ("2024-12: 1 hour of the archive differed from Binance itself, whose candles count.",)
    assert outcome.stored.changed == 10
    stored_like_the_market(cache, DECEMBER)
    assert len(cache.revisions(KEY, DECEMBER)) == 10


@pytest.mark.parametrize("where", ["2024-12-31T12:00/720", "2024-12-01T00:00/3000", "2024-12-12T07:13/2000"])
def test_a_month_that_was_cut_is_completed_by_the_exchange(
    exchange: Any, backfill: Make, cache: CandleCache, where: str
) -> None:
    exchange.gap(f"BTCUSDT@{where}/archive")
    assert backfill().fetch(KEY, DECEMBER).missing == ()
    stored_like_the_market(cache, DECEMBER)


def test_an_archive_that_is_down_is_not_asked_for_every_month(exchange: Any, cache: CandleCache, http: Http) -> None:
    feed = ExchangeFeed(Exchange("binance", http, (exchange.url,)))
    span = Span(DECEMBER.start - 2 * DAY, DECEMBER.end + 3 * DAY)
    Backfill(cache, feed, BinanceArchive(http, "http://127.0.0.1:9"), now=exchange.now).fetch(KEY, span)
    stored_like_the_market(cache, span)
    assert len(asked(exchange)) == -(-(span.end - span.start) // MINUTE // 1000) + 1


def test_where_the_exchange_is_closed_the_archive_gives_months_and_days(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(NOW)
    exchange.fault("451")
    # December is published on the first Monday of January, the 6th.
    outcome = backfill().fetch(KEY, Span(DECEMBER.end - 3 * DAY, CLOSED))
    assert outcome.missing == (Span(DECEMBER.end + 2 * DAY, CLOSED - 5 * MINUTE),)
    assert isinstance(outcome.problem, FeedBlocked)
    assert asked(exchange)[-6:] == ["2025-01-02", "2025-01-01", "2024-12-31", "2024-12-30", "2024-12-29"][-6:]
    stored_like_the_market(cache, Span(DECEMBER.end - 3 * DAY, DECEMBER.end + 2 * DAY))
    exchange.set_now(LATER)
    as_new(exchange)
    exchange.fault("451")
    cache.delete(KEY)
    outcome = backfill().fetch(KEY, DECEMBER)
    assert (outcome.missing, outcome.problem) == ((), None)
    stored_like_the_market(cache, DECEMBER)


def test_where_both_are_closed_it_is_said_and_nothing_is_claimed(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.fault("403")
    exchange.state.archive_faults = ["404:2024"]
    outcome = backfill().fetch(KEY, DECEMBER)
    assert outcome.missing == (DECEMBER,)
    assert "does not serve this place (403). Use another exchange, or import candles from a file." in str(
        outcome.problem
    )
    assert cache.coverage(KEY) == ()
    assert [(job.state, job.attempts) for job in cache.jobs()] == [("failed", 1)]
    backfill().fetch(KEY, DECEMBER)
    assert cache.jobs()[0].attempts == 2


def test_a_banned_exchange_is_left_alone_as_long_as_it_says(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    exchange.set_now(NOW)
    exchange.fault("418=600@3")
    span = Span(CLOSED - 5 * DAY, CLOSED)
    outcome = backfill(archive=False).fetch(KEY, span)
    assert isinstance(outcome.problem, FeedBusy)
    assert cache.jobs()[0].state == "resting"
    kept = len(cache.read(KEY, span.start, span.end))
    as_new(exchange)
    exchange.advance(minutes=9)
    outcome = backfill(archive=False).fetch(KEY, span)
    assert "has asked to be left alone for 1 more minutes" in str(outcome.problem)
    assert exchange.requests == []
    exchange.advance(minutes=2)
    assert backfill(archive=False).fetch(KEY, span).missing == ()
    assert kept < len(cache.read(KEY, span.start, span.end))
    stored_like_the_market(cache, span)


@pytest.mark.parametrize(
    "fault", ["429=2", "500", "503", "drop", "truncate", "html", "empty", "dup=2", "unsorted", "nan"]
)
def test_faults_that_pass_lose_nothing(exchange: Any, backfill: Make, cache: CandleCache, fault: str) -> None:
    span = Span(START, START + 6 * DAY)
    exchange.fault(f"{fault}@3,5,6,9")
    assert backfill(archive=False).fetch(KEY, span).missing == ()
    stored_like_the_market(cache, span)
    coverage_equals_rows(cache)


ALL_AT_ONCE = [f"{kind}:0.05" for kind in ("429=1", "500", "502", "503", "504", "drop", "truncate", "html", "dup=3")]
ALL_AT_ONCE += ["empty:0.06", "unsorted:0.1", "nan:0.05"]


@pytest.mark.parametrize("name", ["binance", "coinbase", "okx"])
def test_all_faults_at_once_neither_lose_nor_invent_a_candle(
    exchange: Any, backfill: Make, cache: CandleCache, name: str
) -> None:
    key, span = SeriesKey(name, "spot", "BTC/USDT"), Span(START, START + 4 * DAY)
    gaps = ((1000, 200), (2500, 20), (3000, 1100))
    exchange.gap(*(f"BTCUSDT@{np.datetime64(START + at * MINUTE, 'ms')}/{length}" for at, length in gaps))
    wanted = set(range(START, span.end, MINUTE))
    wanted -= {START + (at + step) * MINUTE for at, length in gaps for step in range(length)}
    exchange._rng.seed(3)
    exchange.fault(*ALL_AT_ONCE)
    for _ in range(20):
        if not backfill(name, archive=False).fetch(key, span).missing:
            break
    rows = cache.read(key, span.start, span.end)
    assert rows.time.tolist() == sorted(wanted)
    at = (rows.time - FIRST) // MINUTE
    assert rows.close.tolist() == columns(BARS, FIRST)["close"][at].tolist()
    coverage_equals_rows(cache, key)
    assert cache.missing(key, span) == ()
