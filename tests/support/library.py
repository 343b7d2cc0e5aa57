"""A library in a folder, with a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.data.library.library import Library
from app.data.library.sqlite import dbapi
from app.strategy import templates
from app.strategy.document import Strategy

NOON = 1_795_262_400_000  # 21 November 2026, 12:00 UTC
DAY = 86_400_000


@dataclass
class Clock:
    """A clock that stands still, and goes on a second with each look."""

    now: int = NOON

    def __call__(self) -> int:
        self.now += 1_000
        return self.now


def drawing(name: str = "First", template: int = 0) -> Strategy:
    """Return a drawing with a name of its own."""
    return replace(templates.all_templates()[template].strategy, name=name)


def sql(path: Path, statement: str, *values: Any) -> list[Any]:
    """Run a statement on a closed file behind the library's back, and return the rows."""
    connection = dbapi.connect(str(path))
    try:
        rows = connection.execute(statement, values).fetchall()
        connection.commit()
        return list(rows)
    finally:
        connection.close()


def opened(folder: Path, clock: Clock | None = None) -> Library:
    """Return the library of a folder, with a clock that a test moves."""
    return Library.open(folder, clock=clock or Clock())
