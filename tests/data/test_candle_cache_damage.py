"""A candle cache that something happened to: usable at once, what was wrong put aside, nothing else touched."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.cache import EVER, minutes, same, series, span

from app.data import cache_schema, duck
from app.data.candle_cache import CandleCache
from app.data.duck_file import DuckFile
from app.data.duck_undo import undo_of
from app.data.records import Series, SeriesKey
from app.errors import CandlesUnavailable
from app.market.candles import Candles

ONE = series(1)
KEY = ONE.key
NOW = 1_795_000_000_000
ASIDE = "candles.duckdb.bad-20261118-110640"
BARS = 3_000
MINUTE_7 = span(7, 8).start


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a cache with candles."""
    path = tmp_path_factory.mktemp("filled") / "candles.duckdb"
    fill(path)
    return path


@pytest.fixture
def file(tmp_path: Path, filled: Path) -> Path:
    """Return such a file for one test, beside something that is none of its business."""
    (tmp_path / "strategy.json").write_text("mine")
    return Path(shutil.copy(filled, tmp_path))


def fill(path: Path) -> None:
    with CandleCache.open(path, now_ms=NOW) as cache:
        cache.ensure(ONE)
        store(cache, 0, BARS)


def store(cache: CandleCache, first: int, last: int) -> None:
    covered = span(first, last)
    cache.store(KEY, minutes(range(first, last)), covered, origin="rest", final=True, authoritative=True, now_ms=1)


def log_beside(path: Path) -> Path:
    """Leave changes in the log beside the file, as a killed process does, and return the log."""
    copy = path.with_name("copy")
    with CandleCache.open(path, now_ms=NOW) as cache:
        store(cache, BARS, BARS + 100)
        store(cache, BARS + 100, BARS + 200)
        shutil.copy(f"{path}.wal", copy)
        content = path.read_bytes()
    path.write_bytes(content)
    copy.rename(f"{path}.wal")
    return Path(f"{path}.wal")


def usable(path: Path) -> str | None:
    """Open the cache as the app does, see that it takes and gives candles, and return what it has to say."""
    started = time.monotonic()
    with CandleCache.open(path, now_ms=NOW) as cache:
        with suppress(CandlesUnavailable):  # damage found while reading: said once, and gone by then
            agrees(cache)
        cache.ensure(ONE)
        agrees(cache)
        store(cache, 10_000, 10_100)
        assert same(newest(cache), minutes(range(10_000, 10_100)))
        agrees(cache)
        notice = cache.notice
    assert time.monotonic() - started < 10.0
    assert (path.parent / "strategy.json").read_text() == "mine"
    with CandleCache.open(path, now_ms=NOW) as cache:
        assert cache.notice is None
        assert len(newest(cache)) == 100
    return notice


def newest(cache: CandleCache) -> Candles:
    inside = span(10_000, 10_100)
    return cache.read(KEY, inside.start, inside.end)


def agrees(cache: CandleCache) -> None:
    """See that what the cache has is what it says it has, candle by candle."""
    covered = cache.coverage(KEY)
    rows = cache.read(KEY, EVER.start, EVER.end)
    assert sum(entry.rows for entry in covered) == len(rows)
    numbers = (rows.time - span(0, 1).start) // 60_000
    assert same(rows, minutes(numbers.tolist()))


def aside(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()} - {path.name, "strategy.json"}


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def newer(path: Path) -> None:
    """Make the file look as one of a later duckdb, down to its checksum."""
    path.unlink()
    connection = duck.connect(str(path), storage_compatibility_version="v1.5.0")
    connection.execute("CREATE TABLE layout AS SELECT 2 AS number")
    connection.close()


def another_program(path: Path) -> None:
    path.unlink()
    with open(path, "wb") as file:
        file.write(b"SQLite format 3\0" * 1_000)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut off": cut_off,
    "cut inside its head": lambda path: os.truncate(path, 5_000),
    "garbage": lambda path: path.write_bytes(random.Random(1).randbytes(300_000)),
    "another program's": another_program,
    "of another layout": newer,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_put_aside_and_begun_anew(file: Path, damage: Callable[[Path], object]) -> None:
    damage(file)
    broken = file.read_bytes()
    notice = usable(file)
    assert notice == (
        f"The stored candles could not be read and were put aside as {ASIDE}. They are fetched again when needed; "
        "strategies and results are untouched."
    )
    assert aside(file) == {ASIDE}
    assert (file.parent / ASIDE).read_bytes() == broken


