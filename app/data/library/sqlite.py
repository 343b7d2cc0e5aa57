"""The one door to SQLite: which build of it is used, how connections are set up, and what its failures mean."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from app.data.library.failures import LibraryDamaged, LibraryFull, LibraryNotWritten, LibraryReadOnly

# Before this version two connections that write and check-point at the same moment can damage a file in WAL mode.
SAFE = (3, 51, 3)
BUSY_MS = 5_000
READERS = 4


def _newest_build() -> Any:
    """Return the DB-API module whose SQLite is safe with several connections, or else the newest there is."""
    if sqlite3.sqlite_version_info >= SAFE:
        return sqlite3
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3


dbapi = _newest_build()
is_safe: bool = dbapi.sqlite_version_info >= SAFE


class Busy(LibraryNotWritten):
    """Another process is writing to the file."""


class CannotOpen(LibraryNotWritten):
    """The file, or one that SQLite needs beside it, cannot be opened."""


def writer_engine(path: Path, *, journal: str = "WAL") -> Engine:
    """Return an engine whose connections write at once when they begin. `journal` is WAL or DELETE."""

    def connect() -> Any:
        connection = _connected(str(path))
        if not is_safe:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not path.exists() or not path.stat().st_size:
            # Later it would need the whole file written anew.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        for pragma in ("synchronous = FULL", "fullfsync = 1", "checkpoint_fullfsync = 1"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return _engine(connect, "BEGIN IMMEDIATE", NullPool)


def reader_engine(path: Path, *, immutable: bool = False) -> Engine:
    """Return an engine whose connections never write; `immutable` is for files that nobody can change."""

    def connect() -> Any:
        ending = "?mode=ro&immutable=1" if immutable else ""
        connection = _connected(path.absolute().as_uri() + ending, uri=True)
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA query_only = 1")
        # In KiB: the rows of ten thousand runs, which lists go through again and again.
        connection.execute("PRAGMA cache_size = -16384")
        return connection

    return _engine(connect, "BEGIN", QueuePool, pool_size=READERS, max_overflow=-1)


def _connected(name: str, *, uri: bool = False) -> Any:
    connection = dbapi.connect(name, uri=uri, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000)
    for pragma in ("foreign_keys = ON", f"busy_timeout = {BUSY_MS}", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    # SQLite itself knows capitals of English alone.
    connection.create_function("casefold", 1, lambda text: str(text).casefold(), deterministic=True)
    return connection


def _engine(connect: Any, begin: str, pool: Any, **options: Any) -> Engine:
    engine = create_engine("sqlite://", module=dbapi, creator=connect, poolclass=pool, **options)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The module would begin late, and commit before each change of a table.
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn failures of SQLite in the block into sentences; a flaw of the program stays what it is."""
    try:
        yield
    except DBAPIError as error:
        failure = meaning(error.orig, path)
        if failure is None:
            raise
        raise failure from error
    except dbapi.Error as error:
        failure = meaning(error, path)
        if failure is None:
            raise
        raise failure from error


def meaning(error: BaseException | None, path: Path) -> LibraryNotWritten | LibraryDamaged | None:
    """Return what a failure of SQLite means to the trader; None when the program did something wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Without a code it is a file whose text is not text, or one that is no database.
        return LibraryDamaged(_DAMAGED.format(name=path.name)) if type(error) is dbapi.DatabaseError else None
    # Higher bits only say more about the same.
    failure = _MEANINGS.get(code & 0xFF)
    return failure[0](failure[1].format(name=path.name, folder=path.parent)) if failure else None


# What to do about damage that shows while the library is open; the next opening does the rest.
START_AGAIN = " Close Blockbuilders and start it again: what can be saved is saved then."
_DAMAGED = "{name} is damaged." + START_AGAIN
_MEANINGS: dict[int, tuple[type[LibraryNotWritten] | type[LibraryDamaged], str]] = {
    5: (Busy, "Another program is using {name} in {folder}. Close it, then try again."),
    8: (
        LibraryReadOnly,
        "{folder} cannot be written to, so nothing is stored. Allow writing there, then start again.",
    ),
    10: (
        LibraryNotWritten,
        "The disk did not take what was to be written to {folder}. What was stored before is kept; check the disk and "
        "the room on it, then try again.",
    ),
    11: (LibraryDamaged, _DAMAGED),
    13: (
        LibraryFull,
        "The disk has no room, so this was not stored in {folder}. What was stored before is kept; make room, then try "
        "again.",
    ),
    14: (CannotOpen, "{name} in {folder} cannot be opened. Allow reading and writing there, then start again."),
    26: (LibraryDamaged, _DAMAGED),
}
