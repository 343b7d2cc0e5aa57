"""The rows of a file as columns, in the order of the file, with those that could not be read beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.market.candles import COLUMNS, FloatSeries, TimeSeries

MOST_ROWS = 15_000_000
MOST_LISTED = 1_000


@dataclass(frozen=True, order=True)
class BadRow:
    """A row that is not taken: its line (or row, in a Parquet file) from 1, and the end of a sentence about it."""

    line: int
    reason: str


@dataclass
class BadRows:
    """Counts bad rows, and keeps the first thousand of them."""

    total: int = 0
    listed: list[BadRow] = field(default_factory=list)

    def add(self, line: int, reason: str) -> None:
        """Count one more."""
        self.total += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append(BadRow(line, reason))

    def add_all(self, lines: NDArray[np.int64], reason: str) -> None:
        """Count several with one reason."""
        self.total += len(lines)
        room = max(MOST_LISTED - len(self.listed), 0)
        self.listed += [BadRow(line, reason) for line in lines[:room].tolist()]

    def copy(self) -> BadRows:
        """Return another count that begins where this one is."""
        return BadRows(self.total, list(self.listed))


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows whose cells could be read: `line` in the file, `time` in ms, `values` by name, NaN where a cell is empty.

    The times are UTC where `zoned`, else what the clock showed in a zone that the file does not name. `read` counts all
    rows of the file, `bad` those that could not be read, `unit` says what `line` counts.
    """

    line: NDArray[np.int64]
    time: TimeSeries
    values: Mapping[str, FloatSeries]
    zoned: bool
    read: int
    bad: BadRows
    unit: str = "line"

    def __len__(self) -> int:
        return len(self.time)


class Chunks:
    """Line, time, open, high, low, close and volume, a block of rows after the other."""

    def __init__(self) -> None:
        self._parts: list[list[np.ndarray]] = [[] for _ in range(2 + len(COLUMNS))]

    def add(self, columns: Sequence[np.ndarray]) -> None:
        """Add a block of rows."""
        for parts, column in zip(self._parts, columns, strict=True):
            parts.append(column)

    def joined(self) -> list[np.ndarray]:
        """Return each column in one piece; the blocks are given up on the way, so that memory is not needed twice."""
        columns = []
        for place, parts in enumerate(self._parts):
            columns.append(np.concatenate(parts) if parts else np.empty(0, np.int64 if place < 2 else np.float64))
            parts.clear()
        return columns
