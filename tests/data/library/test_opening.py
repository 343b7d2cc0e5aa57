"""Opening: one owner, tables of every version, and settings that keep what is saved."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library import drawing, opened, sql

from app.data.library import schema, sqlite, tables
from app.data.library.database import Database
from app.data.library.failures import LibraryLocked, LibraryNotWritten, LibraryTooNew
from app.data.library.folder import RESERVE_BYTES, network_type
from app.data.library.library import Library

HOLD = """
import sys
from pathlib import Path
from app.data.library.library import Library
library = Library.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a process that holds the library until it reads a line."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    yield child
    child.kill()
    child.communicate()


def test_a_second_process_is_refused_at_once(folder: Path, holder: subprocess.Popen[str]) -> None:
    started = time.monotonic()
    with pytest.raises(LibraryLocked, match="already running"):
        opened(folder)
    assert time.monotonic() - started < 1.0
    holder.kill()
    holder.wait()
    with opened(folder) as library:
        assert library.notice is None


def test_one_process_cannot_open_it_twice(folder: Path) -> None:
    with opened(folder), pytest.raises(LibraryLocked):
        opened(folder)
    opened(folder).close()


def test_a_library_that_could_not_be_opened_is_not_held(folder: Path) -> None:
    opened(folder).close()
    sql(folder / "library.db", "PRAGMA user_version = 99")
    for _ in range(2):
        with pytest.raises(LibraryTooNew, match="newer version"):
            opened(folder)


def test_a_library_of_a_newer_program_is_left_untouched(folder: Path) -> None:
    with opened(folder) as library:
        library.strategies.save(drawing())
    sql(folder / "library.db", "PRAGMA user_version = 99")
    before = (folder / "library.db").read_bytes()
    with pytest.raises(LibraryTooNew):
        opened(folder)
    assert (folder / "library.db").read_bytes() == before


def test_a_closed_library_leaves_nothing_but_its_files(folder: Path) -> None:
    with opened(folder) as library:
        library.strategies.save(drawing())
    assert {path.name for path in folder.iterdir()} == {"library.db", "curves.db", "library.lock", "library.reserve"}
    assert (folder / "library.reserve").stat().st_size == RESERVE_BYTES


def test_nothing_can_be_written_after_closing(folder: Path) -> None:
    library = opened(folder)
    library.close()
    with pytest.raises(LibraryNotWritten, match="closed"):
        library.strategies.save(drawing())


def test_sqlite_is_a_safe_build_and_set_to_lose_nothing(folder: Path) -> None:
    assert sqlite.dbapi.sqlite_version_info >= (3, 51, 3)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5_000,
        "trusted_schema": 0,
        "fullfsync": 1,
        "checkpoint_fullfsync": 1,
        "mmap_size": 0,
    }
    with opened(folder) as library:
        for database in (library._opened.records, library._opened.curves):
            found = database.write(
                lambda connection: {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            )
            assert {name: value or 0 for name, value in found.items()} == wanted
            with database.read() as connection:
                assert connection.exec_driver_sql("PRAGMA query_only").scalar() == 1
                assert connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() == 0


def test_an_older_sqlite_is_used_by_one_connection_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "is_safe", False)
    with opened(folder) as library:
        revision = library.strategies.save(drawing())
        assert library.strategies.read(revision.id) == drawing()
        assert library.strategies.all()[0].head == revision.id
    with opened(folder) as library:
        assert library.strategies.read(revision.id) == drawing()


def test_work_that_fails_half_way_leaves_nothing(library: Library) -> None:
    def work(connection: object) -> None:
        connection.exec_driver_sql("CREATE TABLE half (a)")  # type: ignore[attr-defined]
        connection.exec_driver_sql("DROP TABLE drafts")  # type: ignore[attr-defined]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        library._opened.records.write(work)
    library.drafts.write(None, drawing())
    with library._opened.records.read() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_schema").scalars().all()
    assert "half" not in names


