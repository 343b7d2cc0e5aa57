"""Candles put together from columns, and taken apart into rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.market.candles import COLUMNS, Candles, FloatSeries, TimeSeries


def from_columns(time: TimeSeries, values: Iterable[FloatSeries], step_ms: int) -> Candles:
    """Return candles from open, high, low, close and volume in this order."""
    open_, high, low, close, volume = values
    return Candles(time, open_, high, low, close, volume, step_ms)


def columns(rows: Candles) -> list[FloatSeries]:
    """Return open, high, low, close and volume."""
    return [getattr(rows, name) for name in COLUMNS]


def none(step_ms: int) -> Candles:
    """Return no candles."""
    return from_columns(np.empty(0, np.int64), (np.empty(0) for _ in COLUMNS), step_ms)


def picked(rows: Candles, which: np.ndarray) -> Candles:
    """Return the candles at these places, or where this mask is true, as a copy."""
    return from_columns(rows.time[which], [column[which] for column in columns(rows)], rows.step_ms)


def joined(one: Candles, other: Candles) -> Candles:
    """Return the candles of both in order of time."""
    if not len(one) or not len(other):
        return one if len(one) else other
    time = np.concatenate([one.time, other.time])
    order = np.argsort(time, kind="stable")
    values = [np.concatenate(pair)[order] for pair in zip(columns(one), columns(other), strict=True)]
    return from_columns(time[order], values, one.step_ms)


def differ(one: Candles, other: Candles) -> np.ndarray:
    """Return in which rows two sets of equally many candles have different values."""
    found = np.zeros(len(one), np.bool_)
    for mine, its in zip(columns(one), columns(other), strict=True):
        found |= ~((mine == its) | (np.isnan(mine) & np.isnan(its)))
    return found
