"""How the results of trades are spread: a histogram, the excursions, the best and the worst."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.completed import CompletedRun
from app.market.candles import FloatSeries

# About so many bins are easy to read.
BINS = 24
_BOUND = 1e300


@dataclass(frozen=True)
class Histogram:
    """Counts per bin: bin `i` holds what is above `edges[i]` and at most `edges[i + 1]`.

    Zero is always an edge, so that no bin holds winners and losers; a trade at exactly zero stands left of it. The
    outermost bins also hold everything beyond them where `open_low` or `open_high` says so.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    open_low: bool
    open_high: bool


@dataclass(frozen=True, eq=False)
class Excursions:
    """One point a trade, in the order of the trades: how far it went against and for the position, and how it ended.

    `mae`, `mfe` and `return_` are fractions of the entry price.
    """

    mae: FloatSeries
    mfe: FloatSeries
    return_: FloatSeries
    won: NDArray[np.bool_]


def histogram(values: FloatSeries, bins: int = BINS) -> Histogram | None:
    """Return how `values` are spread over about `bins` bins of a round width; None without values.

    The bins cover all but the outermost hundredth on either side, so that one wild value does not flatten the rest.
    """
    finite = values[np.abs(values) < _BOUND]
    if not len(finite):
        return None
    low, high = np.percentile(finite, (1.0, 99.0), method="nearest")
    least, most = min(float(low), 0.0), max(float(high), 0.0)
    width = _round_width((most - least) / bins)
    first, last = math.floor(least / width), math.ceil(most / width)
    if not first and (finite <= 0).any():
        first = -1
    last = max(last, first + 1)
    edges = np.arange(first, last + 1) * width
    place = np.clip(np.searchsorted(edges, finite, side="left") - 1, 0, len(edges) - 2)
    counts = np.bincount(place, minlength=len(edges) - 1)
    return Histogram(
        tuple(edges.tolist()),
        tuple(counts.tolist()),
        open_low=bool(finite.min() < edges[0]),
        open_high=bool(finite.max() > edges[-1]),
    )


def _round_width(least: float) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten, at least `least`."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= least * (1 - 1e-12))


def excursions(run: CompletedRun) -> Excursions:
    """Return MAE and MFE of every closed trade."""
    trades = run.trades
    mae, mfe, return_ = (np.ascontiguousarray(trades[name]) for name in ("mae", "mfe", "return_"))
    return Excursions(mae, mfe, return_, trades["pnl"] > 0)


def best_trades(run: CompletedRun, most: int = 5) -> tuple[int, ...]:
    """Return the numbers of the trades with the highest P&L above zero, the highest first."""
    pnl = run.trades["pnl"]
    return tuple(number for number in np.argsort(-pnl, kind="stable")[:most].tolist() if pnl[number] > 0)


def worst_trades(run: CompletedRun, most: int = 5) -> tuple[int, ...]:
    """Return the numbers of the trades with the lowest P&L below zero, the lowest first."""
    pnl = run.trades["pnl"]
    return tuple(number for number in np.argsort(pnl, kind="stable")[:most].tolist() if pnl[number] < 0)
