"""What an import would store, and what is wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass

from app.data.importing.rows import BadRow
from app.data.records import Gap, Jump, Stored
from app.market.candles import Candles

MOST_BAD_SHARE = 0.01


@dataclass(frozen=True)
class OtherRows:
    """A stretch of rows of another timeframe, which were left out: from which line to which, how many, how long."""

    first_line: int
    last_line: int
    rows: int
    length: str


@dataclass(frozen=True)
class Overlap:
    """How the candles of a file agree with those that the series has already."""

    same: int
    different: int


@dataclass(frozen=True, eq=False)
class Report:
    """The dry run of an import: the candles it would store, and what was done to the rows of the file.

    `read` counts all rows; `bad` lists the first of the `bad_rows` that are no candles. `conflicting` rows were there
    with another content for the same time, and the later line counts; they are among the bad ones. `repeated` rows were
    there with the same content. `floored` rows stood some seconds off the minute and were taken for it, `closed` ones
    were flat ones without volume while the market was closed (`outside` ones were others then, and are kept),
    `unfinished` ones had not ended yet. `refusal` is the end
    of a sentence about why nothing can be imported, None when it can.
    """

    candles: Candles
    read: int
    bad_rows: int
    bad: tuple[BadRow, ...]
    conflicting: int
    repeated: int
    other: tuple[OtherRows, ...]
    floored: int
    closed: int
    outside: int
    unfinished: int
    out_of_order: bool
    gaps: tuple[Gap, ...]
    jumps: tuple[Jump, ...]
    notes: tuple[str, ...] = ()
    overlap: Overlap | None = None
    refusal: str | None = None

    @property
    def bad_share(self) -> float:
        """The part of all rows that are no candles."""
        return self.bad_rows / self.read if self.read else 0.0


@dataclass(frozen=True)
class Imported:
    """What an import did; `again` says that the file had been imported before in the same way, so nothing changed."""

    stored: Stored
    again: bool = False
    notes: tuple[str, ...] = ()
