"""One process owns the candle cache; a full disk and a folder that cannot be written cost nothing that was stored."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.cache import EVER, minutes, same, series, span

from app.data import cache_opening, duck
from app.data.candle_cache import CandleCache, default_path
from app.data.records import CacheBusy, CacheFull, CacheReadOnly

ONE = series(1)
KEY = ONE.key

HOLD = """
import sys
from app.data.candle_cache import CandleCache
cache = CandleCache.open(sys.argv[1], now_ms=0)
print("open", flush=True)
sys.stdin.readline()
cache.close()
"""


def store(cache: CandleCache, first: int, last: int) -> None:
    rows = minutes(range(first, last))
    cache.store(KEY, rows, span(first, last), origin="rest", final=True, authoritative=True, now_ms=1)


def count(cache: CandleCache) -> int:
    return len(cache.read(KEY, EVER.start, EVER.end))


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """Return a cache file, and the process that holds it until it reads a line."""
    path = tmp_path / "candles.duckdb"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    yield path, child
    child.kill()
    child.communicate()


def test_a_second_process_is_told_who_holds_the_candles(holder: tuple[Path, subprocess.Popen[str]]) -> None:
    path, child = holder
    started = time.monotonic()
    with pytest.raises(CacheBusy) as busy:
        CandleCache.open(path, now_ms=0)
    assert time.monotonic() - started < 5.0
    assert str(busy.value) == (
        f"Blockbuilders is already running and holds the candles (process {child.pid}). Close it, or wait until it is "
        "done, then try again."
    )
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_process_that_is_about_to_end_is_waited_for(holder: tuple[Path, subprocess.Popen[str]]) -> None:
    path, child = holder
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()
    with CandleCache.open(path, now_ms=0) as cache:
        assert cache.notice is None


def test_the_file_of_a_killed_process_opens_at_once(holder: tuple[Path, subprocess.Popen[str]]) -> None:
    path, child = holder
    child.kill()
    child.wait()
    with CandleCache.open(path, now_ms=0) as cache:
        assert cache.notice is None


def test_one_process_opens_it_once_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "candles.duckdb"
    with CandleCache.open(path, now_ms=0), pytest.raises(CacheBusy, match="another part"):
        CandleCache.open(tmp_path / "." / "candles.duckdb", now_ms=0)
    CandleCache.open(path, now_ms=0).close()


def test_a_cache_that_nobody_holds_any_more_is_free(tmp_path: Path) -> None:
    cache: CandleCache | None = CandleCache.open(tmp_path / "candles.duckdb", now_ms=0)
    assert cache is not None
    cache = None
    CandleCache.open(tmp_path / "candles.duckdb", now_ms=0).close()


def test_the_cache_lies_where_everything_lies_that_may_be_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.paths.cache_folder", lambda: Path("/somewhere"))
    assert default_path() == Path("/somewhere/candles.duckdb")


def mounted(folder: Path, options: str) -> Callable[[], None]:
    """Mount a small file system, and return what takes it away; skip where that is not allowed."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only the superuser of Linux may mount a small disk")
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    return lambda: subprocess.run(["umount", "--lazy", folder], check=True) and None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of a disk with 4 MB."""
    unmount = mounted(tmp_path / "disk", "size=4m")
    yield tmp_path / "disk"
    unmount()


def fill_up(cache: CandleCache) -> int:
    """Store until the disk is full, and return how many candles were taken."""
    taken = 0
    with suppress(CacheFull):
        while taken < 1_000_000:
            store(cache, taken, taken + 20_000)
            taken += 20_000
    with pytest.raises(CacheFull) as full:
        store(cache, taken, taken + 20_000)
    assert str(full.value) == (
        f"The disk has no room for more candles in {cache.path.parent}. What was stored before is kept; make room, "
        "then go on: only what is missing is fetched."
    )
    return taken


def test_a_full_disk_keeps_what_was_stored_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    path = small_disk / "candles.duckdb"
    other = small_disk / "other"
    other.write_bytes(bytes(1_500_000))
    with CandleCache.open(path, now_ms=0) as cache:
        cache.ensure(ONE)
        taken = fill_up(cache)
        assert taken
        assert count(cache) == taken
        with pytest.raises(CacheFull):
            store(cache, taken, taken + 100_000)
        assert same(cache.read(KEY, EVER.start, EVER.end), minutes(range(taken)))
        assert cache.missing(KEY, span(0, taken + 1)) == (span(taken, taken + 1),)
        other.unlink()
        store(cache, taken, taken + 10_000)
        assert count(cache) == taken + 10_000
        assert cache.verify() == ()
        assert cache.notice is None
    assert sorted(file.name for file in small_disk.iterdir()) == [path.name]


def test_a_cache_on_a_full_disk_opens_and_can_be_read(small_disk: Path) -> None:
    path = small_disk / "candles.duckdb"
    with CandleCache.open(path, now_ms=0) as cache:
        cache.ensure(ONE)
        taken = fill_up(cache)
    (small_disk / "other").write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
    with CandleCache.open(path, now_ms=0) as cache:
        assert cache.notice is None
        assert count(cache) == taken


def test_no_cache_is_begun_on_a_full_disk(small_disk: Path) -> None:
    (small_disk / "other").write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
    with pytest.raises(CacheFull, match="no room"):
        CandleCache.open(small_disk / "candles.duckdb", now_ms=0)
    (small_disk / "other").unlink()
    with CandleCache.open(small_disk / "candles.duckdb", now_ms=0) as cache:
        assert cache.notice is None


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
from support.cache import minutes, series, span
from app.data.candle_cache import CandleCache
from app.data.records import CacheFull
one = series(1)
with CandleCache.open(sys.argv[1], now_ms=0) as cache:
    cache.ensure(one)
    for first in range(0, 2_000_000, 20_000):
        rows, covered = minutes(range(first, first + 20_000)), span(first, first + 20_000)
        try:
            cache.store(one.key, rows, covered, origin="rest", final=True, authoritative=True, now_ms=1)
        except CacheFull as full:
            print(len(cache.read(one.key, 0, 2**60)), first)
            break
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit on the size of files")
def test_a_file_that_may_not_grow_counts_as_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "candles.duckdb"
    folder = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{folder.parent}"}
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    kept, taken = map(int, done.stdout.split())
    assert kept == taken > 0
    with CandleCache.open(path, now_ms=0) as cache:
        assert cache.notice is None
        assert count(cache) == taken
        assert cache.verify() == ()


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Return what makes a folder, with a cache in it, one that nobody can write to."""
    folder = tmp_path / "disk"
    unmount = mounted(folder, "size=8m")
    with CandleCache.open(folder / "candles.duckdb", now_ms=0) as cache:
        cache.ensure(ONE)
        store(cache, 0, 1_000)

    def seal() -> Path:
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        return folder

    yield seal
    unmount()


