"""One SQLite file, open: a writer behind a lock, and readers beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine

from app.data.library import sqlite
from app.data.library.failures import LibraryNotWritten, LibraryReadOnly

Answer = TypeVar("Answer")


class Database:
    """A file that one process has open; every method may be called from any thread.

    `give_room` is asked once when the disk is full and says whether it made some; then the work is done again.
    """

    def __init__(
        self,
        path: Path,
        *,
        journal: str = "WAL",
        read_only: bool = False,
        give_room: Callable[[], bool] = lambda: False,
    ) -> None:
        self.path, self.read_only = path, read_only
        # The folder that the trader knows, where this is a copy of a file in it.
        self.folder = path.parent
        self._give_room = give_room
        self._lock = threading.RLock()
        self._engines: list[Engine] = []
        self._writer: Connection | None = None
        self._readers: Engine | None = None
        if not read_only:
            self._open_to_write(journal)
        if read_only or sqlite.is_safe:
            self._readers = sqlite.reader_engine(path, immutable=read_only)
            self._engines.append(self._readers)

    def _open_to_write(self, journal: str) -> None:
        self._engines.append(sqlite.writer_engine(self.path, journal=journal))
        try:
            with sqlite.told(self.path):
                self._writer = self._engines[0].connect()
                self._writer.begin().rollback()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection; the last one moves what is in the log into the file."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            for engine in reversed(self._engines):
                engine.dispose()
            self._engines, self._readers = [], None

    def write(self, work: Callable[[Connection], Answer], *, spare: bool = True) -> Answer:
        """Return what `work` returns, after all it did is on the disk; when anything fails nothing is.

        `spare` lets it have the room that is kept for the day the disk is full. Raises LibraryNotWritten and
        LibraryDamaged.
        """
        try:
            return self._written(work)
        except LibraryNotWritten as failure:
            if isinstance(failure, LibraryReadOnly) or not spare or not self._give_room():
                raise
        return self._written(work)

    def _written(self, work: Callable[[Connection], Answer]) -> Answer:
        if self.read_only:
            raise LibraryReadOnly(
                f"{self.folder} cannot be written to, so nothing is stored. Allow writing there, then start again."
            )
        with self._lock, sqlite.told(self.path):
            with self._open_writer().begin() as transaction:
                answer = work(transaction.connection)
            return answer

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the file. Raises LibraryDamaged."""
        with sqlite.told(self.path):
            if self._readers is not None:
                with self._readers.connect() as connection:
                    yield connection
                return
            with self._lock:
                writer = self._open_writer()
                with writer.begin():
                    yield writer

    def copy_to(self, path: Path) -> None:
        """Write everything as it is now to a new file. Raises LibraryNotWritten, LibraryDamaged."""
        with sqlite.told(self.path), self.read() as connection:
            target = sqlite.dbapi.connect(str(path))
            try:
                self._raw(connection).backup(target)
            except sqlite.dbapi.OperationalError as error:
                # Comes without a code, and mostly from the new file.
                raise LibraryNotWritten(
                    f"No backup could be made in {path.parent} ({error}). Your strategies are untouched."
                ) from error
            finally:
                target.close()

    def flaws(self) -> tuple[str, ...]:
        """Return what SQLite itself finds wrong with the file, at most a few lines. Raises LibraryDamaged."""
        with self.read() as connection:
            rows = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
        return tuple(str(row) for row in rows if row != "ok")

    def version(self) -> int:
        """Return which version of its tables the file has; 0 for a new one."""
        with self.read() as connection:
            return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def give_back(self) -> None:
        """Return the room of what was deleted to the disk."""
        with self._lock, sqlite.told(self.path):
            raw = self._raw(self._open_writer())
            raw.execute("PRAGMA incremental_vacuum").fetchall()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _open_writer(self) -> Connection:
        if self._writer is None:
            raise LibraryNotWritten("The library is closed.")
        return self._writer

    @staticmethod
    def _raw(connection: Connection) -> Any:
        return connection.connection.dbapi_connection
