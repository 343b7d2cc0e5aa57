"""Commodity channel index."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def cci(high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int) -> FloatSeries:
    """Return how far the typical price is from its mean: (price - mean) / (0.015 x mean absolute deviation).

    NaN where the typical price has not moved for the whole window: a division by zero (rule 23; TA-Lib gives 0).

    Source: D. Lambert, Commodities magazine, October 1980.
    """
    return standard.cci(high, low, close, period)


KIND = BlockKind(
    id="cci",
    title="CCI",
    group="Indicators",
    about="How unusual the price is compared with the last bars. Mostly between -100 and 100; "
    "beyond that it is often called oversold or overbought.",
    phrase="the {period}-bar CCI",
    outputs=(gives_series(chart="own pane"),),
    params=(whole("period", default=20, low=2, high=500, unit="bars"),),
    market=("high", "low", "close"),
    compute=cci,
    warmup=lambda period: period - 1,
    settles=lambda period: period - 1,
    also=("commodity channel index", "oversold", "overbought", "momentum"),
)
