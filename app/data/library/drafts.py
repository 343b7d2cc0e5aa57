"""Drawings that are not saved yet, kept while they change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.engine import Connection

from app.data.library.database import Database
from app.data.library.records import Draft
from app.data.library.tables import drafts
from app.errors import BlockbuildersError
from app.strategy import codec
from app.strategy.document import Strategy

# What a drawing is kept under that belongs to no saved strategy.
_UNSAVED = ""


class Drafts:
    """One draft for each strategy, and one for a drawing that was never saved."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database, self._clock = database, clock

    def write(self, strategy_id: str | None, strategy: Strategy) -> None:
        """Keep a drawing in place of the draft before it; it is on the disk by then. Raises LibraryNotWritten."""
        payload = codec.canonical(strategy)
        key, at_ms = strategy_id or _UNSAVED, self._clock()

        def work(connection: Connection) -> None:
            connection.execute(drafts.delete().where(drafts.c.strategy == key))
            newest = connection.execute(select(func.max(drafts.c.seq))).scalar()
            values = {"strategy": key, "at_ms": at_ms, "payload": payload, "hash": _hash(key, payload)}
            connection.execute(drafts.insert(), values | {"seq": (newest or 0) + 1})

        self._database.write(work)

    def read(self) -> Draft | None:
        """Return the draft written last that can be read; None where there is none."""
        with self._database.read() as connection:
            rows = connection.execute(select(drafts).order_by(drafts.c.seq.desc())).all()
        for row in rows:
            try:
                if is_whole(row):
                    return Draft(row.strategy or None, codec.read(row.payload), row.at_ms)
            except BlockbuildersError:
                continue
        return None

    def forget(self) -> None:
        """Have no drafts any more."""
        self._database.write(lambda connection: connection.execute(drafts.delete()) and None)

    def forget_one(self, strategy_id: str | None) -> None:
        """Have no draft of this strategy any more."""
        gone = drafts.delete().where(drafts.c.strategy == (strategy_id or _UNSAVED))
        self._database.write(lambda connection: connection.execute(gone) and None)


def is_whole(row: Row[Any]) -> bool:
    """Say whether a draft is as it was written."""
    try:
        return bool(_hash(row.strategy, row.payload) == row.hash)
    except TypeError:
        return False


def _hash(key: str, payload: bytes) -> str:
    return hashlib.sha256(f"blockbuilders draft 1\n{key}\n".encode() + payload).hexdigest()
