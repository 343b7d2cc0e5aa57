"""Bringing the tables of a file to what this version of the program knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.engine import Connection

from app.data.library import tables
from app.data.library.database import Database
from app.data.library.failures import LibraryTooNew

MIGRATIONS = Path(__file__).with_name("migrations")


def require_known(database: Database, newest: int) -> int:
    """Return the version of a file. Raises LibraryTooNew when a later program made it."""
    version = database.version()
    if version > newest:
        raise LibraryTooNew(
            f"{database.path} was written by a newer version of Blockbuilders, which this one does not understand. "
            "Nothing was changed. Install the newest version to open it."
        )
    return version


def make(database: Database, metadata: MetaData, version: int) -> None:
    """Make all tables in a new file."""

    def work(connection: Connection) -> None:
        metadata.create_all(connection)
        if tables.alembic_version.metadata is metadata:
            connection.execute(tables.alembic_version.insert().values(version_num=tables.REVISION))
        set_version(connection, version)

    database.write(work)


def migrate(database: Database, version: int, folder: Path = MIGRATIONS) -> None:
    """Make every step that a file lacks, all of them or none. `version` is what it has afterwards."""
    database.write(lambda connection: _upgrade(connection, version, folder))


def _upgrade(connection: Connection, version: int, folder: Path) -> None:
    # Here, because it takes longer to import than everything else and is needed once in many starts.
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(folder))

    def steps(current: object, _: MigrationContext) -> list[RevisionStep]:
        return script._upgrade_revs("head", current)  # type: ignore[arg-type]

    # Tables that are made anew are for a moment not what others refer to.
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    context = MigrationContext.configure(connection, opts={"transactional_ddl": True, "fn": steps})
    with Operations.context(context):
        context.run_migrations()
    set_version(connection, version)


def set_version(connection: Connection, version: int) -> None:
    """Say which version of its tables the file has."""
    connection.exec_driver_sql(f"PRAGMA user_version = {int(version)}")
