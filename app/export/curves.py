"""Curves and candles of a run in as few points as a picture can show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.assumptions import Assumptions
from app.market.candles import Candles, FloatSeries


def holding(bars: Candles, assumptions: Assumptions) -> FloatSeries:
    """Return at each close what buying at the first open is worth, with the costs that the metric takes.

    The fee of the entry is paid at once, that of the exit not yet. Inf where prices are beyond all measure.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        units = assumptions.capital / float(bars.open[0]) / (1.0 + assumptions.fee_rate)
        worth: FloatSeries = bars.close * units
    return worth


def drawable(*curves: FloatSeries) -> bool:
    """Return whether the curves, and the distance between their ends, are numbers that places can be counted from."""
    if not all(np.isfinite(curve).all() for curve in curves):
        return False
    distance = max(float(curve.max()) for curve in curves) - min(float(curve.min()) for curve in curves)
    return distance == 0.0 or 1e-290 < distance < float("inf")


def thinned(values: FloatSeries, stretches: int) -> tuple[FloatSeries, FloatSeries]:
    """Return rows and values of a curve that looks the same where there is room for so many `stretches`.

    Of each stretch the first, lowest, highest and last value are kept, so no peak is lost.
    """
    if len(values) <= 4 * stretches:
        return np.arange(len(values), dtype=np.float64), values
    edges = _edges(len(values), stretches)
    rows: set[int] = set()
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[first:last]
        rows |= {first, first + int(part.argmin()), first + int(part.argmax()), last - 1}
    kept = np.array(sorted(rows))
    return kept.astype(np.float64), values[kept]


def merged(bars: Candles, most: int) -> tuple[FloatSeries, Candles]:
    """Return at most so many candles, each of as many bars in a row, with the rows of their middles."""
    if len(bars) <= most:
        return np.arange(len(bars), dtype=np.float64) + 0.5, bars
    edges = _edges(len(bars), most)
    first, last = edges[:-1], edges[1:]
    middles: FloatSeries = (first + last) / 2.0
    candles = Candles(
        bars.time[first],
        bars.open[first],
        np.maximum.reduceat(bars.high, first),
        np.minimum.reduceat(bars.low, first),
        bars.close[last - 1],
        np.full(len(first), np.nan),
        bars.step_ms,
    )
    return middles, candles


def _edges(length: int, stretches: int) -> NDArray[np.int64]:
    return np.linspace(0, length, stretches + 1).astype(np.int64)
