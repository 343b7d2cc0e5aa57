"""Which candles a run has used, and whether they are others by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.cache import minutes, series, span

from app.data.candle_cache import CandleCache
from app.data.records import Series, SeriesKey
from app.data.snapshots import Snapshot, changed_since, data_changed_since, take
from app.engine.backtest import backtest
from app.engine.completed import completed
from app.engine.result import Dataset
from app.market.instrument import Instrument
from app.strategy.templates import template

ONE = series(1)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CandleCache]:
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as opened:
        opened.ensure(ONE)
        put(opened, range(100), 0, now_ms=5)
        yield opened


def put(cache: CandleCache, there: Iterable[int], version: int, *, last: int = 100, now_ms: int) -> None:
    rows = minutes(there, version)
    cache.store(ONE.key, rows, span(0, last), origin="rest", final=True, authoritative=True, now_ms=now_ms)


@pytest.fixture
def snapshot(cache: CandleCache) -> Snapshot:
    inside = span(10, 90)
    return take(ONE.key, cache.read(ONE.key, inside.start, inside.end), now_ms=10)


def test_a_snapshot_names_the_range_the_number_and_the_content(snapshot: Snapshot) -> None:
    assert snapshot == Snapshot(ONE.key, span(10, 90), 80, minutes(range(10, 90)).fingerprint(), 10)


def test_the_same_candles_are_the_same_whatever_happened_around_them(cache: CandleCache, snapshot: Snapshot) -> None:
    assert changed_since(cache, snapshot) is None
    put(cache, range(5, 95), 0, now_ms=20)
    put(cache, range(200), 0, last=200, now_ms=30)
    assert changed_since(cache, snapshot) is None


def test_changes_are_counted(cache: CandleCache, snapshot: Snapshot) -> None:
    rows = minutes([minute for minute in range(100) if minute not in (20, 30)])
    rows.volume[40] += 1.0
    cache.store(ONE.key, rows, span(0, 100), origin="rest", final=True, authoritative=True, now_ms=20)
    assert changed_since(cache, snapshot) == (
        "The data has changed since this run: 1 candle with other values, 2 candles gone."
    )


def test_new_candles_are_counted(cache: CandleCache) -> None:
    put(cache, range(0, 100, 2), 0, now_ms=6)
    snapshot = take(ONE.key, cache.read(ONE.key, 0, span(0, 100).end), now_ms=10)
    put(cache, range(100), 0, now_ms=20)
    assert changed_since(cache, snapshot) == "The data has changed since this run: 49 candles new."


def test_a_cache_begun_anew_with_other_candles_is_noticed(cache: CandleCache, snapshot: Snapshot) -> None:
    cache.delete(ONE.key)
    assert changed_since(cache, snapshot) == (
        "None of the 80 candles of this run are stored here; fetch the rest to compare."
    )
    cache.ensure(ONE)
    put(cache, range(50), 0, last=50, now_ms=20)
    assert changed_since(cache, snapshot) == (
        "Only 40 of the 80 candles of this run are stored here; fetch the rest to compare."
    )
    put(cache, range(100), 0, now_ms=20)
    assert changed_since(cache, snapshot) is None
    cache.delete(ONE.key)
    cache.ensure(ONE)
    put(cache, range(100), 1, now_ms=20)
    assert changed_since(cache, snapshot) == "The data has changed since this run: some candles have other values."


def test_values_that_were_not_final_yet_count_as_changed_and_not_as_missing(cache: CandleCache) -> None:
    def newest(version: int, now_ms: int) -> None:
        rows, covered = minutes(range(100, 105), version), span(100, 105)
        cache.store(ONE.key, rows, covered, origin="rest", final=False, authoritative=False, now_ms=now_ms)

    newest(0, 6)
    snapshot = take(ONE.key, cache.read(ONE.key, 0, span(0, 105).end), now_ms=10)
    newest(1, 20)
    assert changed_since(cache, snapshot) == "The data has changed since this run: 5 candles with other values."


# From what a run says about its candles


@pytest.fixture
def dataset(cache: CandleCache) -> Dataset:
    """Return the dataset of a finished run on all that is stored."""
    put(cache, range(3_000), 0, last=3_000, now_ms=6)
    rows = cache.read(ONE.key, 0, span(0, 3_000).end)
    key = ONE.key
    result = backtest(template("rsi_dip").strategy, rows, instrument=Instrument(key.symbol, key.source))
    return completed(result).dataset


def test_a_run_is_compared_with_what_is_stored_now(cache: CandleCache, dataset: Dataset) -> None:
    assert data_changed_since(cache, dataset, 10) is None
    put(cache, range(3_100), 0, last=3_100, now_ms=15)
    assert data_changed_since(cache, dataset, 10) is None
    put(cache, range(50), 1, last=50, now_ms=20)
    assert data_changed_since(cache, dataset, 10) == (
        "The data has changed since this run: 50 candles with other values."
    )


def test_a_run_whose_series_is_gone_says_so(cache: CandleCache, dataset: Dataset) -> None:
    cache.delete(ONE.key)
    assert data_changed_since(cache, dataset, 10) == "The 3,000 candles of this run are not stored here any more."
    cache.ensure(ONE)
    assert data_changed_since(cache, dataset, 10) == (
        "None of the 3,000 candles of this run are stored here; fetch the rest to compare."
    )


def test_of_two_imports_of_one_name_the_one_with_candles_for_that_time_counts(
    cache: CandleCache, dataset: Dataset
) -> None:
    imported = replace(dataset, exchange="import")
    for market in ("fx", "metals"):
        cache.ensure(Series(SeriesKey("import", market, ONE.key.symbol)))
    rows, covered = minutes(range(3_000)), span(0, 3_000)
    key = SeriesKey("import", "metals", ONE.key.symbol)
    cache.store(key, rows, covered, origin="import", final=True, authoritative=False, now_ms=7)
    assert data_changed_since(cache, imported, 10) is None


@pytest.mark.parametrize("exchange", ["sample", "file"])
def test_candles_that_were_never_stored_cannot_have_changed(
    cache: CandleCache, dataset: Dataset, exchange: str
) -> None:
    assert data_changed_since(cache, replace(dataset, exchange=exchange, symbol="RIVER/USD"), 10) is None
