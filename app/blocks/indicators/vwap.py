"""Volume-weighted average price of the day."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries, TimeSeries
from app.market.timeframe import DAY_MS


def vwap(time: TimeSeries, high: FloatSeries, low: FloatSeries, close: FloatSeries, volume: FloatSeries) -> FloatSeries:
    """Return the mean typical price since UTC midnight, each bar weighted with its volume (rule 23).

    A bar belongs to the day of its open time. NaN while no volume has traded that day, and from a bar of unknown volume
    to the end of its day.
    """
    money = standard.typical_price(high, low, close) * volume
    traded = volume.copy()
    for start, end in _days(time):
        np.add.accumulate(money[start:end], out=money[start:end])
        np.add.accumulate(traded[start:end], out=traded[start:end])
    with np.errstate(invalid="ignore"):
        return money / traded


def _days(time: TimeSeries) -> Iterator[tuple[int, int]]:
    """Return the rows of each UTC day: the first one, and the one after the last."""
    midnights = np.flatnonzero(np.diff(time // DAY_MS)) + 1
    edges = [0, *midnights.tolist(), len(time)]
    return pairwise(edges)


KIND = BlockKind(
    id="vwap",
    title="VWAP",
    group="Indicators",
    about="The average price paid since midnight UTC, busy bars counting more. "
    "Above it buyers of the day are in profit on average. Made for bars shorter than a day.",
    phrase="the VWAP since midnight UTC",
    outputs=(gives_series(low=0, chart="price"),),
    market=("time", "high", "low", "close", "volume"),
    compute=vwap,
    settles_ms=DAY_MS,
    also=("volume weighted average price", "fair price", "volume"),
)
