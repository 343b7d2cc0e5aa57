"""Parquet files as columns of candles."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.data.candle_columns import MAX_ROWS, Columns, check_prices, find_columns, refuse, refuse_layout
from app.data.duck import Duck, Unreadable

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}


def read(file: Path) -> Columns:
    """Return the columns of a Parquet file. Raises CandlesUnavailable."""
    _check_ending(file)
    try:
        with Duck() as duck:
            table = duck.parquet(file)
            count = table.count()
            if count > MAX_ROWS:
                refuse(file, f"has {count:,} rows; {MAX_ROWS:,} are the most. Cut it into shorter ranges")
            types = table.types()
            places = find_columns(file, [name for name, _ in types])
            time, *values = table.columns([_expression(file, name, types[place][1]) for name, place in places.items()])
    except Unreadable:
        refuse(file, "cannot be read as Parquet; it looks damaged. Download or export it again")
    columns = Columns(file, _times(file, time), dict(zip(list(places)[1:], map(_filled, values), strict=True)), _row)
    check_prices(columns)
    return columns


def _check_ending(file: Path) -> None:
    """Refuse a Parquet file that is cut off: a whole one ends with the same four letters it begins with."""
    with file.open("rb") as stream:
        stream.seek(-4, 2)
        if stream.read(4) != b"PAR1":
            refuse(file, "is cut off: its end is missing. Download or export it again")


def _expression(file: Path, name: str, kind: str) -> str:
    """Return the query's text for a column, whose name is one of ours by now."""
    numeric = kind in _WHOLE or kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL")
    if name == "ts" and kind.startswith(("TIMESTAMP", "DATE")):
        return 'epoch_us("ts") / 1000.0'
    if not numeric:
        refuse_layout(file, f"has {kind.lower()[:40]} in its column {name}; numbers are needed")
    target = "BIGINT" if name == "ts" and kind in _WHOLE else "DOUBLE"
    return f'"{name}"' if kind == target else f'CAST("{name}" AS {target})'


def _times(file: Path, time: np.ndarray) -> np.ndarray:
    empty = np.ma.getmaskarray(time)
    if empty.any():
        refuse(file, f"has no time in {_row(int(empty.argmax()))}")
    plain = np.ma.getdata(time)
    if plain.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            uneven = ~(np.isfinite(plain) & (plain == np.floor(plain)) & (np.abs(plain) < 2.0**53))
        if uneven.any():
            refuse(file, f"has a time that is not a whole number of milliseconds in {_row(int(uneven.argmax()))}")
    return plain.astype(np.int64, copy=False)


def _filled(column: np.ndarray) -> np.ndarray:
    return np.ma.filled(column, np.nan) if np.ma.isMaskedArray(column) else column


def _row(row: int) -> str:
    return f"row {row + 1}"