def tables_of(path: Path) -> list[tuple[str, str]]:
    return [
        (name, " ".join(text.split()))
        for name, text in sql(path, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    ]


def test_the_migrations_make_the_same_tables_as_a_new_library_has(folder: Path, tmp_path: Path) -> None:
    opened(folder).close()
    database = Database(tmp_path / "migrated.db")
    schema.migrate(database, tables.VERSION)
    assert database.version() == tables.VERSION
    database.close()
    made, migrated = tables_of(folder / "library.db"), tables_of(tmp_path / "migrated.db")
    assert {name for name, _ in made} == {name for name, _ in migrated}
    strip = str.maketrans("", "", '" ')
    for (name, one), (_, other) in zip(made, migrated, strict=True):
        assert sorted(one.translate(strip).split(",")) == sorted(other.translate(strip).split(",")), name
    for path in (folder / "library.db", tmp_path / "migrated.db"):
        assert sql(path, "SELECT version_num FROM alembic_version") == [(tables.REVISION,)]


STEP = """
import os
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table("more", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(sa.Column("more", sa.Text()))
    HOW
"""


@pytest.fixture
def step(tmp_path: Path) -> Path:
    """Return a folder of migrations with a second step, whose end a test writes in place of HOW."""
    shown = tmp_path / "migrations"
    (shown / "versions").mkdir(parents=True)
    for file in (schema.MIGRATIONS / "versions").glob("m*.py"):
        (shown / "versions" / file.name).write_text(file.read_text())
    (shown / "versions" / "m0002.py").write_text(STEP)
    return shown


MIGRATE = """
import sys
from pathlib import Path
from app.data.library import schema
from app.data.library.database import Database
schema.migrate(Database(Path(sys.argv[1])), 2, Path(sys.argv[2]))
"""


@pytest.mark.parametrize("how", ["raise RuntimeError", "os.kill(os.getpid(), 9)"])
def test_a_migration_that_fails_changes_nothing_and_passes_later(folder: Path, step: Path, how: str) -> None:
    with opened(folder) as library:
        library.drafts.write(None, drawing())
        revision = library.strategies.save(drawing())
    path = folder / "library.db"
    before = tables_of(path)
    (step / "versions" / "m0002.py").write_text(STEP.replace("HOW", how))
    ended = subprocess.run([sys.executable, "-c", MIGRATE, str(path), str(step)], capture_output=True, check=False)
    assert ended.returncode != 0
    assert tables_of(path) == before
    with opened(folder) as library:
        assert library.notice is None
        assert library.strategies.read(revision.id) == drawing()
    (step / "versions" / "m0002.py").write_text(STEP.replace("HOW", "pass"))
    subprocess.run([sys.executable, "-c", MIGRATE, str(path), str(step)], check=True)
    assert "more" in dict(tables_of(path))
    assert sql(path, "SELECT version_num FROM alembic_version") == [("0002",)]
    assert sql(path, "PRAGMA user_version") == [(2,)]
    assert sql(path, "SELECT count(*) FROM drafts WHERE more IS NULL") == [(1,)]


def test_an_update_makes_a_backup_first(folder: Path, monkeypatch: pytest.MonkeyPatch, step: Path) -> None:
    with opened(folder) as library:
        revision = library.strategies.save(drawing())
    (step / "versions" / "m0002.py").write_text(STEP.replace("HOW", "pass"))
    monkeypatch.setattr(tables, "VERSION", 2)
    monkeypatch.setattr(schema.migrate, "__defaults__", (step,))
    with opened(folder) as library:
        assert [backup.reason for backup in library.backups()] == ["before-update"]
        assert sql(Path(library.backups()[0].path), "PRAGMA user_version") == [(1,)]
        assert library.strategies.read(revision.id) == drawing()
    with opened(folder) as library:
        assert len(library.backups()) == 1


def test_alembic_is_imported_for_a_migration_alone(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from app.data.library.library import Library;"
        "Library.open(Path(sys.argv[1])).close(); Library.open(Path(sys.argv[1])).close();"
        "print([name for name in ('alembic', 'sqlalchemy.orm') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data")], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv nfs4 rw 0 0
tmpfs /srv/local tmpfs rw 0 0
//nas/share /mnt/my\\040files cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/x", None),
        ("/srv/ann/x", "nfs4"),
        ("/srv/local/x", None),
        ("/srvx", None),
        ("/mnt/my files/x", "cifs"),
    ],
)
def test_folders_on_other_computers_are_known(path: str, kind: str | None) -> None:
    assert network_type(MOUNTS, Path(path)) == kind


def test_a_folder_on_another_computer_is_warned_of_and_used_with_care(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.data.library.folder.is_on_network", lambda _: True)
    with opened(folder) as library:
        assert "on another computer" in (library.notice or "")
        revision = library.strategies.save(drawing())
        assert not (folder / "library.db-wal").exists()
        assert library.strategies.read(revision.id) == drawing()
