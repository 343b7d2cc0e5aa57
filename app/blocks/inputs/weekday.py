"""Weekday."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries, TimeSeries
from app.market.timeframe import DAY_MS


def weekday(time: TimeSeries) -> FloatSeries:
    """Return the UTC weekday of each bar's open time (rule 23), from 1 for Monday to 7 for Sunday."""
    # Day 0, 1 January 1970, was a Thursday.
    return ((time // DAY_MS + 3) % 7 + 1).astype(np.float64)


KIND = BlockKind(
    id="weekday",
    title="Weekday",
    group="Inputs",
    about="The day of the week on which the bar opens, UTC: 1 is Monday, 5 Friday, 6 and 7 the weekend.",
    phrase="the weekday (Monday is 1)",
    outputs=(gives_series(low=1, high=7),),
    market=("time",),
    compute=weekday,
    also=("day of week", "weekend", "Monday"),
)
