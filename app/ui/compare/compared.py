"""What the page of comparison shows, made in the thread of the library: all but the curves at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.canvas.theme import Theme
from app.export.curves import thinned
from app.market.candles import FloatSeries
from app.results.compare import Comparison, compare, left_otherwise

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import RunOverview, RunSummary

_STRETCHES = 400
_MOMENTS = 500
# Told apart by everyone, also by people who see red and green alike; the later ones are dashed as well.
_LIGHT = ("#0072b2", "#b86200", "#0b7d62", "#a3478a", "#1a2230", "#7a6a00")
_DARK = ("#56b4e9", "#e69f00", "#2fc49a", "#e08dc0", "#e9edf3", "#d6cc3a")
_SOLID = 3


@dataclass(frozen=True, eq=False)
class Curve:
    """The return of a run since its start: at points to draw, and at the moments all curves share (NaN outside)."""

    time: FloatSeries
    values: FloatSeries
    at_moments: FloatSeries


@dataclass(frozen=True, eq=False)
class Compared:
    """Runs, oldest first, with everything that differs between them; `left_otherwise` counts against the first.

    `moments` are spread over the time of all of them.
    """

    runs: tuple[RunOverview, ...]
    comparison: Comparison
    moments: FloatSeries
    left_otherwise: tuple[int, ...]

    @property
    def summaries(self) -> tuple[RunSummary, ...]:
        """What the history says of each run."""
        return tuple(run.summary for run in self.runs)


def compared(library: Library, run_ids: Sequence[int]) -> Compared:
    """Return runs of the library side by side, without reading their curves. Raises NotInLibrary, LibraryDamaged."""

    def same_bars(old: RunOverview, new: RunOverview) -> bool:
        return library.runs.same_bars(old.summary.id, new.summary.id)

    runs = tuple(library.runs.overview(run_id) for run_id in run_ids)
    return Compared(
        runs,
        compare(runs, same_bars),
        np.linspace(min(run.start for run in runs), max(run.end for run in runs), _MOMENTS),
        tuple(len(left_otherwise(runs[0], run)) for run in runs[1:]),
    )


def curve_of(library: Library, shown: Compared, number: int) -> Curve:
    """Return the curve of one of the runs, which takes a while. Raises NotInLibrary, LibraryDamaged."""
    run, moments = shown.runs[number], shown.moments
    closes, equity = library.runs.equity(run.summary.id)
    values = equity / run.assumptions.capital - 1.0
    rows, kept = thinned(values, _STRETCHES)
    row = np.searchsorted(closes, moments, side="right") - 1
    inside = (row >= 0) & (moments <= run.end)
    return Curve(
        closes[rows.astype(np.int64)].astype(np.float64),
        kept,
        np.where(inside, values[np.maximum(row, 0)], np.nan),
    )


def shade(theme: Theme, number: int) -> str:
    """Return the colour of a run by its place."""
    colours = _LIGHT if theme.name == "light" else _DARK
    return colours[number % len(colours)]


def dashed(number: int) -> bool:
    """Return whether the curve of a run is dashed, so that nobody has to go by colour alone."""
    return number >= _SOLID