@pytest.mark.skipif(os.name != "posix", reason="there is no such signal")
def test_ctrl_c_while_a_file_is_opened_is_no_damage(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def long_look(opened: DuckFile) -> None:
        timer.start()
        opened.rows("SELECT sum(range % 7) FROM range(10000000000)")

    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    # A shell that runs the tests in the background has its children ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(cache_schema, "prepare", long_look)
    try:
        with pytest.raises(KeyboardInterrupt):
            CandleCache.open(file, now_ms=NOW)
    finally:
        signal.signal(signal.SIGINT, before)
    monkeypatch.undo()
    assert not list(file.parent.glob("*.bad-*"))
    assert usable(file) is None


def test_a_file_that_a_later_version_of_duckdb_wrote_is_put_aside(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(file.read_bytes())
    place = content.index(b"DUCK") + 4
    content[place] = 99
    file.write_bytes(content)
    assert "put aside" in (usable(file) or "")
    assert aside(file) == {ASIDE}


def test_a_folder_in_its_place_is_put_aside_with_all_that_is_in_it(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "inside").write_text("x")
    assert "put aside" in (usable(file) or "")
    assert (file.parent / ASIDE / "inside").read_text() == "x"


def test_a_second_damage_in_the_same_second_keeps_the_first(file: Path) -> None:
    for _ in range(2):
        cut_off(file)
        usable(file)
    assert aside(file) == {ASIDE, f"{ASIDE}-2"}


@pytest.mark.parametrize("empty", [False, True])
def test_a_deleted_or_empty_file_is_begun_anew_without_a_word(file: Path, empty: bool) -> None:
    file.unlink()
    if empty:
        file.touch()
    assert usable(file) is None
    assert aside(file) == set()


def test_a_log_without_its_file_is_put_aside(file: Path) -> None:
    log_beside(file)
    undo_of(file).write_bytes(b"kept")
    file.unlink()
    assert "put aside" in (usable(file) or "")
    assert aside(file) == {f"{ASIDE}.wal", f"{ASIDE}.undo"}


def test_a_deleted_file_is_begun_anew_without_a_word_though_its_undo_was_left(file: Path) -> None:
    undo_of(file).write_bytes(b"kept")
    file.unlink()
    assert usable(file) is None
    assert aside(file) == set()
    assert not undo_of(file).exists()


def test_a_log_is_worked_into_the_file(file: Path) -> None:
    log_beside(file)
    assert usable(file) is None
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert len(cache.read(KEY, EVER.start, EVER.end)) == BARS + 300


def test_a_log_of_garbage_loses_what_was_in_it_and_nothing_else(file: Path) -> None:
    log_beside(file).write_bytes(random.Random(2).randbytes(5_000))
    usable(file)
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert same(cache.read(KEY, EVER.start, span(BARS, BARS).start), minutes(range(BARS)))


def test_a_folder_where_the_log_would_be_is_put_aside(file: Path) -> None:
    Path(f"{file}.wal").mkdir()
    assert "put aside" in (usable(file) or "")
    assert aside(file) == {ASIDE, f"{ASIDE}.wal"}


def test_a_log_cut_anywhere_leaves_whole_answers(file: Path) -> None:
    whole = log_beside(file).read_bytes()
    content = file.read_bytes()
    chance = random.Random(3)
    for _ in range(8):
        shutil.rmtree(file.parent / "again", ignore_errors=True)
        again = file.parent / "again" / file.name
        again.parent.mkdir()
        again.write_bytes(content)
        Path(f"{again}.wal").write_bytes(whole[: chance.randrange(len(whole))])
        with CandleCache.open(again, now_ms=NOW) as cache:
            assert cache.coverage(KEY)[0].rows in (BARS, BARS + 100, BARS + 200)
            agrees(cache)
            assert cache.verify() == ()
    shutil.rmtree(file.parent / "again")


@pytest.mark.parametrize("bytes_left", [0, 10, 100, 4_096])
def test_a_log_cut_off_before_its_first_change_is_gone_after_opening(file: Path, bytes_left: int) -> None:
    log = log_beside(file)
    os.truncate(log, bytes_left)
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert cache.notice is None
        assert not log.exists()
        assert len(cache.read(KEY, EVER.start, EVER.end)) == BARS


@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_bit_is_never_a_wrong_candle(file: Path, seed: int) -> None:
    content = bytearray(file.read_bytes())
    chance = random.Random(seed)
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)
    usable(file)


def test_damage_found_while_reading_is_put_aside_then(file: Path) -> None:
    with CandleCache.open(file, now_ms=NOW) as cache:
        store(cache, 0, 200_000)
    inside = DuckFile(file)
    table = "SELECT DISTINCT block_id FROM pragma_storage_info('{}') WHERE block_id >= 0"
    others = " UNION ALL ".join(table.format(name) for name in ("series", "coverage", "layout"))
    blocks = inside.rows(f"{table.format('candles_00')} AND column_name = 'close' EXCEPT ({others})")
    inside.close()
    content = bytearray(file.read_bytes())
    for (block,) in blocks:
        place = 12_288 + block * 65_536 + 1_000
        content[place : place + 16] = bytes(byte ^ 0xFF for byte in content[place : place + 16])
    file.write_bytes(content)
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert cache.notice is None
        with pytest.raises(CandlesUnavailable, match="put aside") as damaged:
            cache.read(KEY, EVER.start, EVER.end)
        assert str(damaged.value) == cache.notice
        assert cache.series() == ()
    assert usable(file) is None
    assert aside(file) == {ASIDE}


@pytest.fixture
def tampered(file: Path) -> Iterator[DuckFile]:
    inside = DuckFile(file)
    yield inside
    inside.close()


def test_coverage_that_says_more_than_there_is_goes(file: Path, tampered: DuckFile) -> None:
    tampered.run(f"DELETE FROM candles_00 WHERE ts = {MINUTE_7}")
    tampered.close()
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert cache.notice == "Some stored candles of COIN1/USDT were not whole; they are fetched again when needed."
        assert cache.coverage(KEY) == ()
        assert cache.missing(KEY, span(0, BARS)) == (span(0, BARS),)
        assert len(cache.read(KEY, EVER.start, EVER.end)) == 0
    assert usable(file) is None


def test_candles_of_an_import_that_are_not_whole_are_said_to_be_made_again(tmp_path: Path) -> None:
    file = tmp_path / "candles.duckdb"
    key = SeriesKey("import", "crypto", "BTC/USDT mine")
    with CandleCache.open(file, now_ms=NOW) as cache:
        cache.ensure(Series(key))
        cache.store(key, minutes(range(9)), span(0, 9), origin="import", final=True, authoritative=False, now_ms=NOW)
    inside = DuckFile(file)
    inside.run(f"DELETE FROM candles_00 WHERE ts = {MINUTE_7}")
    inside.close()
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert cache.notice == (
            "Some stored candles of BTC/USDT mine were not whole; they are made again from the kept file."
        )


def test_candles_that_are_there_twice_go(file: Path, tampered: DuckFile) -> None:
    tampered.run("INSERT INTO candles_00 SELECT * FROM candles_00 LIMIT 5")
    tampered.close()
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert cache.missing(KEY, span(0, BARS)) == (span(0, BARS),)
        agrees(cache)


def test_candles_that_nobody_asked_for_go(file: Path, tampered: DuckFile) -> None:
    tampered.run(f"INSERT INTO candles_00 SELECT series, ts + {200 * BARS * 60_000}, open, high, low, close, volume "
                 "FROM candles_00 LIMIT 5")  # fmt: skip
    tampered.close()
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert cache.missing(KEY, span(0, BARS)) == ()
        agrees(cache)
        assert len(cache.read(KEY, EVER.start, EVER.end)) == BARS


def test_verify_finds_a_candle_that_cannot_be(file: Path, tampered: DuckFile) -> None:
    tampered.run(f"UPDATE candles_00 SET high = low / 2 WHERE ts = {MINUTE_7}")
    tampered.close()
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert cache.notice is None
        (finding,) = cache.verify(KEY)
        assert finding.key == KEY
        assert finding.span == span(0, BARS)
        assert finding.text == "has a candle that has a low or high inside its body"
        assert cache.verify() == ()
        assert cache.missing(KEY, span(0, BARS)) == (span(0, BARS),)


def test_verify_finds_what_opening_does_not(file: Path, tampered: DuckFile) -> None:
    tampered.run(f"UPDATE candles_00 SET ts = {MINUTE_7} + 60_000 WHERE ts = {MINUTE_7}")
    tampered.close()
    with CandleCache.open(file, now_ms=NOW) as cache:
        assert [finding.text for finding in cache.verify()] == ["has candles that are there twice"]
        agrees(cache)
