"""The rows of a text file, read line by line in blocks, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from app.data.candle_columns import plain
from app.data.importing.dialect import Dialect, split_line
from app.data.importing.numbers import NumberStyle
from app.data.importing.refusal import refuse
from app.data.importing.rows import MOST_ROWS, BadRows, Chunks, Rows
from app.data.importing.source import Source
from app.data.importing.text_lines import Lines
from app.data.importing.times import TimeReader, TimeStyle
from app.data.importing.times import split as split_time
from app.market.candles import PRICES
from app.results.numbers import count

_GIVE_UP_AFTER = 1_000
_GIVE_UP_SHARE = 0.2
_MOST_DATES = 100_000


@dataclass(frozen=True)
class Places:
    """In which columns (from 0) the parts of a candle stand; `time` may take two, the date and the clock time."""

    time: tuple[int, ...]
    prices: Mapping[str, int]
    volume: int | None = None


def read_rows(
    source: Source,
    dialect: Dialect,
    places: Places,
    numbers: NumberStyle,
    times: TimeStyle,
    progress: Callable[[float], None] | None = None,
) -> Rows:
    """Return all rows of a text file. Raises ImportRefused when it is no table after all.

    `progress` is told the share that is read, and may raise Cancelled.
    """
    reader = _Reader(dialect, places, numbers, TimeReader(times))
    chunks = Chunks()
    for lines in dialect.read(source):
        chunks.add(reader.read(lines))
        if progress:
            progress(lines.share)
        if reader.read_so_far > MOST_ROWS:
            refuse(source.name, f"has more than {MOST_ROWS:,} rows. Cut it into shorter ranges")
        if reader.bad.total > max(_GIVE_UP_AFTER, _GIVE_UP_SHARE * reader.read_so_far):
            break
    offsets = reader.times.offsets
    if None in offsets and len(offsets) > 1:
        refuse(source.name, "names a time zone in some of its rows and none in others; export it anew")
    zoned = times.shape == "epoch" or bool(offsets - {None})
    line, time, *values = chunks.joined()
    columns = dict(zip((*PRICES, "volume"), values, strict=True))
    return Rows(line, time, columns, zoned, reader.read_so_far, reader.bad)


def date_texts(source: Source, dialect: Dialect, places: Places, style: TimeStyle) -> set[str]:
    """Return every date in a text file as it is written, at most a hundred thousand different ones."""
    found: set[str] = set()
    place = places.time[0]
    for lines in dialect.read(source):
        skipped = max(dialect.first_row - lines.first, 0)
        rows = (split_line(text, dialect.delimiter) for text in lines.texts[skipped:])
        cells = {row[place] for row in rows if len(row) >= dialect.width}
        found |= {split_time(cell, style.shape)[0] if style.shape == "clock" else cell for cell in cells}
        if len(found) > _MOST_DATES:
            break
    return found


class _Reader:
    """Turns blocks of lines into columns, and keeps count of what is no row."""

    def __init__(self, dialect: Dialect, places: Places, numbers: NumberStyle, times: TimeReader) -> None:
        self.bad = BadRows()
        self.read_so_far = 0
        self.times = times
        self._dialect = dialect
        self._places = places
        self._numbers = numbers

    def read(self, lines: Lines) -> list[np.ndarray]:
        """Return line, time, open, high, low, close and volume of the readable rows of a block."""
        numbers, found = self._split(lines)
        self.read_so_far += len(numbers)
        if not len(numbers):
            return Chunks().joined()
        plain_text = all((text := "".join(found[place])).isascii() and "_" not in text for place in self._of_numbers())
        keep = np.ones(len(numbers), dtype=bool)
        stamps = [found[place] for place in self._places.time]
        time, wrong = self.times.read(stamps)
        self._reject(keep, numbers, wrong, "time", list(map(" ".join, zip(*stamps, strict=True))) if wrong else [])
        values = []
        for name in PRICES:
            cells = found[self._places.prices[name]]
            column, wrong = self._numbers.column(cells, plain_text)
            self._reject(keep, numbers, wrong, name, cells)
            values.append(column)
        values.append(self._volume(found, numbers, keep, plain_text))
        line = np.array(numbers, dtype=np.int64)
        return [column[keep] for column in (line, time, *values)]

    def _of_numbers(self) -> list[int]:
        """Return the columns of prices and volume."""
        return [*self._places.prices.values(), *([] if self._places.volume is None else [self._places.volume])]

    def _split(self, lines: Lines) -> tuple[Sequence[int], dict[int, list[str]]]:
        """Return the numbers of the lines that are rows, and their cells by column."""
        first, texts = lines.first, lines.texts
        if first < self._dialect.first_row:
            cut = min(self._dialect.first_row - first, len(texts))
            first, texts = first + cut, texts[cut:]
        width, delimiter = self._dialect.width, self._dialect.delimiter
        needed = [*self._places.time, *self._of_numbers()]
        block = delimiter.join(texts)
        if '"' not in block and set(map(str.count, texts, repeat(delimiter))) == {width - 1}:
            # Cutting a whole block at once is three times as fast as cutting lines.
            cells = block.split(delimiter)
            return range(first, first + len(texts)), {place: cells[place::width] for place in needed}
        numbers, rows = self._split_lines(first, texts)
        return numbers, {place: [row[place] for row in rows] for place in needed}

    def _split_lines(self, first: int, texts: Sequence[str]) -> tuple[list[int], list[list[str]]]:
        """Return the cells of every line that is a row, with its number, line by line."""
        width = self._dialect.width
        numbers, kept = [], []
        for number, text in enumerate(texts, first):
            cells = split_line(text, self._dialect.delimiter)
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                cells = cells[:width]
            if len(cells) == width:
                numbers.append(number)
                kept.append(cells)
            elif text.strip() and not text.startswith("#"):
                self.read_so_far += 1
                self.bad.add(number, self._wrong_length(cells))
        return numbers, kept

    def _wrong_length(self, cells: Sequence[str]) -> str:
        if not cells:
            return "has a quotation mark that does not end"
        return f"has {count(len(cells), 'cell')} where the other rows have {self._dialect.width}"

    def _volume(
        self, found: Mapping[int, Sequence[str]], numbers: Sequence[int], keep: np.ndarray, plain_text: bool
    ) -> np.ndarray:
        place = self._places.volume
        if place is None:
            return np.full(len(numbers), np.nan)
        column, wrong = self._numbers.column(found[place], plain_text, short=True)
        self._reject(keep, numbers, wrong, "volume", found[place])
        return column

    def _reject(
        self, keep: np.ndarray, numbers: Sequence[int], wrong: Sequence[int], part: str, cells: Sequence[str]
    ) -> None:
        """Note cells that hold something else than they should; a repeated header is nothing to note."""
        header = self._dialect.header
        for place in wrong:
            if not keep[place]:
                continue
            keep[place] = False
            text = cells[place].strip()
            if part == "time" and header and text == " ".join(header[place] for place in self._places.time):
                self.read_so_far -= 1
                continue
            reason = f"has {plain(text)!r} where the number for {part} should be" if text else f"has no {part}"
            self.bad.add(numbers[place], self.times.reason(text) if part == "time" else reason)
