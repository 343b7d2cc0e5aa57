"""Made-up markets for tests of blocks, as plain columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.market.candles import FloatSeries, TimeSeries

START = 1_704_067_200_000  # Monday 1 January 2024, 00:00 UTC
HOUR = 3_600_000


@dataclass(frozen=True)
class Market:
    """The columns of a market."""

    time: TimeSeries
    open: FloatSeries
    high: FloatSeries
    low: FloatSeries
    close: FloatSeries
    volume: FloatSeries

    @property
    def hlc(self) -> tuple[FloatSeries, FloatSeries, FloatSeries]:
        """High, low and close."""
        return self.high, self.low, self.close


def walk(bars: int, seed: int = 1) -> Market:
    """Return hourly bars of a random walk from 100, with wicks and some volume in each."""
    random = np.random.default_rng(seed)
    close = 100.0 * np.cumprod(1.0 + random.normal(0.0, 0.01, bars))
    open_ = np.concatenate([[100.0], close[:-1]])[:bars]
    high = np.maximum(open_, close) * (1.0 + np.abs(random.normal(0.0, 0.003, bars)))
    low = np.minimum(open_, close) * (1.0 - np.abs(random.normal(0.0, 0.003, bars)))
    return Market(hours(bars), open_, high, low, close, random.uniform(1.0, 50.0, bars))


def standing(prices: object) -> Market:
    """Return hourly bars that each stand still at one price, with a volume of 1."""
    price = np.array(prices, dtype=np.float64)
    return Market(hours(len(price)), price, price.copy(), price.copy(), price.copy(), np.ones(len(price)))


def hours(bars: int) -> TimeSeries:
    """Return the open times of hourly bars from a Monday midnight on."""
    return START + np.arange(bars, dtype=np.int64) * HOUR


def column(*values: float) -> FloatSeries:
    """Return the values as a series."""
    return np.array(values, dtype=np.float64)


def same(left: FloatSeries, right: FloatSeries) -> bool:
    """Return whether two series are the same to the last bit, NaN included."""
    return left.tobytes() == right.tobytes()
