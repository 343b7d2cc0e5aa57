"""What each calendar month and year gave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.engine.completed import CompletedRun
from app.market.candles import Candles, FloatSeries

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

    `growth` and `market` are factors: 1.1 for ten percent more, NaN where nothing was left to grow. The market's goes
    from the last close before the stretch (the first open where there is none) to its last close. `start` and `end` are
    bars of the run, half-open.
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
    months = {period.label: _return(period) for period in _periods(run, "M")}
    return tuple(
        Year(int(year.label), tuple(months.get(f"{year.label}-{month:02}") for month in range(1, 13)), _return(year))
        for year in _periods(run, "Y")
    )


def _return(period: Period) -> float | None:
    return period.growth - 1.0 if math.isfinite(period.growth) else None


def years(run: CompletedRun) -> tuple[Period, ...]:
    """Return the calendar years that the run has bars of."""
    return _periods(run, "Y")


def quarters(run: CompletedRun) -> tuple[Period, ...]:
    """Return the calendar quarters that the run has bars of, by their first month."""
    return _periods(run, "Q")


def _periods(run: CompletedRun, unit: Literal["M", "Q", "Y"]) -> tuple[Period, ...]:
    bars, size = run.bars, len(run.bars)
    first = _first_bars(bars, {"M": 1, "Q": 3, "Y": 12}[unit])
    labels = [label[: 4 if unit == "Y" else 7] for label in first]
    starts, ends = list(first.values()), [*list(first.values())[1:], size]
    last = np.array(ends) - 1
    before = np.concatenate(([run.assumptions.capital], run.equity[last[:-1]]))
    opening = np.concatenate((bars.open[:1], bars.close[last[:-1]]))
    growth, market = _growth(before, run.equity[last]), _growth(opening, bars.close[last])
    return tuple(
        Period(label, start, end, own, other, (end - start) * bars.step_ms)
        for label, start, end, own, other in zip(labels, starts, ends, growth.tolist(), market.tolist(), strict=True)
    )


def _first_bars(bars: Candles, months: int) -> dict[str, int]:
    """Return the first bar of each stretch of so many calendar months that has any, by its first month."""
    last_moments = np.array([bars.time[0], bars.time[-1]]) + bars.step_ms - 1
    first, last = last_moments.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64) // months
    starts = (np.arange(first, last + 1) * months).astype("datetime64[M]")
    rows = np.searchsorted(bars.time, starts.astype("datetime64[ms]").astype(np.int64) - bars.step_ms + 1)
    there = np.diff(np.append(rows, len(bars))) > 0
    return dict(zip(starts[there].astype(str).tolist(), rows[there].tolist(), strict=True))


def _growth(before: FloatSeries, after: FloatSeries) -> FloatSeries:
    with np.errstate(over="ignore", invalid="ignore"):
        result: FloatSeries = np.divide(after, before, out=np.full(len(after), np.nan), where=before > 0)
    return result
