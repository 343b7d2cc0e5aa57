"""A full disk and a folder that cannot be written to: a sentence, and nothing that was stored is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from support.library import drawing, opened
from support.library_runs import kept, made_up, request, sample_run

from app.data.library import folder as places
from app.data.library.failures import LibraryFull, LibraryNotWritten, LibraryReadOnly, LibraryUnreadable
from app.data.library.library import Library

ROOM = 8 << 20


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
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of a disk with 8 MB, of which one is kept for the day it is full."""
    monkeypatch.setattr(places, "RESERVE_BYTES", 1 << 20)
    monkeypatch.setattr(places, "ENOUGH_ROOM", 4 << 20)
    unmount = mounted(tmp_path / "disk", f"size={ROOM}")
    yield tmp_path / "disk"
    unmount()


def fill(disk: Path) -> Path:
    """Fill the disk with a file, and return that file."""
    other = disk / "other"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    other.write_bytes((other.read_bytes() if other.exists() else b"") + bytes(free))
    assert os.statvfs(disk).f_bavail == 0
    return other


def save_until_full(library: Library) -> dict[str, str]:
    """Save until nothing is taken any more; return the name of each version that was said to be saved."""
    saved = {}
    with suppress(LibraryFull):
        for number in range(100_000):
            revision = library.strategies.save(drawing(f"Strategy {number}", number % 10), note="x" * 2_000)
            saved[revision.id] = revision.name
    return saved


def test_a_full_disk_is_said_and_keeps_every_save(disk: Path) -> None:
    folder = disk / "data"
    with opened(folder) as library:
        run_id = kept(library)
        other = fill(disk)
        assert (folder / "library.reserve").exists()
        saved = save_until_full(library)
        assert len(saved) > 20, "the reserve has room for some"
        assert not (folder / "library.reserve").exists()
        with pytest.raises(LibraryFull, match=r"no room.*make room, then try again"):
            library.strategies.save(drawing("one more"), note="x" * 50_000)
        with pytest.raises(LibraryNotWritten):
            library.drafts.write(None, replace(drawing("draft"), note="x" * 50_000))
        assert {library.strategies.read(id_).name for id_ in saved} == set(saved.values())
        assert library.runs.open(run_id).result_hash == sample_run().result_hash
        other.unlink()
        revision = library.strategies.save(drawing("there is room again"))
    with opened(folder) as library:
        assert library.notice is None
        assert {library.strategies.read(id_).name for id_ in saved} == set(saved.values())
        assert library.strategies.read(revision.id).name == "there is room again"
        assert (folder / "library.reserve").exists()


def test_a_result_that_finds_no_room_fails_with_its_reason_kept(disk: Path) -> None:
    folder = disk / "data"
    with opened(folder) as library:
        asked = request(library)
        run_id = library.runs.begin(asked)
        fill(disk)
        with pytest.raises(LibraryNotWritten) as failure:
            library.runs.complete(run_id, made_up(sample_run(), 200_000, 5_000), {}, {})
        assert library.runs.summary(run_id).state == "pending"
        assert library.runs.fail(run_id, str(failure.value)), "the reserve has room for that"
        assert "room" in library.runs.summary(run_id).reason
    with opened(folder) as library:
        assert library.runs.summary(run_id).state == "failed"


def test_a_library_on_a_full_disk_opens(disk: Path) -> None:
    folder = disk / "data"
    with opened(folder) as library:
        revision = library.strategies.save(drawing())
    fill(disk)
    with opened(folder) as library:
        assert library.strategies.read(revision.id) == drawing()
        assert library.strategies.save(drawing("with the reserve"), revision.strategy_id).number == 2
    fill(disk)
    with opened(folder) as library:
        assert [one.number for one in library.strategies.revisions(revision.strategy_id)] == [2, 1]


def test_no_library_is_begun_on_a_full_disk(disk: Path) -> None:
    other = fill(disk)
    with pytest.raises(LibraryUnreadable):
        opened(disk / "data")
    other.unlink()
    with opened(disk / "data") as library:
        assert library.notice is None
        library.strategies.save(drawing())


def test_no_backup_on_a_full_disk_is_said_and_leaves_nothing(disk: Path) -> None:
    with opened(disk / "data") as library:
        library.strategies.save(drawing())
        fill(disk)
        with pytest.raises(LibraryNotWritten, match="No backup could be made"):
            library.back_up_if_due()
        assert library.backups() == ()
        assert not list(disk.glob("data-backups/*"))


LIMITED = """
import resource, sys
from pathlib import Path
from support.library import drawing, opened
from app.data.library.failures import LibraryNotWritten
with opened(Path(sys.argv[1])) as library:
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
    try:
        for number in range(100_000):
            print(library.strategies.save(drawing(f"Strategy {number}"), note="x" * 2_000).id)
    except LibraryNotWritten as failure:
        print(failure, file=sys.stderr)
    assert len(library.strategies.all()) == number
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit on the size of files")
def test_a_file_that_may_not_grow_costs_no_save(folder: Path) -> None:
    tests = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"}
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "What was stored before is kept" in done.stderr
    saved = done.stdout.split()
    assert len(saved) > 10
    with opened(folder) as library:
        assert library.notice is None
        assert {one.head for one in library.strategies.all()} == set(saved)


@pytest.fixture
def read_only(disk: Path) -> Callable[[], None]:
    """Return what makes the disk one that cannot be written to."""
    return lambda: subprocess.run(["mount", "-o", "remount,ro", disk], check=True) and None


def test_a_read_only_folder_can_be_looked_at(disk: Path, read_only: Callable[[], None]) -> None:
    folder = disk / "data"
    with opened(folder) as library:
        run_id = kept(library)
        revision = library.strategies.save(drawing("Seen", 1))
    read_only()
    with opened(folder) as library:
        assert library.read_only
        assert "looked at" in (library.notice or "")
        assert library.strategies.read(revision.id) == drawing("Seen", 1)
        assert library.runs.open(run_id).result_hash == sample_run().result_hash
        assert len(library.runs.find()) == 1
        assert library.back_up_if_due() is None
        for write in (
            lambda: library.strategies.save(drawing("New")),
            lambda: library.strategies.delete(revision.strategy_id),
            lambda: library.drafts.write(None, drawing()),
            lambda: library.runs.pin(run_id),
        ):
            with pytest.raises(LibraryReadOnly, match="cannot be written to"):
                write()


def test_what_a_killed_process_left_can_be_looked_at_in_a_read_only_folder(
    disk: Path, read_only: Callable[[], None]
) -> None:
    folder = disk / "data"
    code = (
        "import os, sys; from pathlib import Path; from support.library import drawing, opened;"
        "library = opened(Path(sys.argv[1])); print(library.strategies.save(drawing()).id, flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    tests = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, env=environment, check=False
    )
    assert (folder / "library.db-wal").stat().st_size
    read_only()
    with opened(folder) as library:
        assert library.read_only
        assert library.strategies.read(done.stdout.strip()) == drawing()
        with pytest.raises(LibraryReadOnly) as refusal:
            library.strategies.save(drawing("New"))
        assert str(refusal.value).startswith(f"{folder} cannot be written to")


def test_no_library_is_begun_in_a_read_only_folder(disk: Path, read_only: Callable[[], None]) -> None:
    read_only()
    with pytest.raises(LibraryUnreadable, match="can be written to"):
        opened(disk / "data")


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(LibraryUnreadable, match="cannot be kept"):
        opened(tmp_path / "data")
    assert (tmp_path / "data").read_text() == "mine"
