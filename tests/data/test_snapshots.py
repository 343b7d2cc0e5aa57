"""Which candles a run has used, and whether they are others by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from support.cache import minutes, series, span

from app.data.candle_cache import CandleCache
from app.data.snapshots import Snapshot, changed_since, take

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
