"""Making a new library of what a damaged one and its newest sound backup still have."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.data.library import schema, tables
from app.data.library.backups import is_sound
from app.data.library.database import Database
from app.data.library.drafts import is_whole
from app.data.library.failures import LibraryError
from app.data.library.folder import COMPANIONS, sync_folder
from app.data.library.records import Backup
from app.data.library.results import is_as_sealed
from app.data.library.strategies import REVISION, TOMBSTONE, is_intact
from app.errors import BlockbuildersError
from app.strategy import codec
from app.strategy.revision import document_hash, logic_hash

# A table whose root is gone would be asked for every row it may ever have had.
_MOST_QUESTIONS = 20_000
# The state, here alone, of a completed run whose result is not as it was.
LOST = "lost"


@dataclass(eq=False)
class Saved:
    """What one file still has, by the name or number of each row."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    device: str | None = None


def rebuilt(path: Path, aside: Path | None, backups: Sequence[Backup]) -> str:
    """Make a new library at `path`, and return what is in it as sentences. Raises OSError, LibraryError."""
    damaged = _saved_from(aside, path.parent) if aside and aside.is_file() else Saved()
    backup = next((one for one in backups if is_sound(Path(one.path))), None)
    older = _saved_from(Path(backup.path), path.parent) if backup else Saved()
    part = path.with_suffix(".rebuilt")
    for ending in COMPANIONS:
        Path(f"{part}{ending}").unlink(missing_ok=True)
    database = Database(part)
    try:
        schema.make(database, tables.library, tables.VERSION)
        database.write(lambda connection: _fill(connection, damaged, older))
    finally:
        database.close()
    os.replace(part, path)
    sync_folder(path.parent)
    return _told(damaged, older, aside, backup)


def _told(damaged: Saved, older: Saved, aside: Path | None, backup: Backup | None) -> str:
    revisions = {key for one in (damaged, older) for key, row in one.records.items() if row["kind"] == REVISION}
    added = len(revisions - damaged.records.keys())
    told = [f"{len(revisions):,} saved versions of strategies are there"]
    if backup:
        told.append(f", {added:,} of them from the backup {Path(backup.path).name}")
    told.append("." if revisions else ", and no backup was found.")
    if aside:
        told.append(f" The {'folder' if aside.is_dir() else 'damaged file'} was kept as {aside.name}.")
    return "".join(told)


def _fill(connection: Connection, damaged: Saved, older: Saved) -> None:
    alive = {row["strategy"] for row in damaged.records.values() if row["kind"] == REVISION}
    records = {
        key: row
        for key, row in older.records.items()
        # Deleting may have been taken back since, which leaves no trace.
        if row["kind"] == REVISION or row["strategy"] not in alive
    } | damaged.records
    rows = sorted(records.values(), key=lambda row: (row["seq"], row["id"]))
    if rows:
        connection.execute(tables.records.insert(), [row | {"seq": seq} for seq, row in enumerate(rows, 1)])
    strategies = list(_strategies(rows))
    if strategies:
        connection.execute(tables.strategies.insert(), strategies)
    if damaged.drafts:
        connection.execute(tables.drafts.insert(), list(damaged.drafts.values()))
    _fill_runs(connection, damaged, older)
    device = damaged.device or older.device
    if device:
        connection.execute(tables.about.insert(), {"name": "device", "value": device})


def _fill_runs(connection: Connection, damaged: Saved, older: Saved) -> None:
    """Put in every run of either file, with its result where one of them still has it."""
    for run_id in sorted({*older.runs, *damaged.runs}):
        # What is completed there may have been under way when the backup was made, never the other way round.
        source = damaged if run_id in damaged.runs else older
        if source is damaged and damaged.runs[run_id]["state"] == LOST and run_id in older.results:
            source = older
        run, result = source.runs[run_id], source.results.get(run_id)
        if run["state"] == LOST:
            run = run | {"state": "failed", "reason": "The record of this run was damaged. Run it again."}
        try:
            with connection.begin_nested():
                connection.execute(tables.runs.insert(), run)
                if result is not None:
                    connection.execute(tables.results.insert(), result)
                    hashes = json.loads(result["content"])["columns"]
                    own = [{"run_id": run_id, "name": name, "hash": hash_} for name, hash_ in hashes.items()]
                    connection.execute(tables.result_columns.insert(), own)
        except (DBAPIError, SQLAlchemyError):
            continue
        kept = [one for one in (*damaged.findings, *older.findings) if one["run_id"] == run_id and result is not None]
        for finding in {one["name"]: one for one in reversed(kept)}.values():
            connection.execute(tables.findings.insert(), finding)


