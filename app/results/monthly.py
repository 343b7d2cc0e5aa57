"""What each calendar month and year gave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.completed import CompletedRun

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Year:
    """The return of a calendar year and of its twelve months, UTC; None for what the run holds no bar of."""

    year: int
    months: tuple[float | None, ...]
    whole: float | None


@dataclass(frozen=True)
class Period:
    """A stretch of the calendar: what the run and the market made of it, and how many ms of bars it holds.

    `growth` and `market` are factors: 1.1 for ten percent more. The market's is from the last close before the
    stretch (the first open where there is none) to its last close. `start` and `end` are bars of the run, half-open.
    """

    label: str
    start: int
    end: int
    growth: float
    market: float
    length_ms: int


def monthly_returns(run: CompletedRun) -> tuple[Year, ...]:
    """Return the calendar years of a run, the first month counted from the capital.

    A bar belongs to the month its last moment is in, as it does for daily returns (rule 18). After a total loss there
    is nothing to grow, so nothing to show.
    """
    months = {period.label: period.growth - 1.0 for period in _periods(run, "M") if np.isfinite(period.growth)}
    years = {period.label: period.growth - 1.0 for period in _periods(run, "Y") if np.isfinite(period.growth)}
    labels = [period.label for period in _periods(run, "Y")]
    return tuple(
        Year(int(year), tuple(months.get(f"{year}-{month:02}") for month in range(1, 13)), years.get(year))
        for year in labels
    )


def years(run: CompletedRun) -> tuple[Period, ...]:
    """Return the calendar years that the run has bars of."""
    return _periods(run, "Y")


def quarters(run: CompletedRun) -> tuple[Period, ...]:
    """Return the calendar quarters that the run has bars of, by their first month."""
    return _periods(run, "Q")


def _periods(run: CompletedRun, unit: str) -> tuple[Period, ...]:
    bars = run.bars
    month = (bars.time + bars.step_ms - 1).astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    length = {"M": 1, "Q": 3, "Y": 12}[unit]
    number = month // length
    first = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
    last = np.append(first[1:], len(bars))
    before = np.concatenate(([run.assumptions.capital], run.equity[last[:-1] - 1]))
    opening = np.concatenate((bars.open[:1], bars.close[last[:-1] - 1]))
    growth = _growth(before, run.equity[last - 1])
    market = _growth(opening, bars.close[last - 1])
    labels = (number[first] * length).astype("datetime64[M]").astype(str)
    return tuple(
        Period(str(label)[: 4 if unit == "Y" else 7], int(a), int(b), float(own), float(other), int(b - a) * bars.step_ms)
        for label, a, b, own, other in zip(labels, first, last, growth, market, strict=True)
    )


def _growth(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return np.divide(after, before, out=np.full(len(after), np.nan), where=before > 0)
