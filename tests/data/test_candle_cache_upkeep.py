"""The candle cache in idle time: candles in order on the disk, and unused room given back."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.cache import EVER, minutes, same, series, span

from app.data import cache_compaction
from app.data.candle_cache import CandleCache
from app.data.duck_file import DiskFull
from app.data.records import Gap, Job

ONE, TWO = series(1, price_step=0.01, status="trading"), series(2)
BARS = 60_000


@pytest.fixture(autouse=True)
def any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make small files worth writing anew."""
    monkeypatch.setattr(cache_compaction, "LEAST_BYTES", 0)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache of two series with all that can be known about them."""
    path = tmp_path_factory.mktemp("filled") / "candles.duckdb"
    with CandleCache.open(path, now_ms=0) as cache:
        for known in (ONE, TWO):
            cache.ensure(known)
            store(cache, known, 0, 0)
        store(cache, ONE, BARS - 100, 1)
        cache.set_gaps(ONE.key, span(0, BARS), [Gap(span(7, 9), "outage", 2, 5)])
        cache.save_job(Job("job", ONE.key, span(0, 5), "failed", 3, 17, "no answer; it's late"))
    return path


@pytest.fixture
def file(tmp_path: Path, filled: Path) -> Path:
    """Return such a cache for one test."""
    return Path(shutil.copy(filled, tmp_path))


def store(cache: CandleCache, known: Any, first: int, version: int) -> None:
    there = minutes([minute for minute in range(first, BARS) if minute not in (7, 8)], version)
    cache.store(known.key, there, span(first, BARS), origin="rest", final=True, authoritative=True, now_ms=5)


def known(cache: CandleCache) -> list[object]:
    key = ONE.key
    about = [cache.find(key), cache.coverage(key), cache.gaps(key, EVER), cache.revisions(key, EVER), cache.jobs()]
    return [*about, cache.read(key, EVER.start, EVER.end).fingerprint()]


@pytest.fixture
def half_empty(file: Path) -> Iterator[CandleCache]:
    with CandleCache.open(file, now_ms=0) as cache:
        cache.delete(TWO.key)
    with CandleCache.open(file, now_ms=0) as cache:
        yield cache


def test_room_that_became_free_is_given_back_and_all_else_stays(half_empty: CandleCache) -> None:
    before, size = known(half_empty), half_empty.size()
    assert len(before[3]) == 100  # type: ignore[arg-type]
    assert half_empty.tidy(lambda: True) is True
    assert half_empty.size() < 0.7 * size
    assert known(half_empty) == before
    assert half_empty.tidy(lambda: True) is False
    half_empty.close()
    with CandleCache.open(half_empty.path, now_ms=0) as again:
        assert known(again) == before
        assert again.verify() == ()


def test_a_file_without_free_room_is_left_alone(file: Path) -> None:
    with CandleCache.open(file, now_ms=0) as cache:
        assert cache.tidy(lambda: True) is False


def test_work_that_is_interrupted_changes_nothing(half_empty: CandleCache) -> None:
    before, size = known(half_empty), half_empty.size()
    answers = iter([True, True, False])
    assert half_empty.tidy(lambda: next(answers)) is False
    assert (known(half_empty), half_empty.size()) == (before, size)
    assert beside(half_empty.path) == []
    assert half_empty.tidy(lambda: True) is True


def test_who_waits_for_candles_meanwhile_goes_first(half_empty: CandleCache) -> None:
    before, size = known(half_empty), half_empty.size()
    found: list[list[object]] = []
    reader = threading.Thread(target=lambda: found.append(known(half_empty)))
    asked: list[int] = []

    def idle() -> bool:
        asked.append(1)
        if len(asked) == 3:  # the first series is about to be written
            reader.start()
            reader.join(timeout=0.5)
        return True

    assert half_empty.tidy(idle) is False
    reader.join()
    assert (found, half_empty.size()) == ([before], size)
    assert half_empty.tidy(lambda: True) is True


def test_without_room_for_two_files_nothing_changes(half_empty: CandleCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> bool:
        raise DiskFull("no space left on device")

    before = known(half_empty)
    monkeypatch.setattr(cache_compaction, "_copied", full)
    assert half_empty.tidy(lambda: True) is False
    assert known(half_empty) == before
    assert beside(half_empty.path) == []


def test_what_a_killed_process_left_is_gone_at_the_next_start(file: Path) -> None:
    for ending in ("", ".wal", ".undo"):
        Path(f"{cache_compaction.part_of(file)}{ending}").write_bytes(b"half")
    CandleCache.open(file, now_ms=0).close()
    assert beside(file) == []


def test_where_an_open_file_cannot_be_replaced_it_is_closed_first(
    half_empty: CandleCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, replace, asked = known(half_empty), os.replace, []

    def refusing(source: Path, target: Path) -> None:
        asked.append(target)
        if len(asked) == 1:
            raise PermissionError(13, "used by another process")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    assert half_empty.tidy(lambda: True) is True
    assert len(asked) == 2
    assert known(half_empty) == before


def test_candles_fetched_newest_first_take_no_more_room_in_order(tmp_path: Path) -> None:
    path = tmp_path / "candles.duckdb"
    with CandleCache.open(path, now_ms=0) as cache:
        cache.ensure(ONE)
        for first in range(BARS - 10_000, -1, -10_000):
            rows = minutes(range(first, first + 10_000))
            covered = span(first, first + 10_000)
            cache.store(ONE.key, rows, covered, origin="rest", final=True, authoritative=True, now_ms=5)
    size = path.stat().st_size
    with CandleCache.open(path, now_ms=0) as cache:
        assert cache.tidy(lambda: True) is True
        assert same(cache.read(ONE.key, EVER.start, EVER.end), minutes(range(BARS)))
        assert cache.tidy(lambda: True) is False
    assert path.stat().st_size < 1.1 * size


def beside(path: Path) -> list[str]:
    return [file.name for file in path.parent.iterdir() if file != path and not file.name.endswith(".wal")]


def test_a_process_killed_as_the_new_file_takes_its_place_loses_nothing(half_empty: CandleCache) -> None:
    # A change that is in the log beside the file, and not yet in the file itself.
    half_empty.save_job(Job("late", ONE.key, span(0, 5), "failed"))
    before, child = known(half_empty), os.fork()
    if child == 0:
        half_empty._forget = lambda: os._exit(0)  # type: ignore[method-assign]
        half_empty.tidy(lambda: True)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    copy = half_empty.path.parent / "of the killed" / half_empty.path.name
    copy.parent.mkdir()
    for file in half_empty.path.parent.iterdir():
        if file.is_file():
            (copy.parent / file.name).write_bytes(file.read_bytes())
    with CandleCache.open(copy, now_ms=0) as again:
        assert again.notice is None
        assert known(again) == before