def test_candles_in_a_folder_that_cannot_be_written_are_read_and_nothing_is_stored(sealed: Callable[[], Path]) -> None:
    folder = sealed()
    with CandleCache.open(folder / "candles.duckdb", now_ms=0) as cache:
        assert cache.notice == (f"{folder} cannot be written to: stored candles can be used, but no new ones are kept.")
        assert same(cache.read(KEY, EVER.start, EVER.end), minutes(range(1_000)))
        assert cache.missing(KEY, span(0, 2_000)) == (span(1_000, 2_000),)
        for change in (lambda: store(cache, 500, 1_500), lambda: cache.ensure(series(2)), lambda: cache.delete(KEY)):
            with pytest.raises(CacheReadOnly, match="cannot be stored"):
                change()
        assert count(cache) == 1_000
        assert cache.find(series(2).key) is None
        assert cache.find(KEY) == ONE
        assert cache.verify() == ()


def test_there_is_no_cache_to_begin_in_a_folder_that_cannot_be_written(sealed: Callable[[], Path]) -> None:
    folder = sealed()
    for path in (folder / "other.duckdb", folder / "new" / "candles.duckdb"):
        with pytest.raises(CacheReadOnly) as refused:
            CandleCache.open(path, now_ms=0)
        assert str(refused.value) == (
            f"Candles cannot be stored: {path.parent} cannot be written to. Allow writing there, then try again."
        )


def test_a_damaged_cache_in_a_folder_that_cannot_be_written_stays_as_it_is(sealed: Callable[[], Path]) -> None:
    path = sealed() / "candles.duckdb"
    subprocess.run(["mount", "-o", "remount,rw", path.parent], check=True)
    path.write_bytes(b"garbage" * 1_000)
    subprocess.run(["mount", "-o", "remount,ro", path.parent], check=True)
    with pytest.raises(CacheReadOnly):
        CandleCache.open(path, now_ms=0)
    assert path.read_bytes() == b"garbage" * 1_000


def test_a_file_in_use_is_known_as_such_on_a_windows_of_any_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb = pytest.importorskip("duckdb")
    said = "Der Prozess kann nicht auf die Datei zugreifen.\r\n\n\nFile is already open in \nD:\\app.exe (PID 3528)"

    def refuse(*_: object, **__: object) -> None:
        raise duckdb.IOException(f'IO Error: Cannot open file "candles.duckdb": {said}')

    monkeypatch.setattr(duck, "connect", refuse)
    monkeypatch.setattr(cache_opening, "_WAIT_S", 0.0)
    with pytest.raises(CacheBusy, match="process 3528"):
        CandleCache.open(tmp_path / "candles.duckdb", now_ms=0)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CacheReadOnly, match="cannot be written"):
        CandleCache.open(tmp_path / "file" / "candles.duckdb", now_ms=0)
