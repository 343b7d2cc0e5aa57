"""Exponential moving average."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.one_walk import EMAS_AND_RSI
from app.blocks.params import whole
from app.market.candles import FloatSeries


def ema(source: FloatSeries, period: int) -> FloatSeries:
    """Return the exponential average of `source`: before + 2 / (period + 1) x (value - before).

    The first value, at bar period-1, is the plain mean of bars 0..period-1 (rule 23).

    Source: TA-Lib EMA.
    """
    return standard.ema(source, period)


KIND = BlockKind(
    id="ema",
    title="EMA",
    group="Indicators",
    about="A moving average in which recent bars count more, so it turns sooner than an SMA. "
    "Periods of 9, 21, 50 and 200 are common.",
    phrase="the {period}-bar EMA of {source}",
    inputs=(series("source", market="close"),),
    outputs=(gives_series(chart="price"),),
    params=(whole("period", default=20, low=1, high=1000, unit="bars"),),
    compute=ema,
    together=EMAS_AND_RSI,
    warmup=lambda period: period - 1,
    settles=lambda period: 5 * period,
    also=("exponential moving average", "moving average", "MA", "trend"),
)
