"""Upkeep while the window is open: of what is worked with and stored, and only while nothing else is to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.stand_in import DAY, MINUTE, START, Seconds, as_new, columns, exchange_class, quick_http

from app.data.feeds import Feeds
from app.data.markets import MarketLists
from app.data.records import Series, SeriesKey, Span
from app.jobs.candle_store import CandleStore
from app.jobs.upkeep import Upkeep
from app.settings import Settings

BTC = SeriesKey("binance", "spot", "BTC/USDT")
NOW = START + 2 * DAY + 30_000
CLOSED = START + 2 * DAY


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    with exchange_class()({"BTCUSDT": columns()}, now=NOW) as exchange:
        yield exchange


@pytest.fixture
def exchange(served: Any) -> Any:
    as_new(served)
    served.set_now(NOW)
    return served


@pytest.fixture
def store(exchange: Any, tmp_path: Path) -> Iterator[CandleStore]:
    settings = Settings(binance=(exchange.url,), binance_archive=(exchange.url,))

    def feeds() -> Feeds:
        return Feeds(settings, quick_http(Seconds()), MarketLists(lambda _: (), tmp_path / "markets"))

    made = CandleStore(tmp_path / "candles.duckdb", tmp_path / "imports", now=exchange.now, feeds=feeds)
    yield made
    made.close()


def _hold(store: CandleStore, exchange: Any, upto: int) -> None:
    """Make the series one that has candles up to a moment."""
    store.cache().ensure(Series(BTC))
    with store.feeds() as feeds:
        feeds.backfill(store.cache(), "binance", now=exchange.now).fetch(BTC, Span(upto - 60 * MINUTE, upto))
    as_new(exchange)


def test_what_is_worked_with_is_brought_up_to_date_a_minute_at_a_time(store: CandleStore, exchange: Any) -> None:
    _hold(store, exchange, CLOSED - 30 * MINUTE)
    upkeep = Upkeep(store, lambda: True)
    (news,) = upkeep.tend(BTC)
    assert (news.stored.added, news.problem) == (30, None)
    as_new(exchange)
    assert upkeep.tend(BTC) == ()
    assert exchange.requests == []
    exchange.advance(minutes=1)
    (news,) = upkeep.tend(BTC)
    assert news.stored.added == 1
    upkeep.close()


def test_what_is_not_stored_is_not_begun(store: CandleStore, exchange: Any) -> None:
    upkeep = Upkeep(store, lambda: True)
    assert upkeep.tend(BTC) == ()
    assert upkeep.tend(None) == ()
    assert exchange.requests == []
    assert store.cache().series() == ()


def test_while_there_is_something_else_to_be_done_nothing_is_asked(store: CandleStore, exchange: Any) -> None:
    _hold(store, exchange, CLOSED - 30 * MINUTE)
    assert Upkeep(store, lambda: False).tend(BTC) == ()
    assert exchange.requests == []


def test_what_the_trader_asks_for_goes_first_also_in_the_middle_and_upkeep_goes_on_later(
    store: CandleStore, exchange: Any
) -> None:
    _hold(store, exchange, START + 120 * MINUTE)
    answers = [True, True, False]
    upkeep = Upkeep(store, lambda: answers.pop(0) if answers else True)
    assert upkeep.tend(BTC) == ()
    pages = [one for one in exchange.requests if one["path"].endswith("klines")]
    assert len(pages) == 2
    assert store.cache().missing(BTC, Span(START + 60 * MINUTE, CLOSED - DAY)) != ()
    (news,) = upkeep.tend(BTC)
    assert news.problem is None
    assert store.cache().missing(BTC, Span(START + 60 * MINUTE, CLOSED - 5 * MINUTE)) == ()
    upkeep.close()


def _close_store(upkeep: Upkeep, store: CandleStore) -> None:
    upkeep.close()
    store.close()


def _close_upkeep(upkeep: Upkeep, store: CandleStore) -> None:
    upkeep.close()


@pytest.mark.parametrize("close", [_close_upkeep, _close_store])
def test_closing_in_the_middle_ends_it_without_a_word(
    store: CandleStore, exchange: Any, close: Callable[[Upkeep, CandleStore], None]
) -> None:
    _hold(store, exchange, CLOSED - 30 * MINUTE)
    asked: list[int] = []

    def idle() -> bool:
        asked.append(1)
        if len(asked) == 2:
            close(upkeep, store)
        return True

    upkeep = Upkeep(store, idle)
    assert upkeep.tend(BTC) == ()
    assert len(asked) >= 2
    assert upkeep.tend(BTC) == ()
