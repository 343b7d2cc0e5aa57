"""Rows of the candle cache as values, and values as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.data.cache_changes import Changes
from app.data.cache_schema import SHELVES, shelf_table
from app.data.candle_rows import columns, from_columns
from app.data.duck_file import DuckFile, number, text
from app.data.records import Cause, Covered, Gap, Job, Origin, Revision, Series, SeriesKey, Span
from app.market.candles import COLUMNS, Candles

_FLOATS = [np.float64] * len(COLUMNS)
_CAUSES: tuple[Cause, ...] = ("quiet", "outage", "closed", "unknown")
_ORIGINS: tuple[Origin, ...] = ("archive month", "archive day", "rest", "import")
_SERIES = "id, shelf, source, market, symbol, step_ms, calendar, price_step, status, listed_ms, ended_ms, volume"


@dataclass(frozen=True)
class Shelved:
    """A series with its number in the file and the table its candles are in."""

    series: Series
    id: int
    shelf: int

    @property
    def table(self) -> str:
        """The table of its candles."""
        return shelf_table(self.shelf)

    @property
    def step_ms(self) -> int:
        """The length of its candles."""
        return self.series.key.step_ms


def all_series(file: DuckFile) -> list[Shelved]:
    """Return every series."""
    return [_shelved(row) for row in file.rows(f"SELECT {_SERIES} FROM series ORDER BY id")]


def _shelved(row: tuple[Any, ...]) -> Shelved:
    number_, shelf, source, market, symbol, step_ms, calendar, price_step, status, listed, ended, volume = row
    key = SeriesKey(source, market, symbol, step_ms)
    return Shelved(Series(key, calendar, price_step, status, listed, ended, volume), number_, shelf)


def free_shelf(there: Iterable[Shelved]) -> int:
    """Return the shelf with the fewest series on it."""
    taken = [entry.shelf for entry in there]
    return min(range(SHELVES), key=lambda shelf: (taken.count(shelf), shelf))


def put_series(file: DuckFile, entry: Shelved) -> None:
    """Write a series, in place of what it said before."""
    series, key = entry.series, entry.series.key
    values = [
        *map(str, (entry.id, entry.shelf)),
        *map(text, (key.source, key.market, key.symbol)),
        str(key.step_ms),
        text(series.calendar),
        number(series.price_step),
        text(series.status),
        *map(number, (series.listed_ms, series.ended_ms)),
        text(series.volume),
    ]
    with file.transaction():
        file.run(f"DELETE FROM series WHERE id = {entry.id}")
        file.run(f"INSERT INTO series VALUES ({', '.join(values)})")


def delete_series(file: DuckFile, entry: Shelved) -> None:
    """Remove a series and everything about it."""
    with file.transaction():
        for table in (entry.table, "coverage", "gaps", "revisions", "jobs"):
            file.run(f"DELETE FROM {table} WHERE series = {entry.id}")
        file.run(f"DELETE FROM series WHERE id = {entry.id}")


def candles(file: DuckFile, entry: Shelved, span: Span) -> tuple[Candles, bool]:
    """Return the stored candles of a span in order of time, and whether they lie so in the file."""
    time, *values = file.columns(
        f"SELECT ts, {', '.join(COLUMNS)} FROM {entry.table} WHERE {_within(entry, span)}", [np.int64, *_FLOATS]
    )
    # Sorting in the query takes longer than the whole read, and the rows are nearly always in order.
    in_order = bool((time[1:] > time[:-1]).all())
    if not in_order:
        order = np.argsort(time, kind="stable")
        time, *values = (column[order] for column in (time, *values))
    return from_columns(time, values, entry.step_ms), in_order


def times(file: DuckFile, entry: Shelved) -> np.ndarray:
    """Return all open times of a series in order; one that is there twice comes twice."""
    (time,) = file.columns(f"SELECT ts FROM {entry.table} WHERE series = {entry.id}", [np.int64])
    if (time[1:] < time[:-1]).any():
        time.sort()
    return time


def in_order(file: DuckFile, entry: Shelved) -> bool:
    """Say whether the candles of a series lie in order of time in the file."""
    (time,) = file.columns(f"SELECT ts FROM {entry.table} WHERE series = {entry.id}", [np.int64])
    return bool((time[1:] > time[:-1]).all())


def count(file: DuckFile, entry: Shelved, span: Span) -> int:
    """Return how many candles are stored of a span."""
    ((found,),) = file.rows(f"SELECT count(*) FROM {entry.table} WHERE {_within(entry, span)}")
    return int(found)


def counts(file: DuckFile, entries: Sequence[Shelved]) -> dict[int, int]:
    """Return how many candles are stored of each series, by its number."""
    if not entries:
        return {}
    asked = (f"SELECT {entry.id}, count(*) FROM {entry.table} WHERE series = {entry.id}" for entry in entries)
    return dict(file.rows(" UNION ALL ".join(asked)))


def put_changes(file: DuckFile, entry: Shelved, changes: Changes) -> None:
    """Write the candles of an answer: the range that it touches goes, and comes back as it is now."""
    if changes.touched is None:
        return
    if len(changes.was) or len(changes.gone) or _inside(changes):
        file.run(f"DELETE FROM {entry.table} WHERE {_within(entry, changes.touched)}")
    insert_candles(file, entry, changes.after.between(changes.touched.start, changes.touched.end))


def insert_candles(file: DuckFile, entry: Shelved, rows: Candles) -> None:
    """Append candles."""
    if len(rows):
        file.insert(entry.table, [entry.id], [rows.time, *columns(rows)])


def delete_candles(file: DuckFile, entry: Shelved, span: Span | None = None) -> None:
    """Remove the candles of a span, or all."""
    file.run(f"DELETE FROM {entry.table} WHERE " + (_within(entry, span) if span else f"series = {entry.id}"))


def all_candles(file: DuckFile, entry: Shelved) -> Candles:
    """Return every stored candle of a series in order of time."""
    return candles(file, entry, Span(-(2**62), 2**62))[0]


def _inside(changes: Changes) -> bool:
    """Say whether candles that stay lie between the first and the last new one."""
    span = changes.touched
    return span is not None and len(changes.after.between(span.start, span.end)) > len(changes.added)


def _within(entry: Shelved, span: Span) -> str:
    return f"series = {entry.id} AND ts >= {span.start} AND ts < {span.end}"


def coverage(file: DuckFile) -> dict[int, tuple[Covered, ...]]:
    """Return the coverage of every series that has any, by its number."""
    found: dict[int, list[Covered]] = {}
    query = (
        "SELECT series, start_ms, end_ms, origin, candles, fetched_ms, final, checksum FROM coverage "
        "ORDER BY series, start_ms"
    )
    for series, start, end, *rest in file.rows(query):
        found.setdefault(series, []).append(Covered(Span(start, end), *rest))
    return {series: tuple(entries) for series, entries in found.items()}


def put_coverage(file: DuckFile, entry: Shelved, before: Iterable[Covered], after: Iterable[Covered]) -> None:
    """Write the coverage of a series where it differs from what is in the file."""
    old, new = set(before), set(after)
    gone, come = sorted(covered.span.start for covered in old - new), sorted(new - old, key=lambda one: one.span)
    if gone:
        starts = ", ".join(map(str, gone))
        file.run(f"DELETE FROM coverage WHERE series = {entry.id} AND start_ms IN ({starts})")
    if come:
        file.run("INSERT INTO coverage VALUES " + ", ".join(_covered_row(entry, covered) for covered in come))


def _covered_row(entry: Shelved, covered: Covered) -> str:
    span = covered.span
    return (
        f"({entry.id}, {span.start}, {span.end}, {text(covered.origin)}, {covered.rows}, {covered.fetched_ms}, "
        f"{covered.final}, {text(covered.checksum)})"
    )


def gaps(file: DuckFile, entry: Shelved, span: Span) -> list[Gap]:
    """Return the known gaps that reach into a span, in order of time, in full."""
    found = file.columns(
        f"SELECT start_ms, end_ms, cause, checks, checked_ms FROM gaps WHERE series = {entry.id} "
        f"AND end_ms > {span.start} AND start_ms < {span.end} ORDER BY start_ms",
        [np.int64] * 5,
    )
    rows = zip(*(column.tolist() for column in found), strict=True)
    return [Gap(Span(start, end), _CAUSES[cause], *checks) for start, end, cause, *checks in rows]


def put_gaps(file: DuckFile, entry: Shelved, before: Sequence[Gap], after: Sequence[Gap]) -> None:
    """Write gaps in place of those that `gaps` gave."""
    if before:
        first, last = before[0].span.start, before[-1].span.start
        file.run(f"DELETE FROM gaps WHERE series = {entry.id} AND start_ms >= {first} AND start_ms <= {last}")
    if after:
        rows = [(gap.checked_ms, gap.span.start, gap.span.end, _CAUSES.index(gap.cause), gap.checks) for gap in after]
        file.insert("gaps", [entry.id], list(np.array(rows, np.int64).T))


def put_revisions(file: DuckFile, entry: Shelved, changes: Changes, origin: Origin, now_ms: int) -> None:
    """Write down the candles that an answer changed or removed."""
    constants = [entry.id, _ORIGINS.index(origin), now_ms]
    for was, becomes in ((changes.was, changes.becomes), (changes.gone, None)):
        if len(was):
            old = columns(was)
            new = columns(becomes) if becomes else [np.full(len(was), np.nan)] * len(COLUMNS)
            file.insert("revisions", constants, [was.time, *old, *new])


def revisions(file: DuckFile, entry: Shelved, span: Span) -> list[Revision]:
    """Return what answers changed in a span, the earliest change first."""
    found = file.rows(
        f"SELECT ts, seen_ms, origin, {', '.join(f'{age}_{name}' for age in ('old', 'new') for name in COLUMNS)} "
        f"FROM revisions WHERE series = {entry.id} AND ts >= {span.start} AND ts < {span.end} ORDER BY seen_ms, ts"
    )
    return [
        Revision(time, seen_ms, _ORIGINS[origin], tuple(values[:5]), None if np.isnan(values[5]) else tuple(values[5:]))
        for time, seen_ms, origin, *values in found
    ]


def jobs(file: DuckFile, there: Iterable[Shelved]) -> list[Job]:
    """Return every job, by its name."""
    keys = {entry.id: entry.series.key for entry in there}
    query = "SELECT id, series, start_ms, end_ms, state, attempts, not_before_ms, error FROM jobs ORDER BY id"
    return [
        Job(name, keys[series], Span(start, end), *rest)
        for name, series, start, end, *rest in file.rows(query)
        if series in keys
    ]


def put_job(file: DuckFile, entry: Shelved, job: Job) -> None:
    """Write a job, in place of what it said before."""
    with file.transaction():
        file.run(f"DELETE FROM jobs WHERE id = {text(job.id)}")
        file.run(
            f"INSERT INTO jobs VALUES ({text(job.id)}, {entry.id}, {job.span.start}, {job.span.end}, "
            f"{text(job.state)}, {job.attempts}, {job.not_before_ms}, {text(job.error)})"
        )


def delete_job(file: DuckFile, name: str) -> None:
    """Remove a job."""
    file.run(f"DELETE FROM jobs WHERE id = {text(name)}")
