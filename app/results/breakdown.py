"""A run taken apart: everything that the results page and the report show besides the figures."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.completed import CompletedRun
from app.market.candles import FloatSeries
from app.results.distribution import Excursions, Histogram, best_trades, excursions, histogram, worst_trades
from app.results.drawdown import UnderWater, drawdown, longest_under_water
from app.results.groups import Group, by_exit_reason, by_hour, by_side, by_weekday
from app.results.monthly import Year, monthly_returns


@dataclass(frozen=True, eq=False)
class Breakdown:
    """The parts of a run. What cannot be computed is None; groups of a fixed set are there although empty."""

    years: tuple[Year, ...]
    drawdowns: FloatSeries
    under_water: UnderWater | None
    exit_reasons: tuple[Group, ...]
    sides: tuple[Group, ...]
    weekdays: tuple[Group, ...]
    hours: tuple[Group, ...]
    histogram: Histogram | None
    excursions: Excursions
    best: tuple[int, ...]
    worst: tuple[int, ...]


def breakdown(run: CompletedRun) -> Breakdown:
    """Return a completed run taken apart."""
    drawdowns = drawdown(run)
    return Breakdown(
        years=monthly_returns(run),
        drawdowns=drawdowns,
        under_water=longest_under_water(run, drawdowns),
        exit_reasons=by_exit_reason(run),
        sides=by_side(run),
        weekdays=by_weekday(run),
        hours=by_hour(run),
        histogram=histogram(run.trades["pnl"]),
        excursions=excursions(run),
        best=best_trades(run),
        worst=worst_trades(run),
    )
