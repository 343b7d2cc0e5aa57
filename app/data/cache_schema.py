"""The tables of the candle cache."""

from __future__ import annotations

from app.data.duck_file import Damaged, DuckFile

LAYOUT = 2

# Every series has a table of its own for its candles, a shelf, as long as there are no more series than shelves.
# Minutes of fifty series that arrive by turns then never mix on the disk: reading one series stays as fast as it was
# on the first day, and nothing has to be sorted again. All shelves are made at once, because tables made later are
# what recovery after a crash has had most trouble with.
SHELVES = 64

# No table has a key or an index: they cost four times the space and have come back wrong after crashes. What is
# unique is kept so by the one writer, and checked.
_TABLES = {
    "layout": "number INTEGER",
    "series": "id INTEGER, shelf INTEGER, source VARCHAR, market VARCHAR, symbol VARCHAR, step_ms BIGINT, "
    "calendar VARCHAR, price_step DOUBLE, status VARCHAR, listed_ms BIGINT, ended_ms BIGINT, volume VARCHAR",
    "coverage": "series INTEGER, start_ms BIGINT, end_ms BIGINT, origin VARCHAR, candles BIGINT, fetched_ms BIGINT, "
    "final BOOLEAN, checksum VARCHAR",
    "gaps": "series INTEGER, checked_ms BIGINT, start_ms BIGINT, end_ms BIGINT, cause BIGINT, checks BIGINT",
    "revisions": "series INTEGER, origin INTEGER, seen_ms BIGINT, ts BIGINT, "
    "old_open DOUBLE, old_high DOUBLE, old_low DOUBLE, old_close DOUBLE, old_volume DOUBLE, "
    "new_open DOUBLE, new_high DOUBLE, new_low DOUBLE, new_close DOUBLE, new_volume DOUBLE",
    "jobs": "id VARCHAR, series INTEGER, start_ms BIGINT, end_ms BIGINT, state VARCHAR, attempts INTEGER, "
    "not_before_ms BIGINT, error VARCHAR",
}
_SHELF = (
    "series INTEGER NOT NULL, ts BIGINT NOT NULL, open DOUBLE NOT NULL, high DOUBLE NOT NULL, "
    "low DOUBLE NOT NULL, close DOUBLE NOT NULL, volume DOUBLE NOT NULL"
)


def shelf_table(shelf: int) -> str:
    """Return the name of the table that is this shelf."""
    return f"candles_{shelf:02}"


def columns(table: str) -> list[tuple[str, str]]:
    """Return the names and types of a table's columns, in their order."""
    named = (column.split() for column in _TABLES[table].split(", "))
    return [(name, kind) for name, kind in named]


def prepare(file: DuckFile) -> None:
    """Make the tables in an empty file; raise Damaged when there are others than these."""
    there = {name for (name,) in file.rows("SELECT table_name FROM duckdb_tables()")}
    if not there and not file.read_only:
        _create(file)
        return
    missing = {*_TABLES, *map(shelf_table, range(SHELVES))} - there
    if missing:
        raise Damaged(f"the tables {', '.join(sorted(missing)[:3])} are missing")
    found = file.rows("SELECT number FROM layout")
    if found != [(LAYOUT,)]:
        raise Damaged(f"its layout is {found[:2]}, not {LAYOUT}")


def touch(file: DuckFile) -> None:
    """Write what is there already."""
    with file.transaction():
        file.run("DELETE FROM layout")
        file.run(f"INSERT INTO layout VALUES ({LAYOUT})")


def _create(file: DuckFile) -> None:
    tables = _TABLES | {shelf_table(shelf): _SHELF for shelf in range(SHELVES)}
    made = [f"CREATE TABLE {name} ({columns})" for name, columns in tables.items()]
    # All in one: a statement of its own costs more than the table.
    with file.transaction():
        file.run("; ".join([*made, f"INSERT INTO layout VALUES ({LAYOUT})"]))
    file.checkpoint()
