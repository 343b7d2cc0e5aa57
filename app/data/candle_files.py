"""Candles from a file on this computer: Parquet, or CSV of the same columns."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.data.candle_columns import Columns, refuse, refuse_layout
from app.data.importing.steps import step_problem
from app.data.missing_file import missing
from app.market.candles import Candles, first_flaw
from app.market.timeframe import COMMON, MINUTE_MS, WEEK_MS, Timeframe

MAX_BYTES = 200_000_000

_SOON_AFTER_1970_MS = 100_000_000_000
_FAR_FUTURE_MS = 10_000_000_000_000


@dataclass(frozen=True, eq=False)
class CandleFile:
    """The candles of a file, and what was done to read them: identical rows are taken once, and put in order."""

    candles: Candles
    in_order: bool
    repeated_rows: int


def read_candles(path: str | os.PathLike[str]) -> Candles:
    """Return the candles of a Parquet or CSV file.

    The columns are `ts` (open time, UTC milliseconds), `open`, `high`, `low`, `close` and `volume`, in any order;
    others are left alone. Rows may come in any order, and a row that is there twice counts once. The step is how
    far the nearest two are apart where all open times fit that, else the longest common timeframe that they fit; one
    minute for a single candle.

    Raises CandlesUnavailable, with a sentence that names the file and the row or line, for anything else.
    """
    return read_candle_file(path).candles


def read_candle_file(path: str | os.PathLike[str]) -> CandleFile:
    """Return the candles of a file like `read_candles`, with what was done to read them."""
    file = Path(path)
    columns = _reader(file)(file)
    if not len(columns.time):
        refuse(file, "has no candles in it")
    _check_times(columns)
    order = _time_order(columns.time)
    time = columns.time if order is None else columns.time[order]
    rows = _kept_rows(columns, time, order)
    result = _candles(columns, rows)
    found = first_flaw(result)
    if found is not None:
        row, text = found
        refuse(file, f"cannot be used: the candle in {columns.where(_source_row(rows, row))} {text}")
    return CandleFile(result, order is None, len(time) - len(result))


def _reader(file: Path) -> Callable[[Path], Columns]:
    """Return what reads this kind of file, told by its first bytes."""
    from app.data import csv_candles, parquet_candles

    start = _first_bytes(file)
    if start.startswith(b"PAR1"):
        return parquet_candles.read
    for sign, kind in ((b"\x1f\x8b", "a gzip"), (b"PK\x03\x04", "a zip"), (b"7z\xbc\xaf", "a 7z")):
        if start.startswith(sign):
            refuse_layout(file, f"is {kind} archive; unpack it and use the file inside")
    if file.suffix.lower() in (".parquet", ".pq"):
        refuse(file, "is not a Parquet file, whatever its name says; download or export it again")
    return csv_candles.read


def _first_bytes(file: Path) -> bytes:
    try:
        if file.is_dir():
            refuse(file, "is a folder; name one candle file inside it")
        if not file.exists():
            refuse(file, missing(file))
        if not file.is_file():
            refuse(file, "is not a plain file")
        size = file.stat().st_size
        if not size:
            refuse(file, "is empty")
        if size > MAX_BYTES:
            refuse(file, f"has {size / 1e6:,.0f} MB; {MAX_BYTES / 1e6:,.0f} MB is the most. Cut it into shorter ranges")
        with file.open("rb") as stream:
            return stream.read(8)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not a file name"
        refuse(file, f"cannot be opened ({reason.lower()})")


def _check_times(columns: Columns) -> None:
    """Refuse times that are not whole minutes in milliseconds, saying what they look like."""
    time = columns.time
    # Whole minutes in microseconds are whole minutes in milliseconds too, of a year far ahead.
    if time.min() > _FAR_FUTURE_MS:
        unit, factor = ("microseconds", "1000") if time.min() < 1000 * _FAR_FUTURE_MS else ("nanoseconds", "1,000,000")
        refuse_layout(columns.file, f"has times that look like {unit}; this needs milliseconds (divide ts by {factor})")
    off = (time % MINUTE_MS != 0) | (time > _FAR_FUTURE_MS)
    if not off.any():
        return
    row = int(off.argmax())
    if time.max() < _SOON_AFTER_1970_MS:
        refuse_layout(columns.file, "has times that look like seconds; this needs milliseconds (multiply ts by 1000)")
    what = "in a year far ahead" if time[row] > _FAR_FUTURE_MS else "that is not on a whole minute"
    refuse(
        columns.file,
        f"has a time {what} in {columns.where(row)} ({int(time[row])}); "
        "ts must be the moment a candle opens, in milliseconds",
    )


def _time_order(time: np.ndarray) -> np.ndarray | None:
    """Return the order that sorts the rows, equal times as they come; None when they are in order already."""
    return None if (time[1:] >= time[:-1]).all() else np.argsort(time, kind="stable")


def _kept_rows(columns: Columns, time: np.ndarray, order: np.ndarray | None) -> np.ndarray | None:
    """Return the source rows in order of time, each candle once; None for all as they are.

    A candle may be there twice, but not with two contents.
    """
    again = np.flatnonzero(time[1:] == time[:-1]) + 1
    if not len(again):
        return order
    rows = np.arange(len(time)) if order is None else order
    here, before = rows[again], rows[again - 1]
    for values in columns.values.values():
        differs = ~((values[here] == values[before]) | (np.isnan(values[here]) & np.isnan(values[before])))
        if differs.any():
            pair = sorted((int(here[differs.argmax()]), int(before[differs.argmax()])))
            places = " and ".join(columns.where(row) for row in pair)
            refuse(columns.file, f"has two different candles for the same time in {places}; keep one of them")
    kept: np.ndarray = np.delete(rows, again)
    return kept


def _source_row(rows: np.ndarray | None, row: int) -> int:
    return row if rows is None else int(rows[row])


def _candles(columns: Columns, rows: np.ndarray | None) -> Candles:
    def picked(column: np.ndarray) -> np.ndarray:
        return np.require(column if rows is None else column[rows], requirements=["C", "W"])

    time = picked(columns.time)
    values = {name: picked(column) for name, column in columns.values.items()}
    return Candles(time=time, **values, step_ms=_step_ms(columns, time))


def _step_ms(columns: Columns, time: np.ndarray) -> int:
    """Return how far the nearest two are apart where all times fit that, else the longest common timeframe they fit."""
    if len(time) == 1:
        return MINUTE_MS
    distances = np.diff(time)
    shared, shortest = int(np.gcd.reduce(distances)), int(distances.min())
    problem = step_problem(shortest)
    if problem:
        refuse(columns.file, problem)
    steps = [ms for ms in (Timeframe.parse(name).ms for name in COMMON) if shared % ms == 0]
    first, longest = int(time[0]), max(steps)
    fitting = [ms for ms in steps if Timeframe(ms).floor(first) == first]
    if longest not in fitting and shortest == longest:
        when = (
            "on a Monday at 00:00 UTC" if longest == WEEK_MS else f"at a whole multiple of {Timeframe(longest)}, in UTC"
        )
        refuse(
            columns.file,
            f"has candles of {Timeframe(longest)} that do not open {when} "
            f"(the first one: {np.datetime64(first, 'ms').astype('M8[m]')}); export it with UTC times",
        )
    return shared if shared == shortest and Timeframe(shared).floor(first) == first else max(fitting)
