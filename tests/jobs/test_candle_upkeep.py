"""Keeping candles up to date against the stand-in exchange, by a clock that only tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.stand_in import DAY, MINUTE, START, Seconds, as_new, columns, exchange_class, quick_http

from app.data.backfill import Backfill
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.feed_errors import FeedBlocked, FeedBusy, SymbolUnknown
from app.data.feeds import Feeds
from app.data.markets import Market, MarketLists
from app.data.records import CacheFull, SeriesKey, Span
from app.jobs.candle_upkeep import AFTER_THE_CLOSE_MS, LONGEST_PAUSE_MS, CandleUpkeep, News
from app.market.timeframe import HOUR_MS as HOUR
from app.settings import Settings

BTC, OLD = SeriesKey("binance", "spot", "BTC/USDT"), SeriesKey("binance", "spot", "OLD/USDT")
NOW = START + 2 * DAY + 30_000
CLOSED = START + 2 * DAY


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    with exchange_class()({"BTCUSDT": columns(), "OLDUSDT": columns(600)}, now=NOW) as exchange:
        exchange.state.markets["OLDUSDT"].status = "BREAK"
        yield exchange


@pytest.fixture
def exchange(served: Any) -> Any:
    as_new(served)
    served.set_now(NOW)
    served.state.late_bars = 0
    return served


@pytest.fixture
def status(exchange: Any) -> Iterator[Callable[[str], None]]:
    market = exchange.state.markets["BTCUSDT"]
    yield lambda name: setattr(market, "status", name)
    market.status = "TRADING"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CandleCache]:
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as one:
        yield one


@pytest.fixture
def make(exchange: Any, cache: CandleCache) -> Iterator[Callable[[str], Backfill]]:
    with quick_http(Seconds()) as http:

        def backfill(name: str) -> Backfill:
            feed = ExchangeFeed(Exchange(name, http, (exchange.url,)))
            return Backfill(cache, feed, None, now=exchange.now, timing=http.timing)

        yield backfill


@pytest.fixture
def upkeep(cache: CandleCache, make: Callable[[str], Backfill]) -> CandleUpkeep:
    upkeep = CandleUpkeep(cache, make)
    upkeep.follow([BTC])
    return upkeep


def klines(exchange: Any) -> int:
    return sum(one["path"].endswith("klines") for one in exchange.requests)


def test_a_series_is_asked_for_three_seconds_after_each_minute(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep
) -> None:
    assert upkeep.due_ms == 0
    (news,) = upkeep.tick(exchange.now())
    assert (news.key, news.stored.added, news.problem) == (BTC, 5, None)
    assert cache.read(BTC, 0, NOW).end == CLOSED
    assert upkeep.due_ms == CLOSED + MINUTE + AFTER_THE_CLOSE_MS
    as_new(exchange)
    exchange.set_now(upkeep.due_ms - 1)
    assert upkeep.tick(exchange.now()) == ()
    assert exchange.requests == []
    for _ in range(3):
        exchange.set_now(upkeep.due_ms)
        (news,) = upkeep.tick(exchange.now())
        assert news.stored.added == 1
    assert cache.read(BTC, 0, exchange.now()).end == CLOSED + 3 * MINUTE
    assert klines(exchange) == 3


def test_a_clock_put_forward_and_back_does_not_keep_it_waiting(
    exchange: Any, cache: CandleCache, make: Callable[[str], Backfill]
) -> None:
    upkeep = CandleUpkeep(cache, make)
    upkeep.follow([BTC])
    upkeep.tick(exchange.now() + 5 * HOUR)
    assert upkeep.due_ms == CLOSED + 5 * HOUR + MINUTE + AFTER_THE_CLOSE_MS
    assert upkeep.tick(exchange.now()) == ()
    assert upkeep.due_ms == CLOSED + MINUTE + AFTER_THE_CLOSE_MS
    exchange.set_now(upkeep.due_ms)
    (news,) = upkeep.tick(exchange.now())
    assert news.stored.added == 1


def test_after_a_pause_everything_since_then_is_fetched(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep
) -> None:
    upkeep.tick(exchange.now())
    exchange.advance(hours=20)
    (news,) = upkeep.tick(exchange.now())
    assert news.stored.added == 20 * 60
    assert len(cache.read(BTC, 0, exchange.now())) == 20 * 60 + 5
    assert cache.missing(BTC, Span(CLOSED - 5 * MINUTE, CLOSED + 19 * 60 * MINUTE)) == ()


def test_candles_that_change_late_end_as_the_exchange_ends_them(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep
) -> None:
    exchange.state.late_bars = 3
    for _ in range(8):
        upkeep.tick(exchange.now())
        exchange.set_now(upkeep.due_ms)
    rows = cache.read(BTC, CLOSED, CLOSED + 4 * MINUTE)
    at = (CLOSED - START) // MINUTE
    assert rows.volume.tolist() == columns()["volume"][at : at + 4].tolist()


def test_a_failure_is_told_and_followed_by_longer_and_longer_pauses(exchange: Any, upkeep: CandleUpkeep) -> None:
    exchange.fault("451")
    exchange.advance(minutes=30)
    pauses = []
    for _ in range(8):
        (news,) = upkeep.tick(exchange.now())
        assert isinstance(news.problem, FeedBlocked)
        assert upkeep.due_ms is not None
        pauses.append((upkeep.due_ms - exchange.now()) // MINUTE)
        exchange.set_now(upkeep.due_ms)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert LONGEST_PAUSE_MS == 30 * MINUTE
    exchange.fault()
    (news,) = upkeep.tick(exchange.now())
    assert news.problem is None
    assert upkeep.due_ms == exchange.now() // MINUTE * MINUTE + MINUTE + AFTER_THE_CLOSE_MS


def test_an_exchange_that_bans_is_left_alone_as_long_as_it_says(exchange: Any, upkeep: CandleUpkeep) -> None:
    exchange.fault("418=7200")
    (news,) = upkeep.tick(exchange.now())
    assert isinstance(news.problem, FeedBusy)
    assert upkeep.due_ms == exchange.now() + 7_200_000


def test_what_does_not_trade_is_looked_at_once_a_day_and_what_does_not_exist_never_again(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep
) -> None:
    unknown = SeriesKey("binance", "spot", "XYZ/USDT")
    upkeep.follow([OLD, unknown, SeriesKey("import", "crypto", "BTC/USDT mine")])
    first, second = upkeep.tick(exchange.now())
    assert (first.key, first.stopped) == (OLD, False)
    assert (second.key, second.stopped) == (unknown, True)
    assert isinstance(second.problem, SymbolUnknown)
    exchange.set_now(upkeep.due_ms)
    assert upkeep.tick(exchange.now()) == (News(OLD, stopped=True),)
    assert upkeep.due_ms == exchange.now() + DAY
    as_new(exchange)
    exchange.advance(hours=23)
    assert upkeep.tick(exchange.now()) == ()
    assert exchange.requests == []


def test_what_trades_again_is_followed_again(exchange: Any, cache: CandleCache, upkeep: CandleUpkeep) -> None:
    upkeep.follow([OLD])
    upkeep.tick(exchange.now())
    exchange.set_now(upkeep.due_ms)
    assert upkeep.tick(exchange.now()) == (News(OLD, stopped=True),)
    market = exchange.state.markets["OLDUSDT"]
    market.status = "TRADING"
    exchange.set_now(upkeep.due_ms)
    try:
        (news,) = upkeep.tick(exchange.now())
    finally:
        market.status = "BREAK"
    assert (news.stopped, news.problem) == (False, None)
    assert cache.find(OLD).status == "trading"
    assert upkeep.due_ms == exchange.now() // MINUTE * MINUTE + MINUTE + AFTER_THE_CLOSE_MS


def test_what_stops_trading_while_it_is_followed_is_noticed_the_next_day(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep, status: Callable[[str], None]
) -> None:
    upkeep.tick(exchange.now())
    status("BREAK")
    exchange.set_now(NOW + DAY - MINUTE)
    (news,) = upkeep.tick(exchange.now())
    assert (news.stored.added, news.stopped) == (DAY // MINUTE - 1, False)
    exchange.set_now(NOW + DAY + HOUR)
    (news,) = upkeep.tick(exchange.now())
    assert (news.stored.added, news.stopped, news.problem) == (1, True, None)
    assert cache.find(BTC).status == "ended"
    assert upkeep.due_ms == exchange.now() + HOUR
    exchange.advance(hours=25)
    (news,) = upkeep.tick(exchange.now())
    assert news.notes == ("BTC/USDT does not trade any more; its last candle is that of 2024-12-05 00:00 UTC.",)
    assert cache.find(BTC).ended_ms == START + 3 * DAY
    exchange.set_now(upkeep.due_ms)
    assert upkeep.tick(exchange.now()) == (News(BTC, stopped=True),)
    assert upkeep.due_ms == exchange.now() + DAY


def test_what_was_only_halted_is_followed_again_an_hour_later(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep, status: Callable[[str], None]
) -> None:
    upkeep.tick(exchange.now() - DAY)
    status("BREAK")
    (news,) = upkeep.tick(exchange.now())
    assert news.stopped
    status("TRADING")
    exchange.set_now(upkeep.due_ms)
    (news,) = upkeep.tick(exchange.now())
    assert (news.stored.added, news.stopped) == (60, False)
    assert (cache.find(BTC).status, cache.find(BTC).ended_ms) == ("trading", None)
    assert cache.read(BTC, 0, exchange.now()).end == CLOSED + HOUR


def test_what_the_exchange_does_not_know_any_more_has_ended_once_it_had_no_candle_for_a_day(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep
) -> None:
    upkeep.tick(exchange.now())
    market = exchange.state.markets.pop("BTCUSDT")
    try:
        exchange.advance(hours=23)
        (news,) = upkeep.tick(exchange.now())
        assert isinstance(news.problem, SymbolUnknown)
        assert cache.find(BTC).status == "trading"
        assert upkeep.due_ms == exchange.now() + DAY
        exchange.set_now(upkeep.due_ms)
        assert upkeep.tick(exchange.now()) == (News(BTC, stopped=True),)
    finally:
        exchange.state.markets["BTCUSDT"] = market
    assert (cache.find(BTC).status, cache.find(BTC).ended_ms) == ("ended", CLOSED)


def test_lists_of_markets_tell_what_has_ended_where_one_cannot_be_asked_about_alone(
    exchange: Any, cache: CandleCache, tmp_path: Path
) -> None:
    key, asked = SeriesKey("coinbase", "spot", "BTC/USDT"), [0]
    listed = [Market("BTC/USDT", "coinbase", "BTC-USDT", "BTC", "USDT", 0.01, None, "trading")]

    def ask(_: str) -> list[Market]:
        asked[0] += 1
        return listed

    settings = Settings(coinbase=(exchange.url,))
    with Feeds(settings, quick_http(Seconds()), MarketLists(ask, tmp_path)) as feeds:
        upkeep = CandleUpkeep(cache, lambda name: feeds.backfill(cache, name, now=exchange.now))
        upkeep.follow([key])
        for _ in range(2):
            upkeep.tick(exchange.now())
            exchange.advance(hours=25)
        assert (cache.find(key).status, cache.find(key).price_step, asked[0]) == ("trading", 0.01, 1)
        listed[0] = replace(listed[0], status="ended")
        (news,) = upkeep.tick(exchange.now())
    assert (news.stopped, cache.find(key).status, asked[0]) == (True, "ended", 2)


def test_a_pair_that_is_listed_under_another_name_of_its_coin_has_not_ended(
    exchange: Any, cache: CandleCache, tmp_path: Path
) -> None:
    key = SeriesKey("kraken", "spot", "XBT/USDT")
    listed = [Market("BTC/USDT", "kraken", "XBTUSDT", "BTC", "USDT", 0.1, None, "trading")]
    with Feeds(
        Settings(kraken=(exchange.url,)), quick_http(Seconds()), MarketLists(lambda _: listed, tmp_path)
    ) as feeds:
        upkeep = CandleUpkeep(cache, lambda name: feeds.backfill(cache, name, now=exchange.now))
        upkeep.follow([key])
        exchange.set_now(NOW - 30 * HOUR)
        upkeep.tick(exchange.now())
        exchange.set_now(NOW)
        (news,) = upkeep.tick(exchange.now())
    assert (news.problem, news.stopped) == (None, False)
    assert (cache.find(key).status, cache.read(key, 0, NOW).end) == ("trading", CLOSED)


def test_kraken_gives_what_it_has_after_a_long_pause(
    exchange: Any, cache: CandleCache, make: Callable[[str], Backfill]
) -> None:
    key = SeriesKey("kraken", "spot", "BTC/USDT")
    upkeep = CandleUpkeep(cache, make)
    upkeep.follow([key])
    exchange.set_now(START + 60 * MINUTE + 30_000)
    upkeep.tick(exchange.now())
    exchange.set_now(NOW)
    (news,) = upkeep.tick(exchange.now())
    assert news.problem is None
    assert news.stored.added == 718
    assert cache.read(key, 0, NOW).end == CLOSED


def test_a_gap_that_was_filled_later_is_found_the_next_day(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep, make: Callable[[str], Backfill]
) -> None:
    exchange.gap("BTCUSDT@2024-12-02T10:00/40")
    make("binance").fetch(BTC, Span(START, CLOSED))
    assert [gap.cause for gap in cache.gaps(BTC, Span(START, CLOSED))] == ["unknown"]
    exchange.gap()
    exchange.advance(hours=2)
    (news,) = upkeep.tick(exchange.now())
    assert news.stored.added == 40 + 120
    assert cache.gaps(BTC, Span(START, CLOSED)) == ()


def test_the_cache_is_put_in_order_only_in_idle_time(
    exchange: Any, cache: CandleCache, make: Callable[[str], Backfill]
) -> None:
    for start in (START + DAY, START):
        make("binance").fetch(BTC, Span(start, start + DAY))
    idle: list[bool] = [False]
    upkeep = CandleUpkeep(cache, make, lambda: idle[0])
    upkeep.tick(exchange.now())
    assert not in_order(cache)
    idle[0] = True
    upkeep.tick(exchange.now())
    assert in_order(cache)


def in_order(cache: CandleCache) -> bool:
    times = [row[0] for row in cache._opened().rows("SELECT ts FROM candles_00")]
    return times == sorted(times)


def test_a_full_disk_is_told_and_tried_again_later(
    exchange: Any, cache: CandleCache, upkeep: CandleUpkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise CacheFull("no room")

    with monkeypatch.context() as patched:
        patched.setattr(cache, "store", full)
        (news,) = upkeep.tick(exchange.now())
    assert isinstance(news.problem, CacheFull)
    exchange.set_now(upkeep.due_ms)
    (news,) = upkeep.tick(exchange.now())
    assert news.problem is None
    assert news.stored.added == 6


def test_a_series_followed_again_keeps_its_times(exchange: Any, upkeep: CandleUpkeep) -> None:
    upkeep.tick(exchange.now())
    due = upkeep.due_ms
    upkeep.follow([BTC, OLD])
    assert upkeep.due_ms == 0
    upkeep.follow([BTC])
    assert upkeep.due_ms == due
    upkeep.follow([])
    assert upkeep.due_ms is None
