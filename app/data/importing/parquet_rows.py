"""The rows of a Parquet file."""

from __future__ import annotations

import numpy as np

from app.data.duck import Duck, Table, Unreadable, quoted
from app.data.importing.numbers import NumberStyle
from app.data.importing.refusal import refuse
from app.data.importing.rows import MOST_ROWS, BadRows, Rows
from app.data.importing.source import Source
from app.data.importing.text_rows import Places
from app.data.importing.times import TimeReader, TimeStyle, to_milliseconds
from app.market.candles import PRICES, FloatSeries, TimeSeries

_HEAD_ROWS = 2_000
_DAMAGED = "cannot be read as Parquet; it looks damaged. Download or export it again"


def first_rows(source: Source) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the names of the columns and the first rows as text; dates and times are milliseconds since 1970."""
    try:
        with Duck() as duck:
            table = duck.parquet(source.path)
            if table.count() > MOST_ROWS:
                refuse(source.name, f"has more than {MOST_ROWS:,} rows. Cut it into shorter ranges")
            types = table.types()
            columns = table.first(_HEAD_ROWS).columns([_as_text(name, kind) for name, kind in types])
    except Unreadable:
        refuse(source.name, _DAMAGED)
    rows = [list(row) for row in zip(*(_texts(column) for column in columns), strict=True)]
    if not rows:
        refuse(source.name, "has no candles in it")
    return tuple(name for name, _ in types), rows


def read_rows(source: Source, places: Places, numbers: NumberStyle, times: TimeStyle) -> Rows:
    """Return all rows of a Parquet file. Raises ImportRefused."""
    bad = BadRows()
    try:
        with Duck() as duck:
            table = duck.parquet(source.path)
            types = table.types()
            time, zoned, keep = _times(table, [types[place] for place in places.time], times, bad)
            wanted = [places.prices[name] for name in PRICES]
            wanted += [] if places.volume is None else [places.volume]
            columns = [_numbers(table, *types[place], numbers) for place in wanted]
    except Unreadable:
        refuse(source.name, _DAMAGED)
    for name, column in zip((*PRICES, "volume"), columns, strict=False):
        unreadable = np.flatnonzero(np.isposinf(column) & keep)
        bad.add_all(unreadable + 1, f"has something else than a number for {name}")
        keep[unreadable] = False
    columns += [np.full(len(time), np.nan)] if places.volume is None else []
    values = {name: column[keep] for name, column in zip((*PRICES, "volume"), columns, strict=True)}
    return Rows(np.flatnonzero(keep) + 1, time[keep], values, zoned, len(time), bad, unit="row")


def _times(
    table: Table, stamps: list[tuple[str, str]], style: TimeStyle, bad: BadRows
) -> tuple[TimeSeries, bool, np.ndarray]:
    """Return the times, whether they are UTC, and which rows have one."""
    if style.shape == "epoch" and stamps[0][1] != "VARCHAR":
        name, kind = stamps[0]
        column = table.columns([_as_number(name, kind)])[0]
        empty = np.ma.getmaskarray(column)
        time, fits = to_milliseconds(np.ma.filled(column, 0).astype(np.int64), style.unit)
        keep = fits & ~empty
        bad.add_all(np.flatnonzero(empty) + 1, "has no time")
        bad.add_all(np.flatnonzero(~keep & ~empty) + 1, f"has a time that is no time in {style.unit}")
        return time, not kind.startswith("TIMESTAMP") or "ZONE" in kind, keep
    cells = [_texts(table.columns([_as_text(name, kind)])[0]) for name, kind in stamps]
    reader = TimeReader(style)
    time, wrong = reader.read(cells)
    keep = np.ones(len(time), dtype=bool)
    for place in wrong:
        keep[place] = False
        text = " ".join(column[place] for column in cells).strip()
        bad.add(place + 1, reader.reason(text))
    return time, style.shape == "epoch" or bool(reader.offsets - {None}), keep


def _as_number(name: str, kind: str) -> str:
    column = quoted(name)
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f"epoch_us({column}) // 1000"
    return f"TRY_CAST(floor({column}) AS BIGINT)" if kind in ("FLOAT", "DOUBLE") else f"TRY_CAST({column} AS BIGINT)"


def _as_text(name: str, kind: str) -> str:
    column = quoted(name)
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f"coalesce(CAST(epoch_us({column}) // 1000 AS VARCHAR), '')"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "BLOB", "UNION")):
        return "''"
    return f"coalesce(CAST({column} AS VARCHAR), '')"


def _texts(column: np.ndarray) -> list[str]:
    return [str(value) for value in column.tolist()]


def _numbers(table: Table, name: str, kind: str, numbers: NumberStyle) -> FloatSeries:
    """Return a column of numbers: NaN where it has none, infinity where a text is no number."""
    if kind == "VARCHAR":
        values, wrong = numbers.column(_texts(table.columns([_as_text(name, kind)])[0]), False, short=True)
        values[wrong] = np.inf
        return values
    # The decimals that a short float stands for, not its digits to the last binary place.
    source = f"CAST({quoted(name)} AS VARCHAR)" if kind == "FLOAT" else quoted(name)
    column = table.columns([f"TRY_CAST({source} AS DOUBLE)"])[0]
    filled = np.ma.filled(column.astype(np.float64), np.nan)
    return np.asarray(filled, dtype=np.float64)
