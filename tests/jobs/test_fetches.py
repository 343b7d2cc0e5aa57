"""Candles arrive in the background, can be stopped, and what has come is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.fake_feeds import START, FakeFeeds

from app.data.feed_errors import FeedUnavailable
from app.data.records import SeriesKey, Span
from app.jobs.candle_store import CandleStore
from app.jobs.fetches import Fetch, Fetches
from app.market.timeframe import DAY_MS

BTC, ETH = (SeriesKey("binance", "spot", f"{coin}/USDT") for coin in ("BTC", "ETH"))
NOW = START + 400 * DAY_MS
TEN_DAYS = Span(NOW - 10 * DAY_MS, NOW)


class Heard:
    """Remembers what is told."""

    def __init__(self) -> None:
        self.fetches: list[Fetch] = []
        self.grown: list[SeriesKey] = []
        self.changed = threading.Condition()

    def fetch_changed(self, fetch: Fetch) -> None:
        with self.changed:
            self.fetches.append(fetch)
            self.changed.notify_all()

    def candles_grew(self, key: SeriesKey) -> None:
        with self.changed:
            self.grown.append(key)
            self.changed.notify_all()

    def wait(self, until: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(until, 20)


@pytest.fixture
def feeds() -> FakeFeeds:
    return FakeFeeds()


@pytest.fixture
def store(tmp_path: Path, feeds: FakeFeeds) -> Iterator[CandleStore]:
    made = CandleStore(tmp_path / "candles.duckdb", tmp_path / "imports", now=lambda: NOW, feeds=lambda: feeds)  # type: ignore[arg-type, return-value]
    yield made
    made.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def fetches(store: CandleStore, heard: Heard, feeds: FakeFeeds) -> Iterator[Fetches]:
    clock = iter(range(100, 1_000_000))
    made = Fetches(store, heard, clock=lambda: float(next(clock)))
    yield made
    feeds.gate.set()
    made.close()


def _ended(heard: Heard, key: SeriesKey) -> Callable[[], bool]:
    return lambda: any(fetch.key == key and not fetch.going for fetch in heard.fetches)


def test_a_fetch_ends_with_every_candle_stored(fetches: Fetches, heard: Heard, store: CandleStore) -> None:
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(_ended(heard, BTC))
    assert fetches.of(BTC).state == "done"  # type: ignore[union-attr]
    assert store.cache().missing(BTC, TEN_DAYS) == ()
    states = [fetch.state for fetch in heard.fetches]
    assert states[:2] == ["waiting", "fetching"]
    shares = [fetch.progress.share for fetch in heard.fetches if fetch.progress]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_the_newest_candles_are_told_of_before_all_have_come(fetches: Fetches, heard: Heard, feeds: FakeFeeds) -> None:
    feeds.gate.clear()
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(lambda: BTC in heard.grown)
    assert feeds.days == 1
    assert fetches.of(BTC).going  # type: ignore[union-attr]


def test_a_stopped_fetch_keeps_what_has_come_and_goes_on_from_there(
    fetches: Fetches, heard: Heard, feeds: FakeFeeds, store: CandleStore
) -> None:
    feeds.gate.clear()
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(lambda: feeds.days == 1 and BTC in heard.grown)
    fetches.stop(BTC)
    feeds.gate.set()
    heard.wait(_ended(heard, BTC))
    fetch = fetches.of(BTC)
    assert fetch is not None
    assert (fetch.state, fetch.message[:7]) == ("stopped", "Stopped")
    assert store.cache().missing(BTC, TEN_DAYS)[0].end == NOW - 2 * DAY_MS
    heard.fetches.clear()
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(_ended(heard, BTC))
    assert feeds.days == 10


def test_one_that_waits_can_be_stopped_too(fetches: Fetches, heard: Heard, feeds: FakeFeeds) -> None:
    feeds.gate.clear()
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(lambda: feeds.days == 1)
    fetches.ask(ETH, TEN_DAYS)
    fetches.stop(ETH)
    assert [fetch.state for fetch in fetches.all() if fetch.key == ETH] == ["stopped"]
    feeds.gate.set()
    heard.wait(_ended(heard, BTC))
    assert [key for key, _ in feeds.asked] == [BTC]


def test_a_longer_period_takes_the_place_of_the_one_under_way(fetches: Fetches, heard: Heard, feeds: FakeFeeds) -> None:
    feeds.gate.clear()
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(lambda: feeds.days == 1)
    longer = Span(NOW - 20 * DAY_MS, NOW)
    fetches.ask(BTC, longer)
    feeds.gate.set()
    heard.wait(lambda: any(fetch.span == longer and fetch.state == "done" for fetch in heard.fetches))
    assert [span for _, span in feeds.asked] == [TEN_DAYS, longer]
    assert feeds.days <= 21


def test_an_exchange_that_cannot_be_reached_is_a_sentence(fetches: Fetches, heard: Heard, feeds: FakeFeeds) -> None:
    feeds.problem = FeedUnavailable("Binance cannot be reached; is this computer online?")
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(_ended(heard, BTC))
    fetch = fetches.of(BTC)
    assert fetch is not None
    assert (fetch.state, fetch.message) == ("failed", "Binance cannot be reached; is this computer online?")


def test_an_exchange_with_its_faults_on_still_fills_the_store(tmp_path: Path, heard: Heard) -> None:
    from support import stand_in

    from app.data.feeds import Feeds
    from app.settings import Settings

    span = Span(stand_in.START, stand_in.START + 2 * DAY_MS)
    market = {"BTCUSDT": stand_in.columns(3 * 1440)}
    with stand_in.exchange_class()(market, now=span.end + 3_600_000) as exchange:
        exchange.fault("429=1@2", "drop@4", "html@6")
        settings = Settings(binance=(exchange.url,), binance_archive=(exchange.url,))
        store = CandleStore(
            tmp_path / "candles.duckdb",
            tmp_path / "imports",
            now=exchange.now,
            feeds=lambda: Feeds(settings, http=stand_in.quick_http()),
        )
        fetches = Fetches(store, heard)
        fetches.ask(BTC, span)
        heard.wait(_ended(heard, BTC))
        fetches.close()
        assert fetches.of(BTC).state == "done"  # type: ignore[union-attr]
        assert store.cache().missing(BTC, span) == ()
        assert len(store.cache().read(BTC, span.start, span.end)) == 2 * 1440
        store.close()


def test_a_bug_is_told_and_the_next_fetch_works(fetches: Fetches, heard: Heard, feeds: FakeFeeds) -> None:
    feeds.problem = RuntimeError("a bug")  # type: ignore[assignment]

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    backfill, feeds.backfill = feeds.backfill, fail  # type: ignore[method-assign, assignment]
    fetches.ask(BTC, TEN_DAYS)
    heard.wait(_ended(heard, BTC))
    assert "wrong with the app" in fetches.of(BTC).message  # type: ignore[union-attr]
    feeds.problem, feeds.backfill = None, backfill  # type: ignore[method-assign]
    fetches.ask(ETH, TEN_DAYS)
    heard.wait(_ended(heard, ETH))
    assert fetches.of(ETH).state == "done"  # type: ignore[union-attr]


def test_a_cache_held_by_another_process_is_a_sentence(tmp_path: Path, heard: Heard, feeds: FakeFeeds) -> None:
    from app.data.candle_cache import CandleCache

    with CandleCache.open(tmp_path / "held.duckdb", now_ms=NOW):
        store = CandleStore(tmp_path / "held.duckdb", tmp_path / "imports", now=lambda: NOW, feeds=lambda: feeds)  # type: ignore[arg-type, return-value]
        fetches = Fetches(store, heard)
        fetches.ask(BTC, TEN_DAYS)
        heard.wait(_ended(heard, BTC))
        fetches.close()
        store.close()
    assert "in use" in fetches.of(BTC).message  # type: ignore[union-attr]
