"""Keeping the library in order: how much room it takes, and giving some back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.engine import Connection

from app.data.library.backups import Backups
from app.data.library.curves import Curves
from app.data.library.database import Database
from app.data.library.records import Freed, Storage
from app.data.library.tables import findings, result_columns, results, runs


def storage(records: Database, curves: Database, backups: Backups) -> Storage:
    """Return how much room everything takes."""
    with records.read() as connection:
        query = select(runs.c.deleted, func.count().label("rows")).group_by(runs.c.deleted)
        counts = {row.deleted: row.rows for row in connection.execute(query)}
    return Storage(
        _bytes(records.path), _bytes(curves.path), backups.bytes(), counts.get(False, 0), counts.get(True, 0)
    )


def clean_up(records: Database, curves: Curves, lock: threading.Lock, keep: int | None) -> Freed:
    """Remove for ever the results of deleted runs and, with `keep`, of all but the newest ones of each strategy.

    Pinned runs stay whole; of the others the figures in the list stay.
    """
    with lock:
        count, freed = records.write(lambda connection: _clean(connection, keep))
        with records.read() as connection:
            needed = set(connection.execute(select(result_columns.c.hash).distinct()).scalars())
        freed += curves.drop_all_but(needed)
    records.give_back()
    return Freed(count, freed)


def _clean(connection: Connection, keep: int | None) -> tuple[int, int]:
    gone: list[ColumnElement[bool]] = [runs.c.deleted]
    if keep is not None:
        newer = func.row_number().over(partition_by=runs.c.strategy_id, order_by=runs.c.id.desc())
        counted = select(runs.c.id, newer.label("place")).where(~runs.c.deleted, ~runs.c.pinned).subquery()
        gone.append(runs.c.id.in_(select(counted.c.id).where(counted.c.place > keep)))
    wanted = (
        select(results.c.run_id, func.length(results.c.trades) + func.length(results.c.content))
        .join(runs, runs.c.id == results.c.run_id)
        .where(or_(*gone), ~runs.c.pinned)
    )
    found: list[Any] = list(connection.execute(wanted))
    for run_id, _ in found:
        connection.execute(findings.delete().where(findings.c.run_id == run_id))
        connection.execute(results.delete().where(results.c.run_id == run_id))
        connection.execute(runs.update().where(runs.c.id == run_id).values(cleaned=True))
    return len(found), sum(size for _, size in found)


def _bytes(path: Path) -> int:
    files = (Path(f"{path}{ending}") for ending in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
