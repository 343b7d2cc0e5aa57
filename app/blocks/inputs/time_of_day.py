"""Time of day."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries, TimeSeries
from app.market.timeframe import DAY_MS, HOUR_MS


def time_of_day(time: TimeSeries) -> FloatSeries:
    """Return the hours from UTC midnight to each bar's open time (rule 23): 13.5 is half past one in the afternoon."""
    return np.divide(time % DAY_MS, HOUR_MS)


KIND = BlockKind(
    id="time_of_day",
    title="Time of day",
    group="Inputs",
    about="The hour at which the bar opens, UTC, from 0 to just under 24. Half past one in the afternoon is 13.5.",
    phrase="the time of day (UTC hours)",
    outputs=(gives_series(low=0, high=24),),
    market=("time",),
    compute=time_of_day,
    also=("hour", "clock", "session", "trading hours"),
)
