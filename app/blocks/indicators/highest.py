"""Highest value of the last bars."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def highest(source: FloatSeries, period: int) -> FloatSeries:
    """Return the greatest of the last `period` values of `source`, the current bar's included.

    Source: TA-Lib MAX.
    """
    return standard.highest(source, period)


KIND = BlockKind(
    id="highest",
    title="Highest",
    group="Indicators",
    about="The highest value of the last bars, this one included; of the highs unless something else is connected. "
    "20 bars is a common choice.",
    phrase="the highest of {source} over {period} bars",
    inputs=(series("source", market="high"),),
    outputs=(gives_series(chart="price"),),
    params=(whole("period", default=20, low=1, high=500, unit="bars"),),
    compute=highest,
    warmup=lambda period: period - 1,
    settles=lambda period: period - 1,
    also=("maximum", "highest high", "breakout", "resistance"),
)
