"""A process killed while duckdb writes over its own metadata: every state the file can be in, made from its parts."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from support.cache import EVER, minutes, same, series, span

from app.data import cache_opening, duck, duck_file, duck_undo
from app.data.candle_cache import CandleCache
from app.data.duck_file import DiskFull, DuckFailure, DuckFile, Locked, NotWritable
from app.data.records import CacheBusy, CacheFull, CacheReadOnly

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is kept where nobody else may read the file")

KEY = series(1).key
BARS, STEPS = 3_000, 4
PAGE, HEADERS, BLOCK = 4_096, 12_288, 65_536


@dataclass(frozen=True)
class Broken:
    """A checkpoint broken off before or behind its header: the file and its log, and what was kept for undoing it."""

    before: bytes
    after: bytes
    log_before: bytes
    log: bytes
    undo: bytes

    def written_over(self) -> list[int]:
        """Return where the blocks begin that were written over, without the headers."""
        places = range(HEADERS, len(self.before), BLOCK)
        return [place for place in places if self.before[place : place + BLOCK] != self.after[place : place + BLOCK]]


@pytest.fixture(scope="module", params=["after_free_list_write", "before_truncate"])
def broken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Broken:
    """Return a checkpoint that duckdb broke off, with a few whole ones before it."""
    path = tmp_path_factory.mktemp("broken") / "candles.duckdb"
    for step in range(STEPS):
        with CandleCache.open(path, now_ms=0) as cache:
            store(cache, step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duck, "connect", partial(duck.connect, debug_checkpoint_abort=request.param))
        with CandleCache.open(path, now_ms=0) as cache:
            store(cache, STEPS)
            before, log = path.read_bytes(), log_of(path).read_bytes()
    return Broken(before, path.read_bytes(), log, log_of(path).read_bytes(), duck_undo.undo_of(path).read_bytes())


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def store(cache: CandleCache, step: int, bars: int = BARS) -> None:
    first, last = step * bars, (step + 1) * bars
    cache.ensure(series(1))
    rows = minutes(range(first, last))
    cache.store(KEY, rows, span(first, last), origin="rest", final=True, authoritative=True, now_ms=1)


def put(path: Path, file: bytes, log: bytes | None, undo: bytes | None) -> None:
    for place, content in ((path, file), (log_of(path), log), (duck_undo.undo_of(path), undo)):
        place.unlink(missing_ok=True)
        if content is not None:
            place.write_bytes(content)


def torn(broken: Broken) -> bytes:
    cut = broken.written_over()[0] + PAGE
    return broken.after[:cut] + broken.before[cut:]


def whole(path: Path) -> bool:
    """Open the file as the app does, twice, and say whether every candle is there and nothing is left beside it."""
    for _ in range(2):
        with CandleCache.open(path, now_ms=0) as cache:
            there = same(cache.read(KEY, EVER.start, EVER.end), minutes(range((STEPS + 1) * BARS)))
            if cache.notice or not there or cache.verify():
                return False
    return [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("written", [1, 5, 11, 15])
@pytest.mark.parametrize("broken", ["after_free_list_write"], indirect=True)
def test_a_block_of_metadata_that_is_half_written_is_put_back(tmp_path: Path, broken: Broken, written: int) -> None:
    path = tmp_path / "candles.duckdb"
    assert broken.before[:HEADERS] == broken.after[:HEADERS]
    assert broken.written_over()
    for place in broken.written_over():
        cut, end = place + written * PAGE, place + BLOCK
        forward = broken.after[place:cut] + broken.before[cut:end]
        backward = broken.before[place:cut] + broken.after[cut:end]
        for block in (forward, backward):
            # The others written already, or not yet.
            for others in (broken.before, broken.after):
                put(path, others[:place] + block + others[end:], broken.log, broken.undo)
                assert whole(path)


@pytest.mark.parametrize("broken", ["after_free_list_write"], indirect=True)
def test_without_the_copy_a_half_written_block_is_the_end_of_the_file(tmp_path: Path, broken: Broken) -> None:
    path = tmp_path / "candles.duckdb"
    put(path, torn(broken), broken.log, None)
    assert not whole(path)


def test_a_checkpoint_broken_off_between_two_writes_loses_nothing(tmp_path: Path, broken: Broken) -> None:
    path = tmp_path / "candles.duckdb"
    put(path, broken.after, broken.log, broken.undo)
    assert whole(path)
    put(path, broken.before, broken.log_before, broken.undo)
    assert whole(path)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("broken", ["after_free_list_write"], indirect=True)
def test_a_copy_that_is_not_whole_is_not_put_back(tmp_path: Path, broken: Broken, share: float) -> None:
    path = tmp_path / "candles.duckdb"
    there = int(len(broken.undo) * share)
    for undo in (broken.undo[:there], broken.undo[:there].ljust(len(broken.undo), b"\0")):
        put(path, broken.before, broken.log_before, undo)
        assert whole(path)


@pytest.mark.parametrize("cut", [0, 64, 512, 2_048])
@pytest.mark.parametrize("broken", ["before_truncate"], indirect=True)
def test_a_header_says_all_in_its_first_bytes(tmp_path: Path, broken: Broken, cut: int) -> None:
    path = tmp_path / "candles.duckdb"
    (place,) = (at for at in (PAGE, 2 * PAGE) if broken.before[at : at + PAGE] != broken.after[at : at + PAGE])
    header = broken.after[place : place + cut] + broken.before[place + cut : place + PAGE]
    put(path, broken.after[:place] + header + broken.after[place + PAGE :], broken.log, broken.undo)
    assert whole(path)


@pytest.mark.parametrize("broken", ["before_truncate"], indirect=True)
def test_a_checkpoint_that_is_done_is_not_undone(tmp_path: Path, broken: Broken) -> None:
    path = tmp_path / "candles.duckdb"
    put(path, broken.after, None, broken.undo)
    assert whole(path)


@pytest.mark.parametrize("broken", ["after_free_list_write"], indirect=True)
def test_what_another_process_is_about_to_write_is_not_put_back(
    tmp_path: Path, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "candles.duckdb"
    monkeypatch.setattr(cache_opening, "_WAIT_S", 0.0)
    put(path, broken.after, broken.log, broken.undo)
    lock = "import fcntl, sys; file = open(sys.argv[1], 'r+b'); fcntl.lockf(file, fcntl.LOCK_EX); print(flush=True)"
    command = [sys.executable, "-c", f"{lock}; sys.stdin.read()", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(CacheBusy, match="already running"):
            CandleCache.open(path, now_ms=0)
        assert path.read_bytes() == broken.after
        holder.kill()
    assert whole(path)


@pytest.mark.parametrize("broken", ["after_free_list_write"], indirect=True)
def test_what_a_process_leaves_that_is_killed_as_the_next_one_opens_the_file_is_put_back(
    tmp_path: Path, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "candles.duckdb"
    put(path, torn(broken), broken.log, broken.undo)
    looks = iter([lambda _: None])
    put_back = duck_undo.put_back
    monkeypatch.setattr(duck_undo, "put_back", lambda file: next(looks, put_back)(file))
    assert whole(path)


def test_a_copy_outlives_a_checkpoint_that_failed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"h" * HEADERS + b"old!")
    with open(path, "rb", buffering=0) as file:
        with pytest.raises(OSError, match="disk"), duck_undo.kept(path, file, [(0, 4)]):
            raise OSError("the disk")
        path.write_bytes(b"h" * HEADERS + b"torn")
        with pytest.raises(OSError, match="disk"), duck_undo.kept(path, file, [(0, 4)]):
            raise OSError("the disk")
    duck_undo.put_back(path)
    assert path.read_bytes()[HEADERS:] == b"old!"
    assert not duck_undo.undo_of(path).exists()


def test_nothing_is_written_over_that_the_disk_has_no_room_to_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "file.duckdb"
    file = DuckFile(path)
    file.run("CREATE TABLE number AS SELECT 1 AS one")
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            file.checkpoint()
    assert path.read_bytes() == before
    assert not duck_undo.undo_of(path).exists()
    file.close()
    assert [left.name for left in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("number", "words", "kind"),
    [
        (errno.EAGAIN, "Die Ressource ist zur Zeit nicht verfügbar", Locked),
        (errno.ENOSPC, "Auf dem Gerät ist kein Speicherplatz mehr verfügbar", DiskFull),
        (errno.EDQUOT, "Der zugewiesene Plattenplatz (Quota) ist überschritten", DiskFull),
        (errno.EFBIG, "Die Datei ist zu groß", DiskFull),
        (errno.EACCES, "Keine Berechtigung", NotWritable),
        (errno.EIO, "Eingabe-/Ausgabefehler", NotWritable),
    ],
)
def test_what_the_system_refuses_is_known_in_every_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, kind: type[DuckFailure]
) -> None:
    def refuse(_: Path) -> None:
        raise OSError(number, words)

    monkeypatch.setattr(duck_undo, "put_back", refuse)
    with pytest.raises(kind):
        DuckFile(tmp_path / "file.duckdb")


@pytest.mark.parametrize(("number", "kind"), [(errno.EACCES, CacheReadOnly), (errno.ENOSPC, CacheFull)])
def test_what_was_stored_though_the_log_could_not_be_moved_is_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as cache:
        store(cache, 0)
        with monkeypatch.context() as patch:
            patch.setattr(duck_file, "_LOG_BYTES", 1)
            patch.setattr(duck_undo, "_write", refuse)
            with pytest.raises(kind):
                store(cache, 1)
        store(cache, 1)
        assert cache.verify() == ()
        assert same(cache.read(KEY, EVER.start, EVER.end), minutes(range(2 * BARS)))


def test_a_copy_that_somebody_has_deleted_is_not_missed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"h" * HEADERS)
    with open(path, "rb", buffering=0) as file, duck_undo.kept(path, file, []):
        duck_undo.undo_of(path).unlink()


def test_the_log_is_moved_into_the_file_when_it_has_grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as cache:
        store(cache, 0)
        assert log_of(cache.path).exists()
        monkeypatch.setattr(duck_file, "_LOG_BYTES", 1)
        store(cache, 1)
        assert not log_of(cache.path).exists()


def test_a_checkpoint_does_not_give_up_the_lock(tmp_path: Path) -> None:
    lock = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    file = DuckFile(tmp_path / "file.duckdb")
    file.checkpoint()
    command = [sys.executable, "-c", lock, str(tmp_path / "file.duckdb")]
    assert b"BlockingIOError" in subprocess.run(command, capture_output=True, check=False).stderr
    file.close()
    assert subprocess.run(command, check=False).returncode == 0


def test_duckdb_makes_no_checkpoint_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "candles.duckdb"
    CandleCache.open(path, now_ms=0).close()
    headers = path.read_bytes()[:HEADERS]
    monkeypatch.setattr(DuckFile, "checkpoint", lambda _: None)
    for step in range(5):
        with CandleCache.open(path, now_ms=0) as cache:
            store(cache, step, 100_000)
    assert os.path.getsize(log_of(path)) > 16 * 1024 * 1024
    assert path.read_bytes()[:HEADERS] == headers
