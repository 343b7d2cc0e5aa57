"""Volume-weighted average price of the day."""

import numpy as np

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.compiled import loop
from app.market.candles import FloatSeries, TimeSeries
from app.market.timeframe import DAY_MS


def vwap(time: TimeSeries, high: FloatSeries, low: FloatSeries, close: FloatSeries, volume: FloatSeries) -> FloatSeries:
    """Return the mean typical price since UTC midnight, each bar weighted with its volume (rule 23).

    A bar belongs to the day of its open time. NaN while no volume has traded that day, and from a bar of unknown volume
    to the end of its day.
    """
    values = np.empty(len(time))
    if len(time):
        _since_midnight(time, standard.typical_price(high, low, close), volume, values)
    return values


@loop
def _since_midnight(time: TimeSeries, price: FloatSeries, volume: FloatSeries, values: FloatSeries) -> None:
    """Write the mean price since midnight, weighted with the volume, into `values`."""
    midnight = time[0]
    money = traded = 0.0
    for i in range(len(time)):
        if time[i] >= midnight:
            midnight = (time[i] // DAY_MS + 1) * DAY_MS
            money = traded = 0.0
        money += price[i] * volume[i]
        traded += volume[i]
        values[i] = money / traded if traded > 0.0 else np.nan


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
