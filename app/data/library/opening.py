"""Opening the files of the library, whatever state they are in."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.data.library import schema, tables
from app.data.library.backups import Backups, stamp
from app.data.library.database import Database
from app.data.library.failures import LibraryDamaged, LibraryError, LibraryNotWritten, LibraryUnreadable
from app.data.library.folder import COMPANIONS, Folder, put_aside
from app.data.library.read_only import open_to_look_at
from app.data.library.salvage import rebuilt
from app.data.library.sqlite import START_AGAIN, Busy
from app.data.library.strategies import is_intact

INTERRUPTED = "Blockbuilders was closed or stopped before this run was done."


@dataclass(eq=False)
class Opened:
    """The open files; `notices` are sentences for the trader about what was wrong with them."""

    records: Database
    curves: Database
    device: str
    instance: str
    notices: list[str] = field(default_factory=list)


def open_files(folder: Folder, backups: Backups, clock: Callable[[], int]) -> Opened:
    """Return the open files with all tables in them. Raises LibraryTooNew, LibraryUnreadable."""
    notices: list[str] = []
    if folder.on_network:
        notices.append(
            f"{folder.path} is on another computer. Never use it from two at once; a folder on this one is safer."
        )
    if folder.writable:
        folder.drop_leftovers()
        backups.drop_parts()
    records, device, instance = _open_records(folder, backups, clock, notices), "", str(uuid.uuid4())
    try:
        with contextlib.suppress(LibraryNotWritten):
            device = records.write(_known_device)
            records.write(lambda connection: end_interrupted(connection, instance, clock()))
        if not device and not records.read_only:
            records.close()
            records = open_to_look_at(folder.records, tables.VERSION)
        curves = _open_curves(folder, clock, notices)
    except BaseException:
        records.close()
        raise
    if records.read_only:
        notices.append(
            f"Nothing can be written to {folder.path} (no right to, or no room): everything can be looked at, but "
            "nothing is stored. Put that right, then start again."
        )
    else:
        folder.keep_room()
    return Opened(records, curves, device, instance, notices)


def end_interrupted(connection: Connection, instance: str, now_ms: int) -> int:
    """Let every run fail that another start of the program left unfinished; return how many."""
    runs = tables.runs
    change = (
        runs.update()
        .where(runs.c.state.in_(("pending", "running")), runs.c.instance != instance)
        .values(state="failed", reason=INTERRUPTED, finished_ms=now_ms)
    )
    return connection.execute(change).rowcount


def journal(folder: Folder) -> str:
    """Return which journal is safe there: the one that needs shared memory is not, between computers."""
    return "DELETE" if folder.on_network else "WAL"


def _open_records(folder: Folder, backups: Backups, clock: Callable[[], int], notices: list[str]) -> Database:
    path = folder.records
    if not folder.writable:
        return open_to_look_at(path, tables.VERSION)
    with contextlib.suppress(OSError):
        # What is left where there was no room to begin one.
        if path.exists() and not path.stat().st_size and not Path(f"{path}-wal").exists():
            path.unlink()
    try:
        # Curves are made after the records, so there were some.
        if not path.exists() and (backups.all() or folder.curves.exists()):
            raise LibraryDamaged(f"{path.name} is missing.")
        if path.is_dir():
            raise LibraryDamaged(f"{path.name} is a folder.")
        return _sound_records(folder, backups, clock)
    except LibraryDamaged as damage:
        return _rebuilt_records(folder, backups, clock, notices, damage)
    except Busy as failure:
        raise LibraryUnreadable(str(failure)) from failure
    except LibraryNotWritten as failure:
        if folder.give_room():
            return _open_records(folder, backups, clock, notices)
        if not path.exists() or not path.stat().st_size:
            raise LibraryUnreadable(str(failure)) from failure
        return open_to_look_at(path, tables.VERSION)


def _sound_records(folder: Folder, backups: Backups, clock: Callable[[], int]) -> Database:
    """Return the open records. Raises LibraryDamaged when they are not as they were stored."""
    database = Database(folder.records, journal=journal(folder), give_room=folder.give_room)
    try:
        version = schema.require_known(database, tables.VERSION)
        flaws = database.flaws()
        if flaws:
            raise LibraryDamaged(f"{folder.records.name} is damaged: {flaws[0]}.")
        if version == 0:
            schema.make(database, tables.library, tables.VERSION)
        elif version < tables.VERSION:
            backups.make(database, clock(), "before-update")
            schema.migrate(database, tables.VERSION)
        _require_records(database)
    except BaseException:
        database.close()
        raise
    return database


def _require_records(database: Database) -> None:
    """See that every version of every strategy is as it was saved. Raises LibraryDamaged."""
    strategies, records = tables.strategies, tables.records
    lost = select(strategies.c.id).outerjoin(records, records.c.id == strategies.c.head).where(records.c.id.is_(None))
    with database.read() as connection:
        rows = connection.execute(select(records).execution_options(yield_per=100))
        if not all(map(is_intact, rows)) or connection.execute(lost).first() is not None:
            raise LibraryDamaged(f"A saved strategy in {database.path.name} is damaged.")


def _rebuilt_records(
    folder: Folder, backups: Backups, clock: Callable[[], int], notices: list[str], damage: LibraryDamaged
) -> Database:
    """Return records made of what the damaged file and the newest sound backup have."""
    path, now_ms = folder.records, clock()
    aside, what = None, str(damage).removesuffix(START_AGAIN)
    try:
        if any(Path(f"{path}{ending}").exists() for ending in COMPANIONS):
            aside = put_aside(path, stamp(now_ms)[:15])
        notices.append(f"{what} {rebuilt(path, aside, backups.all())}")
        return Database(path, journal=journal(folder), give_room=folder.give_room)
    except (OSError, LibraryError) as failure:
        where = f" The damaged file was kept as {aside.name}." if aside else ""
        raise LibraryUnreadable(f"{what} It could not be put right ({failure}).{where}") from failure


def _open_curves(folder: Folder, clock: Callable[[], int], notices: list[str]) -> Database:
    if not folder.writable:
        return Database(folder.curves, read_only=True)
    try:
        return _sound_curves(folder)
    except LibraryDamaged:
        aside = put_aside(folder.curves, stamp(clock())[:15])
        notices.append(
            f"The curves of earlier runs could not be read and were put aside as {aside.name}. Figures and trades are "
            "untouched; running again brings the curves back."
        )
        return _sound_curves(folder)
    except LibraryNotWritten as failure:
        if folder.curves.exists():
            return Database(folder.curves, read_only=True)
        raise LibraryUnreadable(str(failure)) from failure


def _sound_curves(folder: Folder) -> Database:
    database = Database(folder.curves, journal=journal(folder))
    try:
        if schema.require_known(database, tables.CURVES_VERSION) == 0:
            schema.make(database, tables.curves, tables.CURVES_VERSION)
    except BaseException:
        database.close()
        raise
    return database


def _known_device(connection: Connection) -> str:
    about = tables.about
    known = connection.execute(select(about.c.value).where(about.c.name == "device")).scalar()
    if known is None:
        known = str(uuid.uuid4())
        connection.execute(about.insert(), {"name": "device", "value": known})
    return known
