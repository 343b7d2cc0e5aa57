"""The times of a file: how they are written, and what they are in milliseconds."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.data.candle_columns import plain
from app.data.importing.dates import Order, ends_with_year, read_clock, read_date
from app.market.candles import TimeSeries
from app.market.timeframe import DAY_MS

Unit = Literal["seconds", "milliseconds", "microseconds", "nanoseconds"]
Shape = Literal["epoch", "clock", "compact", "date", "pair", "of the day"]

# From 1973 on; the ranges of the units do not touch each other, so that a number fits one unit or none.
_UNITS: tuple[tuple[Unit, float, float, int, int], ...] = (
    ("seconds", 1e8, 1e10, 1000, 1),
    ("milliseconds", 1e11, 1e13, 1, 1),
    ("microseconds", 1e14, 1e16, 1, 1_000),
    ("nanoseconds", 1e17, 1e19, 1, 1_000_000),
)
_MEMORY = 100_000
_NO_DAY = -1_000_000_000
_NO_CLOCK = -1_000_000_000_000
_NUMBER = re.compile(r"\d{1,19}(?:\.\d*)?(?:[eE]\+?\d{1,2})?", re.ASCII)
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[ T]?[0-2]\d[0-5]\d(?:\d{2}){0,1})?")


@dataclass(frozen=True)
class TimeStyle:
    """How a file writes its times.

    `epoch` counts from 1970 in `unit`; `clock` is a date and a clock time with a colon in one cell, `compact` the same
    in digits alone, `date` a day without a time, `pair` a cell for the date and one for the time. `of the day` counts
    milliseconds since midnight of `day` (days since 1970). `order` matters where dates end with the year.
    """

    shape: Shape
    unit: Unit = "milliseconds"
    order: Order = "ymd"
    day: int = 0


def find_style(cells: Sequence[str]) -> TimeStyle | None:
    """Return how the times in one column are written, None when nearly half of them or more are no times."""
    texts = [text for cell in cells if (text := cell.strip())]
    if not texts:
        return None
    most = 0.6 * len(texts)
    if sum(bool(_COMPACT.fullmatch(text)) for text in texts) > most:
        return TimeStyle("date" if sum(len(text) == 8 for text in texts) > most else "compact")
    if sum(bool(_NUMBER.fullmatch(text)) for text in texts) > most:
        return _epoch_style([float(text) for text in texts if _NUMBER.fullmatch(text)])
    shapes: tuple[Shape, ...] = ("clock", "date")
    for shape in shapes:
        orders: tuple[Order, ...] = ("dmy", "mdy")
        wrong = {order: len(TimeReader(TimeStyle(shape, order=order)).read([texts])[1]) for order in orders}
        order = min(orders, key=wrong.__getitem__)
        if len(texts) - wrong[order] > most:
            matters = any(ends_with_year(split(text, shape)[0]) for text in texts)
            return TimeStyle(shape, order=order if matters else "ymd")
    return None


def find_clock(cells: Sequence[str]) -> bool:
    """Return whether a column holds clock times without dates."""
    texts = [text for cell in cells if (text := cell.strip())]
    return bool(texts) and sum(read_clock(text) is not None for text in texts) > 0.9 * len(texts)


def split(text: str, shape: str) -> tuple[str, str]:
    """Return the date and the clock time in one cell."""
    if shape == "date":
        return text, ""
    at = 8 if shape == "compact" else max(text.find(":") - 2, 0)
    return text[:at], text[at:]


class TimeReader:
    """Turns cells into milliseconds, in UTC where `offsets` says so, else on the wall clock of the file.

    `offsets` collects what the cells say about their zone: offsets from UTC in ms, and None for nothing said.
    """

    def __init__(self, style: TimeStyle) -> None:
        self.style = style
        self.offsets: set[int | None] = set()
        self._days: dict[str, int] = {}
        self._clocks: dict[str, int] = {}
        self._read: Callable[[Sequence[Sequence[str]]], tuple[TimeSeries, list[int]]]
        self._read = self._epochs if style.shape in ("epoch", "of the day") else self._texts

    def read(self, columns: Sequence[Sequence[str]]) -> tuple[TimeSeries, list[int]]:
        """Return the times of one column, or of a date and a time column, and the places that hold no time."""
        return self._read(columns)

    def reason(self, text: str) -> str:
        """Return why a cell holds no time, as the end of a sentence about its row."""
        if self.style.shape == "epoch" and _NUMBER.fullmatch(text) and (unit := unit_of(float(text))):
            return f"has a time in {unit}, where the other rows have {self.style.unit}"
        return f"has {plain(text)!r} where a time should be" if text else "has no time"

    def _epochs(self, columns: Sequence[Sequence[str]]) -> tuple[TimeSeries, list[int]]:
        (cells,) = columns
        try:
            if "_" in "".join(cells):
                raise ValueError("an underscore is no part of a time")
            numbers, wrong = np.array(list(map(int, cells)), dtype=np.int64), []
        except (ValueError, OverflowError):
            found = [_whole(cell) for cell in cells]
            wrong = [place for place, value in enumerate(found) if value is None]
            numbers = np.array([value or 0 for value in found], dtype=np.int64)
        if self.style.shape == "of the day":
            times, fits = numbers + self.style.day * DAY_MS, (numbers >= 0) & (numbers < DAY_MS)
        else:
            times, fits = to_milliseconds(numbers, self.style.unit)
        return times, sorted({*wrong, *np.flatnonzero(~fits).tolist()})

    def _texts(self, columns: Sequence[Sequence[str]]) -> tuple[TimeSeries, list[int]]:
        if len(self._days) > _MEMORY or len(self._clocks) > _MEMORY:
            self._days.clear()
            self._clocks.clear()
        if self.style.shape == "pair":
            dates, clocks = columns
        else:
            shape = self.style.shape
            parts = [split(cell, shape) for cell in columns[0]]
            dates, clocks = [part[0] for part in parts], [part[1] for part in parts]
        for text in set(dates).difference(self._days):
            day = read_date(text, self.style.order)
            self._days[text] = _NO_DAY if day is None else day
        for text in set(clocks).difference(self._clocks):
            self._clocks[text] = self._clock(text)
        day_of_row = np.fromiter(map(self._days.__getitem__, dates), np.int64, len(dates))
        clock_of_row = np.fromiter(map(self._clocks.__getitem__, clocks), np.int64, len(clocks))
        wrong = np.flatnonzero((day_of_row == _NO_DAY) | (clock_of_row == _NO_CLOCK))
        return day_of_row * DAY_MS + clock_of_row, wrong.tolist()

    def _clock(self, text: str) -> int:
        """Return milliseconds of the day, in UTC where the text names an offset; `_NO_CLOCK` for no time."""
        if self.style.shape == "date":
            self.offsets.add(None)
            return 0
        found = read_clock(text)
        if found is None:
            return _NO_CLOCK
        self.offsets.add(found[1])
        return found[0] - (found[1] or 0)


def to_milliseconds(numbers: TimeSeries, unit: Unit) -> tuple[TimeSeries, np.ndarray]:
    """Return times in milliseconds, and which of them can be times in that unit at all."""
    _, low, high, times, per = next(row for row in _UNITS if row[0] == unit)
    fits = (numbers >= low) & (numbers < high)
    return np.where(fits, numbers, 0) * times // per, fits


def unit_of(number: float) -> Unit | None:
    """Return the unit in which a number is a time since 1973, None for none."""
    return next((unit for unit, low, high, *_ in _UNITS if low <= number < high), None)


def _epoch_style(numbers: Sequence[float]) -> TimeStyle | None:
    unit = unit_of(sorted(numbers)[len(numbers) // 2])
    return TimeStyle("epoch", unit) if unit else None


def _whole(cell: str) -> int | None:
    """Return a number of seconds or milliseconds that is written with a point or an exponent."""
    text = cell.strip()
    if not _NUMBER.fullmatch(text):
        return None
    whole, _, part = text.partition(".")
    if whole.isdigit() and (not part or part.isdigit()):
        value = int(whole)
        return value if value < 2**63 else None
    number = float(text)
    return math.floor(number) if number < 2**53 else None
