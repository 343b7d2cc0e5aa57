"""Weighted moving average."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def wma(source: FloatSeries, period: int) -> FloatSeries:
    """Return the mean of the last `period` values of `source` with weights 1, 2 .. period, the newest most.

    Source: TA-Lib WMA.
    """
    return standard.wma(source, period)


KIND = BlockKind(
    id="wma",
    title="WMA",
    group="Indicators",
    about="A moving average in which each newer bar weighs one step more than the bar before it. "
    "Periods from 10 to 50 are common.",
    phrase="the {period}-bar WMA of {source}",
    inputs=(series("source", market="close"),),
    outputs=(gives_series(chart="price"),),
    params=(whole("period", default=20, low=1, high=1000, unit="bars"),),
    compute=wma,
    warmup=lambda period: period - 1,
    settles=lambda period: period - 1,
    also=("weighted moving average", "linear weighted moving average", "moving average", "LWMA", "MA"),
)
