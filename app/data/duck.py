"""The one door to duckdb."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


class Unreadable(Exception):
    """duckdb could not do what it was asked; the message is duckdb's own, for a log."""


def connect(place: str, **settings: Any) -> Any:
    """Return a connection to a database file or to `:memory:`; raises duckdb's own errors."""
    import duckdb

    return duckdb.connect(
        place,
        config={
            "threads": 2,
            "memory_limit": "2GB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            **settings,
        },
    )


def errors() -> tuple[type[Exception], ...]:
    """Return what duckdb raises, for an `except`: text in a damaged file may also fail to decode."""
    import duckdb

    return (duckdb.Error, UnicodeError)


def asked(connection: Any, question: Callable[[], T]) -> T:
    """Return what `question` returns; that memory is short, or Ctrl+C was pressed, is told as Python tells it."""
    try:
        return question()
    except Exception as error:
        said = str(error)
        if "Out of Memory Error" in said:
            raise MemoryError(said) from error
        if said != "Query interrupted":
            raise
        # Its threads may still be at it, and closing would wait for them.
        connection.interrupt()
        raise KeyboardInterrupt from error


class Duck:
    """An in-memory duckdb that reads files, loads no extensions and never sees Python's variables.

    Paths and values are handed over as arguments, never written into a query. Query parameters are not used, because
    binding one imports pandas where that is installed, which takes a second.
    """

    def __init__(self) -> None:
        self._connection = connect(":memory:")

    def __enter__(self) -> Duck:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def parquet(self, file: Path) -> Table:
        """Return the table in a Parquet file. Raises Unreadable."""
        return Table(self.ask(lambda: self._connection.read_parquet(_literal(file))), self)

    def csv(self, file: Path, delimiter: str, width: int) -> Table:
        """Return a CSV file without its first line as a table of text columns. Raises Unreadable.

        Their names are those of `csv_column`.
        """
        names = {csv_column(place): "VARCHAR" for place in range(width)}
        return Table(
            self.ask(
                lambda: self._connection.read_csv(
                    _literal(file),
                    auto_detect=False,
                    header=False,
                    skiprows=1,
                    sep=delimiter,
                    quotechar='"',
                    escapechar='"',
                    strict_mode=True,
                    columns=names,
                )
            ),
            self,
        )

    def ask(self, question: Callable[[], T]) -> T:
        """Return what `question` returns. Raises Unreadable where duckdb raises."""
        try:
            return asked(self._connection, question)
        except errors() as error:
            raise Unreadable(str(error)) from error


class Table:
    """A table in a file, read when its columns are asked for."""

    def __init__(self, relation: Any, duck: Duck) -> None:
        self._relation = relation
        self._duck = duck

    def types(self) -> list[tuple[str, str]]:
        """Return the name and the type of every column. Raises Unreadable."""
        names, kinds = self._duck.ask(lambda: (self._relation.columns, self._relation.types))
        return [(name, str(kind)) for name, kind in zip(names, kinds, strict=True)]

    def count(self) -> int:
        """Return the number of rows. Raises Unreadable."""
        return int(self._duck.ask(lambda: self._relation.aggregate("count(*)").fetchone())[0])

    def first(self, rows: int) -> Table:
        """Return the table of its first rows."""
        return Table(self._relation.limit(rows), self._duck)

    def columns(self, expressions: Sequence[str]) -> list[np.ndarray]:
        """Return an array per expression, a masked one where it has NULLs. Raises Unreadable."""
        named = ", ".join(f"{expression} AS v{place}" for place, expression in enumerate(expressions))
        arrays = self._duck.ask(lambda: self._relation.project(named).fetchnumpy())
        return list(arrays.values())


def quoted(name: str) -> str:
    """Return the name of a column as it stands in a query."""
    return '"' + name.replace('"', '""') + '"'


def csv_column(place: int) -> str:
    """Return what the table of a CSV file calls the column at `place`, counted from 0.

    A file in a folder called `close=5` gets a column `close` from duckdb, in place of its own; the equals sign in the
    name keeps that from happening.
    """
    return f"column={place}"


def _literal(file: Path) -> str:
    """Return a path as duckdb takes it when it means this one file: *, ? and [ are letters, not patterns."""
    return glob.escape(os.path.abspath(file))
