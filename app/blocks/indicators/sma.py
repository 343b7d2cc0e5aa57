"""Simple moving average."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def sma(source: FloatSeries, period: int) -> FloatSeries:
    """Return the plain mean of the last `period` values of `source`, the current bar's included.

    Source: TA-Lib SMA.
    """
    return standard.sma(source, period)


KIND = BlockKind(
    id="sma",
    title="SMA",
    group="Indicators",
    about="The mean of the last bars, each counting the same. Periods of 20, 50 and 200 are the best known.",
    phrase="the {period}-bar SMA of {source}",
    inputs=(series("source", market="close"),),
    outputs=(gives_series(chart="price"),),
    params=(whole("period", default=20, low=1, high=1000, unit="bars"),),
    compute=sma,
    warmup=lambda period: period - 1,
    settles=lambda period: period - 1,
    also=("simple moving average", "moving average", "MA", "mean", "trend"),
)
