"""Opening the file of the candle cache, whatever state it is in."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.data import cache_compaction, cache_schema
from app.data.duck_file import Damaged, DiskFull, DuckFailure, DuckFile, Locked, NotWritable
from app.data.records import CacheBusy, CacheFull, CacheReadOnly

_WAIT_S = 2.0
_PAUSE_S = 0.1

# What lies beside the file: changes not yet moved into it, two names of the same while duckdb does that, and what it
# writes over meanwhile.
_UNDO = ".undo"
_COMPANIONS = (".wal", ".wal.checkpoint", ".wal.recovery", _UNDO)


@dataclass(frozen=True, eq=False)
class Opened:
    """An open cache file; `notice` is a sentence for the trader when something was wrong with it."""

    file: DuckFile
    notice: str | None = None


def open_file(path: Path, now_ms: int) -> Opened:
    """Return the open file with all tables in it; what cannot be read is put aside and begun anew.

    Raises CacheBusy, CacheReadOnly, CacheFull.
    """
    _make_folder(path.parent)
    _drop_empty(path)
    _drop_stray_undo(path)
    aside = put_aside(path, now_ms) if not _plausible(path) else None
    try:
        return Opened(_patiently(path), _notice(aside))
    except Damaged:
        aside = put_aside(path, now_ms)
    except NotWritable:
        return _to_look_at(path)
    except DiskFull as failure:
        raise full(path) from failure
    return _anew(path, aside)


def start_anew(path: Path, now_ms: int) -> Opened:
    """Return a new file in place of one, closed by now, that turned out damaged."""
    return _anew(path, put_aside(path, now_ms))


def put_aside(path: Path, now_ms: int) -> Path:
    """Rename a file that cannot be used, with what belongs to it, and return its new name. Raises CacheReadOnly."""
    stamp = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.bad-{stamp}")
    count = 1
    while any(os.path.lexists(f"{aside}{ending}") for ending in ("", *_COMPANIONS)):
        count += 1
        aside = path.with_name(f"{path.name}.bad-{stamp}-{count}")
    try:
        for ending in ("", *_COMPANIONS):
            if os.path.lexists(f"{path}{ending}"):
                os.rename(f"{path}{ending}", f"{aside}{ending}")
    except OSError as error:
        raise CacheReadOnly(
            f"The file {path} is damaged and cannot be renamed ({(error.strerror or 'unknown').lower()}). "
            "Delete that file, then try again."
        ) from error
    return aside


def full(path: Path) -> CacheFull:
    """Return the failure that there is no room."""
    return CacheFull(
        f"The disk has no room for more candles in {path.parent}. What was stored before is kept; make room, then go "
        "on: only what is missing is fetched."
    )


def read_only(path: Path) -> CacheReadOnly:
    """Return the failure that nothing can be written."""
    return CacheReadOnly(
        f"Candles cannot be stored: {path.parent} cannot be written to. Allow writing there, then try again."
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        name = folder / "candles"
        raise (full(name) if error.errno in (errno.ENOSPC, errno.EDQUOT) else read_only(name)) from error


def _drop_empty(path: Path) -> None:
    """Remove an empty file: what is left where there was no room to begin one."""
    with suppress(OSError):
        if path.is_file() and not path.stat().st_size and not _companions(path):
            path.unlink()


def _drop_stray_undo(path: Path) -> None:
    """Remove what undoes a checkpoint of a file that is gone with its log: nothing was in it that could be lost."""
    if not any(os.path.lexists(f"{path}{ending}") for ending in ("", *_COMPANIONS) if ending != _UNDO):
        with suppress(OSError):
            os.unlink(f"{path}{_UNDO}")


def _companions(path: Path) -> bool:
    return any(os.path.lexists(f"{path}{ending}") for ending in _COMPANIONS)


def _plausible(path: Path) -> bool:
    """Say whether this is a file, or nothing at all: no folder, and no log whose file is gone."""
    if os.path.lexists(path):
        return path.is_file()
    return not _companions(path)


def _patiently(path: Path) -> DuckFile:
    """Return the open file, waiting a little for a process that is about to end. Raises CacheBusy."""
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            return _open(path)
        except Locked as locked:
            if time.monotonic() >= until:
                who = f" (process {locked.process})" if locked.process else ""
                raise CacheBusy(
                    f"Blockbuilders is already running and holds the candles{who}. Close it, or wait until it is done, "
                    "then try again."
                ) from locked
        time.sleep(_PAUSE_S)


def _open(path: Path) -> DuckFile:
    interrupted = _companions(path)
    file = DuckFile(path)
    try:
        cache_schema.prepare(file)
        cache_compaction.drop_part(path)
        if interrupted:
            # A log that is partly unreadable is read up to there without a word; what is added behind could be lost.
            # One that was cut off before its first change has nothing to move into the file, and would stay.
            cache_schema.touch(file)
            file.checkpoint()
    except DiskFull:
        file.close()
        if not interrupted:
            raise
        file = DuckFile(path)
        cache_schema.prepare(file)
    except BaseException as error:
        file.close()
        if isinstance(error, DuckFailure) or not isinstance(error, Exception):
            raise
        raise Damaged(str(error)) from error
    return file


def _to_look_at(path: Path) -> Opened:
    """Return the file opened for reading alone. Raises CacheReadOnly when there is nothing to read."""
    try:
        file = DuckFile(path, read_only=True)
    except DuckFailure as failure:
        raise read_only(path) from failure
    try:
        cache_schema.prepare(file)
    except Exception as failure:
        file.close()
        raise read_only(path) from failure
    return Opened(file, f"{path.parent} cannot be written to: stored candles can be used, but no new ones are kept.")


def _anew(path: Path, aside: Path) -> Opened:
    try:
        return Opened(_open(path), _notice(aside))
    except DiskFull as failure:
        raise full(path) from failure
    except DuckFailure as failure:
        raise read_only(path) from failure


def _notice(aside: Path | None) -> str | None:
    if aside is None:
        return None
    return (
        f"The stored candles could not be read and were put aside as {aside.name}. They are fetched again when needed; "
        "strategies and results are untouched."
    )
