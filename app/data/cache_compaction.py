"""The file of the candle cache written anew, without the room in it that nothing uses any more.

duckdb uses room that became free again, but hardly ever gives it back: after a series was put in order, or deleted, the
file stays as long as it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from app.data import cache_schema
from app.data import cache_tables as tables
from app.data.cache_coverage import Coverage
from app.data.cache_tables import Shelved
from app.data.duck_file import DiskFull, DuckFile, NotWritable

# Less than that is soon used again.
LEAST_BYTES = 4 * 1024 * 1024
LEAST_SHARE = 0.25


def part_of(path: Path) -> Path:
    """Return the name of the new file while it is written."""
    return path.with_name(f"{path.name}.part")


def drop_part(path: Path) -> None:
    """Remove what is left of a new file that was not finished."""
    for ending in ("", ".wal", ".undo"):
        with suppress(OSError):
            os.unlink(f"{part_of(path)}{ending}")


def is_due(file: DuckFile) -> bool:
    """Say whether much of the file is free."""
    ((block, total, free),) = file.rows("SELECT block_size, total_blocks, free_blocks FROM pragma_database_size()")
    return bool(free * block >= LEAST_BYTES and free >= total * LEAST_SHARE)


def written_anew(
    file: DuckFile, path: Path, entries: Iterable[Shelved], coverage: Mapping[int, Coverage], idle: Callable[[], bool]
) -> bool:
    """Write all that is in the cache to a new file beside it; return whether it is finished.

    It is not when `idle` says that there is no more time, or there is no room for two files: nothing has changed then.
    """
    drop_part(path)
    try:
        # A log left beside the new file, by a process that is killed as the names change, would make it unreadable.
        file.checkpoint()
        new = DuckFile(part_of(path))
        try:
            finished = _copied(file, new, list(entries), coverage, idle)
        finally:
            new.close()
    except (DiskFull, NotWritable):
        finished = False
    except BaseException:
        drop_part(path)
        raise
    if not finished:
        drop_part(path)
    return finished


def put_in_place(path: Path, close: Callable[[], None]) -> None:
    """Give the new file the name of the old one, which `close` closes.

    The old file is held until it is replaced, so that no other process comes in between; where an open file cannot be
    replaced it is closed first.
    """
    try:
        os.replace(part_of(path), path)
    except PermissionError:
        close()
        os.replace(part_of(path), path)
    else:
        close()


def _copied(
    file: DuckFile, new: DuckFile, entries: list[Shelved], coverage: Mapping[int, Coverage], idle: Callable[[], bool]
) -> bool:
    cache_schema.prepare(new)
    for entry in entries:
        if not idle():
            return False
        tables.put_series(new, entry)
        tables.put_coverage(new, entry, (), coverage.get(entry.id, ()))
        tables.insert_candles(new, entry, tables.all_candles(file, entry))
        for table, columns in _NUMBERS.items():
            names, kinds = ", ".join(f"{name}::{kind}" for name, kind in columns), [_KINDS[kind] for _, kind in columns]
            found = file.columns(f"SELECT {names} FROM {table} WHERE series = {entry.id} ORDER BY ALL", kinds)
            if len(found[0]):
                new.insert(table, [entry.id], found)
    for job in tables.jobs(file, entries):
        tables.put_job(new, next(entry for entry in entries if entry.series.key == job.key), job)
    return True


_KINDS: Mapping[str, type[np.generic]] = {"BIGINT": np.int64, "DOUBLE": np.float64}
_NUMBERS = {
    table: [(name, "DOUBLE" if kind == "DOUBLE" else "BIGINT") for name, kind in cache_schema.columns(table)[1:]]
    for table in ("gaps", "revisions")
}
