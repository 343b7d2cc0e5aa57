"""Strategies and their versions. A version is written once and never changes; deleting one adds a record as well."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.engine import Connection

from app.data.library.database import Database
from app.data.library.failures import LibraryDamaged, NotInLibrary
from app.data.library.record_ids import record_id
from app.data.library.records import Revision, SavedStrategy
from app.data.library.run_rows import SUMMARY, summary_of
from app.data.library.tables import records, runs, strategies
from app.strategy import codec
from app.strategy.document import Strategy
from app.strategy.revision import document_hash, logic_hash
from app.strategy.upgrades import FORMAT

REVISION, TOMBSTONE = "revision", "tombstone"

_SHOWN = tuple(
    records.c[name] for name in ("id", "strategy", "number", "at_ms", "note", "name", "logic_hash", "parents")
)


class Strategies:
    """What the trader saved. `device` names this computer, `clock` says the time in UTC ms."""

    def __init__(self, database: Database, device: str, clock: Callable[[], int]) -> None:
        self._database, self._device, self._clock = database, device, clock

    def save(self, strategy: Strategy, strategy_id: str | None = None, note: str = "") -> Revision:
        """Return the new version, which is on the disk by then; the newest one when nothing differs from it.

        Without `strategy_id` it becomes a strategy of its own. Saving a deleted strategy brings it back.
        """
        payload = codec.canonical(strategy)
        # What was pasted may hold halves of characters, which no file can hold.
        note = note.encode(errors="replace").decode()
        # Saved means that it can be opened again.
        codec.read(payload)
        return self._database.write(
            lambda connection: self._save(connection, strategy, payload, strategy_id or str(uuid.uuid4()), note)
        )

    def all(self, *, deleted: bool = False) -> tuple[SavedStrategy, ...]:
        """Return every strategy, the one saved last first; with `deleted`, those that were deleted instead."""
        with self._database.read() as connection:
            rows = connection.execute(_overview(deleted)).mappings().all()
            wanted = {row["last_run"] for row in rows} - {None}
            found = connection.execute(select(*SUMMARY).where(runs.c.id.in_(wanted))) if wanted else ()
            last_runs = {summary.id: summary for summary in map(summary_of, found)}
        return tuple(
            SavedStrategy(**{**row, "last_run": last_runs.get(row["last_run"])}, deleted=deleted) for row in rows
        )

    def revisions(self, strategy_id: str) -> tuple[Revision, ...]:
        """Return the versions of a strategy, newest first. Raises NotInLibrary."""
        query = (
            select(*_SHOWN)
            .where(records.c.strategy == strategy_id, records.c.kind == REVISION)
            .order_by(records.c.number.desc())
        )
        with self._database.read() as connection:
            found = tuple(map(_revision, connection.execute(query)))
        if not found:
            raise NotInLibrary("This strategy is not among the saved ones any more.")
        return found

    def revision(self, revision_id: str) -> Revision:
        """Return what is known of one version. Raises NotInLibrary."""
        with self._database.read() as connection:
            return _revision(_record(connection, revision_id))

    def read(self, revision_id: str) -> Strategy:
        """Return the drawing of a version, exactly as it was saved. Raises NotInLibrary, LibraryDamaged."""
        with self._database.read() as connection:
            return checked_strategy(_record(connection, revision_id))

    def rename(self, strategy_id: str, name: str) -> Revision:
        """Return a new version that differs in its name."""
        return self.save(replace(self._newest(strategy_id), name=name), strategy_id)

    def duplicate(self, strategy_id: str, name: str | None = None) -> Revision:
        """Return the first version of a new strategy, equal to the newest one of another but for its name."""
        newest = self._newest(strategy_id)
        return self.save(replace(newest, name=name or self._free_name(newest.name)))

    def restore(self, revision_id: str) -> Revision:
        """Return a new version equal to an old one of the same strategy."""
        old = self.revision(revision_id)
        return self.save(self.read(revision_id), old.strategy_id, note=f"As version {old.number}")

    def delete(self, strategy_id: str) -> None:
        """Take a strategy off the list. Its versions and runs stay, until it is restored. Raises NotInLibrary."""
        self._database.write(lambda connection: self._delete(connection, strategy_id))

    def restore_deleted(self, strategy_id: str) -> None:
        """Put a deleted strategy back on the list, as it was. Raises NotInLibrary."""

        def work(connection: Connection) -> None:
            row = _strategy(connection, strategy_id)
            # It has not left this computer, so nobody needs to be told that it is no longer so.
            connection.execute(records.delete().where(records.c.id == row.tombstone))
            connection.execute(strategies.update().where(strategies.c.id == strategy_id).values(tombstone=None))

        self._database.write(work)

    def _newest(self, strategy_id: str) -> Strategy:
        with self._database.read() as connection:
            return checked_strategy(_record(connection, _strategy(connection, strategy_id).head))

    def _free_name(self, name: str) -> str:
        taken = {saved.name for saved in self.all()}
        count, free = 2, f"{name} (copy)"
        while free in taken:
            free, count = f"{name} (copy {count})", count + 1
        return free

    def _save(
        self, connection: Connection, strategy: Strategy, payload: bytes, strategy_id: str, note: str
    ) -> Revision:
        known = connection.execute(select(strategies).where(strategies.c.id == strategy_id)).first()
        content, parents, number = document_hash(strategy), [], 1
        if known is not None:
            head = _record(connection, known.head)
            if head.document_hash == content and known.tombstone is None:
                return _revision(head)
            parents, number = [known.tombstone or head.id], head.number + 1
        row = self._row(strategy_id, REVISION, number, parents, note, payload) | {
            "name": strategy.name,
            "symbol": strategy.symbol,
            "exchange": strategy.exchange,
            "timeframe": str(strategy.timeframe),
            "blocks": len(strategy.blocks),
            "document_hash": content,
            "logic_hash": logic_hash(strategy),
        }
        connection.execute(records.insert(), row)
        if known is None:
            values = {"id": strategy_id, "created_ms": row["at_ms"], "head": row["id"], "tombstone": None}
            connection.execute(strategies.insert(), values)
        else:
            change = strategies.update().where(strategies.c.id == strategy_id)
            connection.execute(change.values(head=row["id"], tombstone=None))
        return _revision(_record(connection, row["id"]))

    def _delete(self, connection: Connection, strategy_id: str) -> None:
        known = _strategy(connection, strategy_id)
        if known.tombstone is not None:
            return
        blank = dict.fromkeys(("name", "symbol", "exchange", "timeframe", "document_hash", "logic_hash"), "")
        row = self._row(strategy_id, TOMBSTONE, 0, [known.head], "", b"") | blank | {"blocks": 0}
        connection.execute(records.insert(), row)
        connection.execute(strategies.update().where(strategies.c.id == strategy_id).values(tombstone=row["id"]))

    def _row(
        self, strategy_id: str, kind: str, number: int, parents: list[str], note: str, payload: bytes
    ) -> dict[str, Any]:
        content: dict[str, Any] = {
            "strategy": strategy_id,
            "kind": kind,
            "schema": FORMAT,
            "parents": parents,
            "device": self._device,
            "at_ms": self._clock(),
            "note": note,
            "payload": payload,
        }
        return content | {"id": record_id(**content), "parents": json.dumps(parents), "number": number}


def _overview(deleted: bool) -> Select[Any]:
    """Return the query for what is known of each strategy, under the names it has in SavedStrategy."""
    head = records.alias("head")
    versions = select(func.count()).where(records.c.strategy == strategies.c.id, records.c.kind == REVISION)
    of_it = (runs.c.strategy_id == strategies.c.id, ~runs.c.deleted)
    ended_unseen = exists().where(*of_it, runs.c.state.in_(("completed", "failed")), ~runs.c.seen)
    return (
        select(
            *(strategies.c[name] for name in ("id", "head", "created_ms")),
            *(head.c[name] for name in ("name", "symbol", "exchange", "timeframe", "blocks")),
            head.c.at_ms.label("saved_ms"),
            versions.scalar_subquery().label("revisions"),
            select(func.max(runs.c.id)).where(*of_it).scalar_subquery().label("last_run"),
            ended_unseen.label("unseen"),
        )
        .join(head, head.c.id == strategies.c.head)
        .where(strategies.c.tombstone.is_not(None) if deleted else strategies.c.tombstone.is_(None))
        .order_by(head.c.seq.desc())
    )


def is_intact(row: Row[Any]) -> bool:
    """Say whether a record is what its name says."""
    try:
        name = record_id(
            strategy=row.strategy,
            kind=row.kind,
            schema=row.schema,
            parents=json.loads(row.parents),
            device=row.device,
            at_ms=row.at_ms,
            note=row.note,
            payload=row.payload,
        )
    except (AttributeError, TypeError, ValueError, OverflowError, OSError):
        return False
    return bool(name == row.id)


def checked_strategy(row: Row[Any]) -> Strategy:
    """Return the drawing in a record. Raises LibraryDamaged when it is not what was saved."""
    if not is_intact(row):
        raise LibraryDamaged(
            f"Version {row.number} of “{row.name}” is damaged. Close Blockbuilders and start it again: if a "
            "backup has it, it is put back then."
        )
    return codec.read(row.payload)


def _record(connection: Connection, revision_id: str) -> Row[Any]:
    row = connection.execute(select(records).where(records.c.id == revision_id, records.c.kind == REVISION)).first()
    if row is None:
        raise NotInLibrary("This version is not among the saved ones any more.")
    return row


def _strategy(connection: Connection, strategy_id: str) -> Row[Any]:
    row = connection.execute(select(strategies).where(strategies.c.id == strategy_id)).first()
    if row is None:
        raise NotInLibrary("This strategy is not among the saved ones any more.")
    return row


def _revision(row: Row[Any]) -> Revision:
    parents = json.loads(row.parents)
    return Revision(
        id=row.id,
        strategy_id=row.strategy,
        number=row.number,
        saved_ms=row.at_ms,
        note=row.note,
        name=row.name,
        logic_hash=row.logic_hash,
        parent=parents[0] if parents else None,
    )
