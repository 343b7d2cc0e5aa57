"""A duckdb database in a file: queries in, numpy columns out, failures by what can be done about them."""

from __future__ import annotations

import errno
import os
import re
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from app.data import duck, duck_undo

T = TypeVar("T")

# Files written so can be read by every later version; the default would leave out the better compression.
_STORAGE = "v1.5.0"
# What a table does not fill of a block is lost: with blocks of the usual 256 KB that is an eighth of a file of candles.
_BLOCK_BYTES = "65536"
# The log is moved into the file when it has grown to that, by `checkpoint` alone: duckdb's own does without an undo.
_LOG_BYTES = 16 * 1024 * 1024
_NEVER = "1TB"


class DuckFailure(Exception):
    """duckdb could not do what it was asked; the message is duckdb's own, for a log."""


class Locked(DuckFailure):
    """Another process has the file open; `process` is its number where duckdb tells it."""

    def __init__(self, message: str) -> None:
        found = re.search(r"PID (\d+)", message)
        self.process = int(found[1]) if found else None
        super().__init__(message)


class DiskFull(DuckFailure):
    """There is no room for the file to grow. The connection may have to be opened anew."""


class NotWritable(DuckFailure):
    """The file or its folder cannot be written."""


class Damaged(DuckFailure):
    """The file cannot be read, or is not what it should be."""


_FULL = ("no space left", "file too large", "quota exceeded", "not enough space", "disk full")
# On Windows the system's words come first, in the language of the computer, then duckdb's own.
_LOCKED = ("could not set lock", "being used by another process", "file is already open in")
_NOT_WRITABLE = ("read-only file system", "permission denied", "read-only mode", "access is denied", "not permitted")
_DAMAGED = ("IOException", "InternalException", "FatalException", "SerializationException", "UnicodeDecodeError")
# What the system refuses by itself; its words may be in any language.
_BY_NUMBER: Mapping[int | None, type[DuckFailure]] = {
    errno.EAGAIN: Locked,
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EFBIG: DiskFull,
}


