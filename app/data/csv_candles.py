"""CSV files as columns of candles."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np

from app.data.candle_columns import MAX_ROWS, NAMES, Columns, check_prices, find_columns, plain, refuse, refuse_layout
from app.data.duck import Duck, Unreadable, csv_column
from app.market.candles import PRICES
from app.results.numbers import count

_DELIMITERS = ",;\t|"
_MAX_HEADER = 65_536


def read(file: Path) -> Columns:
    """Return the columns of a CSV file with a header line. Raises CandlesUnavailable."""
    header, delimiter = _header(file)
    places = find_columns(file, header)
    try:
        time, *values = _fetch(file, len(header), delimiter, places)
    except Unreadable:
        _refuse_first_bad_line(file, delimiter, len(header), places)
    # What is no number comes back empty, for the volume (which may be empty) as infinity.
    bad = np.ma.getmaskarray(time) | np.isinf(np.ma.filled(values[-1], np.nan))
    for column in values[:-1]:
        bad |= np.ma.getmaskarray(column) | np.isinf(np.ma.getdata(column))
    if bad.any() or len(time) > MAX_ROWS:
        _refuse_first_bad_line(file, delimiter, len(header), places)
    floats = [np.ma.filled(column, np.nan) for column in values]
    columns = Columns(
        file,
        np.ma.getdata(time),
        dict(zip(NAMES[1:], floats, strict=True)),
        lambda row: f"line {_line_of_row(file, delimiter, row)}",
    )
    check_prices(columns)
    return columns


def _header(file: Path) -> tuple[list[str], str]:
    """Return the names in the first line, and what stands between them."""
    with file.open("rb") as stream:
        first = stream.readline(_MAX_HEADER)
    try:
        text = first.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or len(first) == _MAX_HEADER:
        refuse_layout(file, "is neither a Parquet file nor CSV text in UTF-8; export it as one of these")
    delimiter = max(_DELIMITERS, key=text.count)
    names = next(csv.reader([text], delimiter=delimiter), [])
    if names and all(_number(name) is not None for name in names):
        refuse_layout(file, f"has no header; its first line must name the columns: {delimiter.join(NAMES)}")
    return names, delimiter


def _fetch(file: Path, width: int, delimiter: str, places: dict[str, int]) -> list[np.ndarray]:
    cells = {name: f'"{csv_column(place)}"' for name, place in places.items()}
    volume = f"nullif(trim({cells['volume']}), '')"
    expressions = [
        f"TRY_CAST({cells['ts']} AS BIGINT)",
        *(f"TRY_CAST({cells[name]} AS DOUBLE)" for name in PRICES),
        f"CASE WHEN {volume} IS NOT NULL THEN coalesce(TRY_CAST({volume} AS DOUBLE), 'infinity') END",
    ]
    with Duck() as duck:
        return duck.csv(file, delimiter, width).columns(expressions)


def _lines(file: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the cells of every row after the header; empty lines are no rows."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, delimiter=delimiter)
        next(rows, None)
        for cells in rows:
            if cells:
                yield rows.line_num, cells


def _line_of_row(file: Path, delimiter: str, row: int) -> int:
    for place, (line, _) in enumerate(_lines(file, delimiter)):
        if place == row:
            return line
    return row + 2


def _refuse_first_bad_line(file: Path, delimiter: str, width: int, places: dict[str, int]) -> NoReturn:
    """Read the file again, slowly, and say which line is the first that is no candle."""
    line = 1
    try:
        for row, (line, cells) in enumerate(_lines(file, delimiter)):
            if row == MAX_ROWS:
                refuse(file, f"has more than {MAX_ROWS:,} rows. Cut it into shorter ranges")
            if len(cells) != width:
                values, columns = count(len(cells), "value"), count(width, "column")
                refuse(file, f"has {values} in line {line}, but its first line names {columns}")
            _check_cells(file, line, {name: cells[place].strip() for name, place in places.items()})
    except UnicodeDecodeError:
        refuse_layout(file, f"has something that is not UTF-8 text after line {line}")
    except csv.Error:
        refuse(file, f"cannot be read after line {line}: a quote is missing there, or it is no table of candles")
    refuse(file, "cannot be read as CSV")


# Beyond it a number is no time of any unit.
_MOST_TIME = 2.0**63


def _check_cells(file: Path, line: int, cells: dict[str, str]) -> None:
    for name, text in cells.items():
        value = _number(text)
        if not text and name != "volume":
            refuse(file, f"has nothing for {name} in line {line}")
        if name == "ts" and (value is None or not value.is_integer() or abs(value) >= _MOST_TIME):
            refuse_layout(
                file,
                f"has the time {plain(text)!r} in line {line}; ts must be the moment a candle opens, in UTC "
                "milliseconds, for example 1514764800000",
            )
        if text and (value is None or math.isinf(value)):
            refuse_layout(file, f"has {plain(text)!r} where the number for {name} should be, in line {line}")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
