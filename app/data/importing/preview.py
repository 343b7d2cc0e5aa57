"""The first rows of a file as candles, for a look before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.data.importing.proposal import Proposal
from app.market.candles import COLUMNS

ROWS = 20


@dataclass(frozen=True)
class PreviewRow:
    """A row as it would be read: its line, its time in UTC ms (None where the clock never showed it), its values.

    `clock` is the time as it stands in the file, that of UTC where each row names its zone.
    """

    line: int
    clock: int
    time: int | None
    values: tuple[float, ...]


def preview(proposal: Proposal) -> tuple[PreviewRow, ...]:
    """Return the first rows in the order of the file."""
    rows = proposal.rows
    times, missing = proposal.zone.to_utc(rows.time[:ROWS])
    values = np.stack([rows.values[name][:ROWS] for name in COLUMNS], axis=1)
    return tuple(
        PreviewRow(line, clock, None if gone else time, tuple(row))
        for line, clock, time, gone, row in zip(
            *(rows.line[:ROWS].tolist(), rows.time[:ROWS].tolist(), times.tolist(), missing.tolist(), values.tolist()),
            strict=True,
        )
    )