class DuckFile:
    """One open database file, for one thread at a time. Queries read and write nothing else on the computer.

    Numbers are written into the queries and text only as `text` writes it: binding parameters imports pandas where
    that is installed, which takes a second.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.read_only = read_only
        self._path = path
        self._connection: Any = None
        self._reader: BinaryIO | None = None
        if not read_only:
            with _told():
                duck_undo.put_back(path)
        failure: DuckFailure | None = None
        try:
            self._open()
        except DuckFailure as error:
            failure = error
        # One that was killed only just now, while this one went for the file, has left something to be put back.
        if not read_only and duck_undo.undo_of(path).exists():
            failure = Locked("a checkpoint has to be undone first")
        if failure is not None:
            self._leave()
            raise failure

    def _open(self) -> None:
        with _told():
            self._connection = duck.connect(
                str(self._path),
                access_mode="read_only" if self.read_only else "read_write",
                storage_compatibility_version=_STORAGE,
                default_block_size=_BLOCK_BYTES,
                temp_directory="",
                wal_autocheckpoint=_NEVER,
            )
            if not self.read_only:
                self._reader = duck_undo.reader(self._path)
        if self._reader is not None:
            weakref.finalize(self, self._reader.close)
        self.run("PRAGMA disable_checkpoint_on_shutdown")
        self.run("SET enable_external_access = false")
        self.run("SET lock_configuration = true")

    def close(self) -> None:
        """Close the file; what was committed is moved from the log beside it into the file itself."""
        try:
            if self._log_bytes():
                with suppress(DuckFailure, MemoryError, *duck.errors()):
                    self.checkpoint()
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._connection is not None:
            with suppress(*duck.errors()):
                self._connection.close()
        if self._reader is not None:
            self._reader.close()

    def checkpoint(self) -> None:
        """Move what was committed from the log into the file; broken off anywhere, nothing of it is lost."""
        blocks = self.rows(
            "SELECT block_id, block_size FROM pragma_metadata_info() AS metadata, pragma_database_size() AS file "
            "WHERE block_id < file.total_blocks"
        )
        with _told(), duck_undo.kept(self._path, self._reader, blocks):
            self.run("CHECKPOINT")

    def _log_bytes(self) -> int:
        if self.read_only:
            return 0
        with suppress(OSError):
            return os.path.getsize(f"{self._path}.wal")
        return 0

    def run(self, query: str) -> None:
        """Carry out a statement."""
        self._asked(lambda: self._connection.execute(query))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a short answer."""
        found: list[tuple[Any, ...]] = self._asked(lambda: self._connection.execute(query).fetchall())
        return found

    def columns(self, query: str, kinds: Sequence[type[np.generic]]) -> list[np.ndarray]:
        """Return the columns of an answer without NULLs as arrays of these types: int64 or float64."""
        return self._asked(lambda: _arrays(self._connection.sql(query), kinds))

    def insert(self, table: str, constants: Sequence[int], columns: Sequence[np.ndarray]) -> None:
        """Append rows: first the constants, then the columns, in the table's order."""
        named: Mapping[str, np.ndarray] = {f"v{place}": column for place, column in enumerate(columns)}
        # duckdb takes a NaN in an array for a NULL.
        kept = (
            f"coalesce({name}, 'nan'::DOUBLE)" if column.dtype.kind == "f" else name for name, column in named.items()
        )
        chosen = ", ".join([*map(str, constants), *kept])
        self._asked(lambda: self._connection.register("_staged", named))
        try:
            self.run(f"INSERT INTO {table} SELECT {chosen} FROM _staged")
        finally:
            self._asked(lambda: self._connection.unregister("_staged"))

    def _asked(self, question: Callable[[], T]) -> T:
        """Return what `question` returns. Raises as `_told` does."""
        with _told():
            return duck.asked(self._connection, question)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Carry out what the block does whole or not at all; after the block it is on the disk."""
        self.run("BEGIN TRANSACTION")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            # A commit that failed has ended the transaction itself.
            with suppress(*duck.errors()):
                self._connection.rollback()
            raise
        if self._log_bytes() >= _LOG_BYTES:
            self.checkpoint()


def text(value: str | None) -> str:
    """Return text as a query writes it."""
    if value is None:
        return "NULL"
    quoted = value.replace("\0", "").replace("'", "''")
    return f"'{quoted}'"


def number(value: float | None) -> str:
    """Return a number as a query writes it: one with a fraction is read as the nearest double, none as NULL."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else f"'{value!r}'::DOUBLE"


@contextmanager
def _told() -> Iterator[None]:
    """Raise duckdb's errors as a DuckFailure, or as they are where the query is at fault."""
    try:
        yield
    except OSError as error:
        raise _failure(error) from error
    except duck.errors() as error:
        raise _failure(error) from error


def _failure(error: Exception) -> Exception:
    if isinstance(error, OSError):
        return _BY_NUMBER.get(error.errno, NotWritable)(str(error))
    said = str(error).lower()
    kinds: tuple[tuple[Sequence[str], type[DuckFailure]], ...] = (
        (_FULL, DiskFull),
        (_LOCKED, Locked),
        (_NOT_WRITABLE, NotWritable),
    )
    for signs, kind in kinds:
        if any(sign in said for sign in signs):
            return kind(str(error))
    return Damaged(str(error)) if type(error).__name__ in _DAMAGED else error


def _arrays(relation: Any, kinds: Sequence[type[np.generic]]) -> list[np.ndarray]:
    import nanoarrow

    parts = [_columns(part, kinds) for part in nanoarrow.c_array_stream(relation)]
    if not parts:
        return [np.empty(0, kind) for kind in kinds]
    # A million rows come in one part, which is then used where it lies: copying it takes as long as reading it.
    return parts[0] if len(parts) == 1 else [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def _columns(part: Any, kinds: Sequence[type[np.generic]]) -> list[np.ndarray]:
    columns = []
    for place, kind in enumerate(kinds):
        child = part.child(place)
        values = np.frombuffer(child.view().buffer(1), kind)[child.offset : child.offset + len(part)]
        columns.append(np.asarray(_Writable(values)))
    return columns


class _Writable:
    """Says of memory that nobody else uses that it may be written to; an array made of it keeps it alive."""

    def __init__(self, values: np.ndarray) -> None:
        self._values = values
        self.__array_interface__ = {**values.__array_interface__, "data": (values.ctypes.data, False)}
