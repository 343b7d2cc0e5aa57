"""Looking at a library in a folder that cannot be written to."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from app.data.library import schema
from app.data.library.database import Database
from app.data.library.failures import LibraryDamaged, LibraryUnreadable


def open_to_look_at(path: Path, newest: int) -> Database:
    """Return the file open for reading. Raises LibraryTooNew, LibraryUnreadable."""
    log = Path(f"{path}-wal")
    try:
        # Changes that are still in the log can only be read where SQLite may write beside it.
        database = _copy(path, log) if log.exists() and log.stat().st_size else Database(path, read_only=True)
        if schema.require_known(database, newest) < newest:
            raise LibraryUnreadable(
                f"{path} is of an older version of Blockbuilders and cannot be brought up to date, because "
                f"{path.parent} cannot be written to. Allow writing there, then start again."
            )
    except (LibraryDamaged, OSError) as failure:
        raise LibraryUnreadable(
            f"{path} cannot be read, and not be put right either, because {path.parent} cannot be written to. Allow "
            "writing there, then start again."
        ) from failure
    return database


def _copy(path: Path, log: Path) -> Database:
    folder = tempfile.mkdtemp(prefix="blockbuilders-")
    try:
        for file in (path, log):
            shutil.copyfile(file, Path(folder) / file.name)
        copy = Path(folder) / path.name
        Database(copy).close()
        database = Database(copy, read_only=True)
        database.folder = path.parent
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(database, shutil.rmtree, folder, ignore_errors=True)
    return database