def _strategies(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what the table of strategies says about records, which are in their order."""
    own: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        own.setdefault(row["strategy"], []).append(row)
    for strategy_id, history in own.items():
        revisions = [row for row in history if row["kind"] == REVISION]
        if not revisions:
            continue
        last = history[-1]
        yield {
            "id": strategy_id,
            "created_ms": history[0]["at_ms"],
            "head": revisions[-1]["id"],
            "tombstone": last["id"] if last["kind"] == TOMBSTONE else None,
        }


def _saved_from(path: Path, beside: Path) -> Saved:
    """Return what can be read of a file and is as it was written; the file itself is not touched."""
    saved = Saved()
    with tempfile.TemporaryDirectory(prefix=".salvage-", dir=beside, ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.db"
        for ending in COMPANIONS:
            if ending != "-shm" and Path(f"{path}{ending}").is_file():
                shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
        try:
            database = Database(copy)
        except LibraryError:
            return saved
        try:
            _read(database, saved)
        finally:
            database.close()
    return saved


def _read(database: Database, saved: Saved) -> None:
    for row in _rows(database, tables.records):
        if is_intact(row):
            known = _derived(row._asdict())
            if known is not None:
                saved.records[row.id] = known
    for row in _rows(database, tables.drafts):
        if is_whole(row):
            saved.drafts[row.strategy] = row._asdict()
    _read_runs(database, saved)
    about = tables.about
    try:
        with database.read() as connection:
            query = select(about.c.value).where(about.c.name == "device")
            saved.device = connection.execute(query).scalar()
    except (LibraryError, DBAPIError):
        saved.device = None


def _read_runs(database: Database, saved: Saved) -> None:
    found = {row.run_id: row for row in _rows(database, tables.results)}
    for row in _rows(database, tables.runs):
        result, run = found.get(row.id), row._asdict()
        if result is not None and is_as_sealed(row, result):
            saved.results[row.id] = result._asdict()
        elif row.state == "completed" and not row.cleaned:
            run["state"] = LOST
        saved.runs[row.id] = run
    try:
        with database.read() as connection:
            saved.findings = [row._asdict() for row in connection.execute(select(tables.findings))]
    except (LibraryError, DBAPIError):
        saved.findings = []


def _derived(row: dict[str, Any]) -> dict[str, Any] | None:
    """Return a record with what its payload says, which its name does not cover; None where it says nothing."""
    if row["kind"] == TOMBSTONE:
        return row if json.loads(row["parents"]) else None
    try:
        strategy = codec.read(row["payload"])
    except BlockbuildersError:
        return None
    return row | {
        "name": strategy.name,
        "symbol": strategy.symbol,
        "exchange": strategy.exchange,
        "timeframe": str(strategy.timeframe),
        "blocks": len(strategy.blocks),
        "document_hash": document_hash(strategy),
        "logic_hash": logic_hash(strategy),
    }


def _rows(database: Database, table: Table) -> Iterator[Any]:
    """Yield every row that can be read, passing over those that cannot."""
    key = next(iter(table.primary_key.columns))
    try:
        with database.read() as connection:
            last = connection.execute(select(func.max(key))).scalar() or 0
    except (LibraryError, DBAPIError):
        last = _MOST_QUESTIONS // 2
    open_ranges, questions = [(1, int(last))], 0
    while open_ranges and questions < _MOST_QUESTIONS:
        first, last = open_ranges.pop()
        questions += 1
        try:
            with database.read() as connection:
                rows = connection.execute(select(table).where(key.between(first, last)).order_by(key)).all()
        except (LibraryError, DBAPIError):
            if first < last:
                middle = (first + last) // 2
                open_ranges += [(middle + 1, last), (first, middle)]
            continue
        yield from rows
