"""Candles of an exchange through its own interface, with every fault of the stand-in switched on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.stand_in import DAY, MINUTE, START, Seconds, as_new, columns, exchange_class, quick_http

from app.data.dialects import DIALECTS, known_exchange
from app.data.exchange import Exchange, Wanted
from app.data.exchange_feed import ExchangeFeed
from app.data.feed_errors import (
    FeedBlocked,
    FeedBusy,
    FeedError,
    FeedUnavailable,
    HistoryNotOffered,
    PageRefused,
    SymbolUnknown,
)
from app.data.http import Http
from app.data.markets import Market, MarketLists
from app.data.records import SeriesKey, Span
from app.market.candles import COLUMNS, Candles

NOW = "2024-12-04T20:00:30Z"
CLOSED = START + 2 * DAY + 20 * 60 * MINUTE
KEY = SeriesKey("binance", "spot", "BTC/USDT")
ALL = Span(START, CLOSED)


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    markets = {"BTCUSDT": columns(), "OLDUSDT": columns(600, seed=9)}
    with exchange_class()(markets, statuses={"OLDUSDT": "BREAK"}, now=NOW) as exchange:
        yield exchange


@pytest.fixture
def exchange(served: Any) -> Any:
    as_new(served)
    served.set_now(NOW)
    served.state.late_bars, served.state.ban_after, served.state.weight_limit = 0, 0, 6000
    served.state.markets["BTCUSDT"].skew[:] = 0
    return served


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def http(seconds: Seconds) -> Iterator[Http]:
    with quick_http(seconds) as connections:
        yield connections


def feed_of(served: Any, http: Http, name: str = "binance") -> ExchangeFeed:
    return ExchangeFeed(Exchange(name, http, (served.url,)))


@pytest.fixture
def feed(exchange: Any, http: Http) -> ExchangeFeed:
    return feed_of(exchange, http)


def whole(feed: ExchangeFeed, exchange: Any, span: Span, key: SeriesKey = KEY, most: int = 60) -> list[Candles]:
    """Fetch pages until the span is covered; return them oldest first."""
    pages: list[Candles] = []
    end = span.end
    while end > span.start:
        page = feed.fetch(key, Span(span.start, end), now_ms=exchange.now())
        assert page.covered.end == end
        assert span.start <= page.covered.start < end
        pages.insert(0, page.candles)
        end = page.covered.start
        assert len(pages) < most
    return pages


def times(pages: list[Candles]) -> list[int]:
    return [int(time) for page in pages for time in page.time]


def candle_requests(exchange: Any) -> int:
    return sum(
        "line" in one["path"] or "candles" in one["path"] or "ohlc" in one["path"].lower() for one in exchange.requests
    )


def test_pages_join_newest_first_and_equal_the_market(exchange: Any, feed: ExchangeFeed) -> None:
    pages = whole(feed, exchange, ALL)
    wanted, rows = columns(), (CLOSED - START) // MINUTE
    for name in COLUMNS:
        joined = np.concatenate([getattr(page, name) for page in pages])
        assert joined.tolist() == wanted[name][:rows].tolist()
    assert candle_requests(exchange) == -(-rows // 1000)


def test_a_page_says_what_it_is(exchange: Any, feed: ExchangeFeed) -> None:
    page = feed.fetch(KEY, ALL, now_ms=exchange.now())
    assert (page.origin, page.final, page.authoritative, page.notes) == ("rest", False, False, ())
    assert page.size > 50_000
    assert feed.fetch(KEY, Span(START, CLOSED - 5 * MINUTE), now_ms=exchange.now()).final


def test_rows_are_counted_not_minutes_where_the_exchange_can(exchange: Any, feed: ExchangeFeed) -> None:
    exchange.gap(*(f"BTCUSDT@2024-12-03T{hour:02}:00/9" for hour in range(24)))
    pages = whole(feed, exchange, ALL)
    rows = (CLOSED - START) // MINUTE - 24 * 9
    assert len(times(pages)) == rows
    assert candle_requests(exchange) == -(-rows // 1000)


@pytest.mark.parametrize("name", ["coinbase", "bybit", "okx", "bitstamp"])
def test_every_exchange_gives_the_same_candles(exchange: Any, http: Http, name: str) -> None:
    feed = feed_of(exchange, http, name)
    pages = whole(feed, exchange, ALL, SeriesKey(name, "spot", "BTC/USDT"))
    assert times(pages) == list(range(START, CLOSED, MINUTE))
    assert np.concatenate([page.close for page in pages]).tolist() == columns()["close"][: len(times(pages))].tolist()
    for_the_time = DIALECTS[name].clock_pair is not None
    assert candle_requests(exchange) == -(-len(times(pages)) // DIALECTS[name].page) + for_the_time


@pytest.mark.parametrize("name", ["coinbase", "bybit", "okx", "binance"])
def test_holes_of_every_length_are_covered_and_nothing_is_lost(exchange: Any, http: Http, name: str) -> None:
    gaps = ((100, 3), (400, 20), (700, 900), (2000, 299), (2400, 301))
    exchange.gap(*(f"BTCUSDT@{np.datetime64(START + at * MINUTE, 'ms')}/{length}" for at, length in gaps))
    missing = {START + (at + step) * MINUTE for at, length in gaps for step in range(length)}
    pages = whole(feed_of(exchange, http, name), exchange, ALL, SeriesKey(name, "spot", "BTC/USDT"))
    assert times(pages) == [time for time in range(START, CLOSED, MINUTE) if time not in missing]


@pytest.mark.parametrize("name", ["binance", "coinbase", "okx", "bybit"])
def test_before_the_first_candle_there_is_nothing(exchange: Any, http: Http, name: str) -> None:
    span = Span(START - 9 * DAY, START + 10 * MINUTE)
    pages = whole(feed_of(exchange, http, name), exchange, span, SeriesKey(name, "spot", "BTC/USDT"))
    assert times(pages) == list(range(START, span.end, MINUTE))
    assert candle_requests(exchange) <= 12


def test_kraken_has_recent_candles_and_says_so_for_older_ones(exchange: Any, http: Http) -> None:
    feed, key = feed_of(exchange, http, "kraken"), SeriesKey("kraken", "spot", "BTC/USDT")
    span = Span(CLOSED - 300 * MINUTE, CLOSED)
    assert times(whole(feed, exchange, span, key)) == list(range(span.start, span.end, MINUTE))
    first = CLOSED - 719 * MINUTE
    with pytest.raises(
        HistoryNotOffered, match="only its newest 720 candles, here from 2024-12-04 08:01 UTC"
    ) as caught:
        feed.fetch(key, ALL, now_ms=exchange.now())
    assert caught.value.earliest_ms == first
    part = feed.fetch(key, Span(CLOSED - 900 * MINUTE, CLOSED), now_ms=exchange.now())
    assert part.covered == Span(first, CLOSED)
    with pytest.raises(HistoryNotOffered):
        feed.fetch(key, Span(CLOSED - 900 * MINUTE, first), now_ms=exchange.now())


def test_kraken_may_call_a_pair_otherwise_than_it_was_asked_for(
    exchange: Any, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = http.get

    def renamed(url: str, **options: Any) -> Any:
        answer = plain(url, **options)
        return replace(answer, body=answer.body.replace(b'"XBTUSDT"', b'"XXBTZUSDT"'))

    monkeypatch.setattr(http, "get", renamed)
    span = Span(CLOSED - 10 * MINUTE, CLOSED)
    page = feed_of(exchange, http, "kraken").fetch(SeriesKey("kraken", "spot", "BTC/USDT"), span, now_ms=exchange.now())
    assert len(page.candles) == 10


def test_the_forming_candle_never_comes(exchange: Any, feed: ExchangeFeed) -> None:
    exchange.set_now(CLOSED + 500)
    assert feed.closed_until(MINUTE, now_ms=exchange.now()) == CLOSED - MINUTE
    page = feed.fetch(KEY, Span(CLOSED - 10 * MINUTE, CLOSED + MINUTE), now_ms=exchange.now())
    assert page.candles.end == CLOSED - MINUTE


@pytest.mark.parametrize("minutes", [5, -5, 90])
def test_the_clock_of_the_exchange_counts_and_not_a_wrong_one_here(
    exchange: Any, feed: ExchangeFeed, minutes: int
) -> None:
    here = exchange.now() + minutes * MINUTE
    assert feed.closed_until(MINUTE, now_ms=here) == CLOSED
    page = feed.fetch(KEY, Span(CLOSED - 10 * MINUTE, CLOSED), now_ms=here)
    assert page.candles.end == CLOSED
    way = "fast" if minutes > 0 else "slow"
    assert (
        feed.clock_note() == f"The clock of this computer is {abs(minutes)} min {way}; the clock of Binance was used."
    )


@pytest.mark.parametrize("name", ["bitstamp", "okx", "bybit", "kraken"])
@pytest.mark.parametrize("seconds_fast", [0, 20, 300, 86_400, -300, -86_400])
def test_an_exchange_that_tells_no_time_tells_it_by_its_newest_candle(http: Http, name: str, seconds_fast: int) -> None:
    pair = DIALECTS[name].clock_pair or ""
    key = SeriesKey(name, "spot", pair)
    with exchange_class()({pair.replace("/", ""): columns()}, now=NOW) as alone:
        here = alone.now() + seconds_fast * 1000
        feed = feed_of(alone, http, name)
        closed = feed.closed_until(MINUTE, now_ms=here)
        assert CLOSED - 2 * MINUTE <= closed <= CLOSED
        if abs(seconds_fast) <= 20:
            assert (closed, feed.clock_note()) == (CLOSED, None)
        else:
            assert "was used" in (feed.clock_note() or "")
        page = feed.fetch(key, Span(CLOSED - 10 * MINUTE, closed), now_ms=here)
        assert page.candles.end == closed
        newest = feed.fetch(key, Span(CLOSED - 10 * MINUTE, CLOSED + 5 * MINUTE), now_ms=here)
        assert newest.candles.end <= CLOSED


def test_an_exchange_that_does_not_answer_at_all_is_not_asked_for_the_time_in_two_ways(
    exchange: Any, http: Http
) -> None:
    exchange.fault("drop")
    feed = feed_of(exchange, http, "okx")
    assert feed.closed_until(MINUTE, now_ms=CLOSED + 30_000) == CLOSED
    assert candle_requests(exchange) == 0


def test_late_candles_end_as_the_exchange_ends_them(exchange: Any, feed: ExchangeFeed) -> None:
    exchange.state.late_bars = 3
    span = Span(CLOSED - 10 * MINUTE, CLOSED)
    early = feed.fetch(KEY, span, now_ms=exchange.now())
    exchange.advance(minutes=10)
    late = feed.fetch(KEY, span, now_ms=exchange.now())
    at = (span.start - START) // MINUTE
    assert late.candles.volume.tolist() == columns()["volume"][at : at + 10].tolist()
    assert np.flatnonzero(early.candles.volume != late.candles.volume).tolist() == [7, 8, 9]
    assert (early.final, late.final) == (False, True)


@pytest.mark.parametrize(
    "fault",
    ["429=3", "500", "502", "503", "504", "drop", "truncate", "html", "empty", "dup=3", "unsorted", "nan"],
)
def test_a_fault_that_passes_changes_nothing(exchange: Any, feed: ExchangeFeed, fault: str) -> None:
    feed.closed_until(MINUTE, now_ms=exchange.now())
    exchange.fault(f"{fault}@1,3")
    pages = whole(feed, exchange, ALL)
    assert times(pages) == list(range(START, CLOSED, MINUTE))
    assert np.concatenate([page.close for page in pages]).tolist() == columns()["close"][: len(times(pages))].tolist()


def test_the_wait_a_busy_exchange_asks_for_is_kept(exchange: Any, feed: ExchangeFeed, seconds: Seconds) -> None:
    feed.closed_until(MINUTE, now_ms=exchange.now())
    exchange.fault("429=3@2")
    whole(feed, exchange, ALL)
    assert seconds.slept == [3.0]


@pytest.mark.parametrize(
    ("fault", "error", "sentence"),
    [
        ("451", FeedBlocked, r"127.0.0.1 does not serve this place \(451\)"),
        ("403", FeedBlocked, "does not serve this place"),
        ("418=600", FeedBusy, "has shut us out for 10 minutes"),
        ("429=600", FeedBusy, "asks to wait 10 minutes"),
        ("503", FeedUnavailable, "out of order at the moment"),
        ("html", FeedUnavailable, "answered with a web page"),
        ("drop", FeedUnavailable, "connection to 127.0.0.1 fails"),
        ("empty", FeedUnavailable, "sends no candles of BTC/USDT at all"),
        ("nan", PageRefused, "Binance, BTC/USDT: The answer was refused as a whole: the candle of .* not a number"),
    ],
)
def test_a_fault_that_stays_is_a_sentence_and_never_no_data(
    exchange: Any, feed: ExchangeFeed, fault: str, error: type[FeedError], sentence: str
) -> None:
    feed.fetch(KEY, Span(START, START + MINUTE), now_ms=exchange.now())
    exchange.fault(fault)
    with pytest.raises(error, match=sentence):
        feed.fetch(KEY, ALL, now_ms=exchange.now())


def test_an_answer_that_takes_too_long_is_asked_for_again(exchange: Any, seconds: Seconds) -> None:
    exchange.fault("slow=0.6@3")
    with Http(seconds.timing(), timeout_s=0.3) as http:
        page = feed_of(exchange, http).fetch(KEY, Span(START, START + 10 * MINUTE), now_ms=exchange.now())
    assert len(page.candles) == 10
    assert seconds.slept == [1.0]


def test_an_exchange_that_bans_after_too_many_requests_is_asked_no_more(exchange: Any, feed: ExchangeFeed) -> None:
    exchange.state.weight_limit, exchange.state.ban_after = 4, 2
    exchange.requests.clear()
    with pytest.raises(FeedBusy, match="has shut us out"):
        whole(feed, exchange, ALL)
    assert [one["status"] for one in exchange.requests[-3:]] == [429, 429, 418]


def test_an_exchange_that_serves_not_this_place_is_asked_at_its_next_address(exchange: Any, http: Http) -> None:
    with exchange_class()({"BTCUSDT": columns(10)}, now=NOW, faults=("451",)) as blocked:
        feed = ExchangeFeed(Exchange("binance", http, (blocked.url, exchange.url)))
        assert times(whole(feed, exchange, ALL)) == list(range(START, CLOSED, MINUTE))
        assert len(blocked.requests) == 1


def test_a_delisted_instrument_ends_where_it_ended(exchange: Any, feed: ExchangeFeed) -> None:
    pages = whole(feed, exchange, ALL, SeriesKey("binance", "spot", "OLD/USDT"))
    assert times(pages) == list(range(START, START + 600 * MINUTE, MINUTE))


@pytest.mark.parametrize("name", ["binance", "bybit", "okx", "bitstamp", "coinbase", "kraken"])
def test_an_unknown_instrument_is_said_to_be_unknown(exchange: Any, http: Http, name: str) -> None:
    with pytest.raises(SymbolUnknown, match="does not have"):
        feed_of(exchange, http, name).fetch(SeriesKey(name, "spot", "XYZ/USDT"), ALL, now_ms=exchange.now())


def test_what_is_no_pair_is_not_asked_for(exchange: Any, feed: ExchangeFeed) -> None:
    with pytest.raises(SymbolUnknown, match="write it like BTC/USDT"):
        feed.fetch(SeriesKey("binance", "spot", "BTC&x=1"), ALL, now_ms=exchange.now())


def test_rows_off_the_minute_are_taken_for_their_minute(exchange: Any, feed: ExchangeFeed) -> None:
    exchange.state.markets["BTCUSDT"].set_skew("BTCUSDT@2024-12-04T10:00/30/28789")
    page = feed.fetch(KEY, ALL, now_ms=exchange.now())
    assert page.candles.time.tolist() == list(range(CLOSED - 1000 * MINUTE, CLOSED, MINUTE))
    assert page.notes == ("30 × a candle opened off the minute and counts for the minute it began in.",)


def test_hours_are_the_exchange_s_own(exchange: Any, feed: ExchangeFeed) -> None:
    hours = feed.hours(KEY, Span(START, START + DAY), now_ms=exchange.now())
    assert hours.time.tolist() == list(range(START, START + DAY, 60 * MINUTE))
    assert hours.high[0] == columns()["high"][:60].max()


def test_no_request_ever_goes_to_another_host(exchange: Any, http: Http) -> None:
    for name in DIALECTS:
        library = Exchange(name, http, (exchange.url,))._ready()
        assert library.urls["api"]
        assert all(url.startswith(exchange.url) for url in library.urls["api"].values())
        assert not library.isSandboxModeEnabled


def test_nonsense_in_json_is_refused(exchange: Any, http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Exchange("binance", http, (exchange.url,))
    for nonsense in ('{"a": 1}', '[{"t": 1}]', "[[1]]", "[1]", "null", '"x"'):
        answer = type("Answer", (), {"status": 200, "headers": {}, "text": nonsense, "body": nonsense.encode()})()
        one.learn([Market("BTC/USDT", "binance", "BTCUSDT", "BTC", "USDT")])
        monkeypatch.setattr(one.http, "get", lambda *_, answer=answer, **__: answer)
        with pytest.raises(FeedError):
            ExchangeFeed(one).fetch(KEY, ALL, now_ms=exchange.now())


def test_markets_have_steps_and_status(exchange: Any, http: Http) -> None:
    found = {market.symbol: market for market in Exchange("binance", http, (exchange.url,)).markets()}
    assert found["BTC/USDT"].price_step == 0.01
    assert found["BTC/USDT"].size_step == 0.00001
    assert (found["BTC/USDT"].status, found["OLD/USDT"].status) == ("trading", "ended")
    assert found["BTC/USDT"].instrument.price_step == 0.01


def test_a_list_of_markets_is_asked_for_once_a_day_and_an_old_one_is_better_than_none(tmp_path: Path) -> None:
    asked: list[str] = []
    market = Market("BTC/USDT", "binance", "BTCUSDT", "BTC", "USDT", 0.01, None, "trading")

    def ask(exchange: str) -> list[Market]:
        asked.append(exchange)
        if len(asked) > 2:
            raise FeedUnavailable("no")
        return [market]

    for now in (DAY, 2 * DAY - 1, 2 * DAY, 9 * DAY):
        assert MarketLists(ask, tmp_path).markets("binance", now_ms=now) == (market,)
    assert len(asked) == 3
    (tmp_path / "binance.json").write_text("[" * 100_000)
    with pytest.raises(FeedUnavailable):
        MarketLists(ask, tmp_path).markets("binance", now_ms=9 * DAY)


def test_an_exchange_is_known_by_its_name() -> None:
    assert known_exchange(" Binance ") == "binance"
    with pytest.raises(FeedError, match="Did you mean kraken"):
        known_exchange("krakn")


def test_a_question_can_be_for_the_newest_candles(exchange: Any, http: Http) -> None:
    one = Exchange("binance", http, (exchange.url,))
    assert len(one.rows("BTC/USDT", Wanted(MINUTE, 5, exchange.now()))) == 5
