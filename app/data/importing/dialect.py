"""How a text file lays out its table: encoding, what stands between cells, where the rows begin, the header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.data.importing.column_names import price_columns
from app.data.importing.refusal import refuse
from app.data.importing.source import Source
from app.data.importing.text_lines import Lines, find_encoding, read_lines

_DELIMITERS = ("\t", ";", "|", ",", " ")
_HEAD_LINES = 2_000
_SHORTEST_ROW = 5
_NUMERIC = re.compile(r"[-+$€£ ]*(?:\d[\d.,'’ \u00a0\u202f]*|\.\d+)(?:[eE][-+]?\d{1,3})?\s*[KMBkmb]?", re.ASCII)


@dataclass(frozen=True)
class Dialect:
    """The table in a text file: every row has `width` cells with `delimiter` between them.

    Rows begin at line `first_row`; `before` are the lines above that are neither rows nor the header. `lists` says that
    the rows are lists inside a JSON list.
    """

    encoding: str
    delimiter: str
    width: int
    first_row: int
    header: tuple[str, ...] | None
    before: tuple[str, ...] = ()
    lists: bool = False

    def read(self, source: Source) -> Iterator[Lines]:
        """Yield the lines of a file that is laid out like this."""
        return read_lines(source, self.encoding, lists=self.lists)


def find_dialect(source: Source) -> tuple[Dialect, list[list[str]]]:
    """Return the dialect of a text file and its first rows as cells. Raises ImportRefused where there is no table."""
    encoding = find_encoding(source)
    lists = _is_lists(source, encoding)
    head = next(iter(read_lines(source, encoding, lists=lists)), Lines(1, [])).texts[:_HEAD_LINES]
    filled = [line for line in head if line.strip()]
    if not filled:
        refuse(source.name, "is empty")
    delimiter = max(_DELIMITERS, key=lambda sign: len(_rows(filled, sign)))
    rows = _rows(filled, delimiter)
    if 2 * len(rows) < min(len(filled), 10):
        refuse(source.name, "has no table of candles in it: a time and four prices in each row, as CSV")
    width = len(rows[0])
    first = next(place for place, line in enumerate(head) if _is_row(line, delimiter, width))
    place = _header_place(head[:first], delimiter, width)
    before = tuple(line for line in head[: first if place is None else place] if line.strip())
    if place is None:
        return Dialect(encoding, delimiter, width, first + 1, None, before, lists), rows
    names = _names(head[place], delimiter, width)
    return Dialect(encoding, delimiter, width, place + 2, names, before), rows


def _is_lists(source: Source, encoding: str) -> bool:
    """Return whether a file is a JSON list of lists; JSON with names is refused."""
    with source.open() as stream:
        start = stream.read(1_000).decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if start.startswith("{") or re.match(r"\[\s*\{", start):
        refuse(source.name, "is JSON with a name for every value; save it as CSV and import that")
    return re.match(r"\[\s*\[", start) is not None


def split_line(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line; one with quotes in it that do not pair up has none."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return those lines that are rows of the most frequent length."""
    rows = [cells for line in lines if _count_numbers(cells := split_line(line, delimiter)) >= _SHORTEST_ROW - 1]
    rows = [cells for cells in rows if len(cells) >= _SHORTEST_ROW]
    width = Counter(map(len, rows)).most_common(1)
    return [cells for cells in rows if len(cells) == width[0][0]] if width else []


def _is_row(line: str, delimiter: str, width: int) -> bool:
    cells = split_line(line, delimiter)
    return len(cells) == width and _count_numbers(cells) >= _SHORTEST_ROW - 1


def _count_numbers(cells: Sequence[str]) -> int:
    return sum(_NUMERIC.fullmatch(cell.strip()) is not None for cell in cells)


def _header_place(above: Sequence[str], delimiter: str, width: int) -> int | None:
    """Return which of the lines above the first row is the header, None where there is none.

    That is the last one that names four prices, or else the last one of all.
    """
    named = [(place, names) for place, line in enumerate(above) if (names := _names(line, delimiter, width))]
    prices = [place for place, names in named if price_columns(names)]
    if prices:
        return prices[-1]
    filled = [place for place, line in enumerate(above) if line.strip()]
    return named[-1][0] if named and named[-1][0] == filled[-1] else None


def _names(line: str, delimiter: str, width: int) -> tuple[str, ...] | None:
    names = [name.strip().lstrip("#").strip() for name in split_line(line, delimiter)]
    # A delimiter at the end of the rows, or of the header alone, makes a column without a name.
    if len(names) == width - 1:
        names.append("")
    if len(names) == width + 1 and not names[-1]:
        names.pop()
    return tuple(names) if len(names) == width and _count_numbers(names) < _SHORTEST_ROW - 1 else None
