"""Lowest value of the last bars."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def lowest(source: FloatSeries, period: int) -> FloatSeries:
    """Return the smallest of the last `period` values of `source`, the current bar's included.

    Source: TA-Lib MIN.
    """
    return standard.lowest(source, period)


KIND = BlockKind(
    id="lowest",
    title="Lowest",
    group="Indicators",
    about="The lowest value of the last bars, this one included; of the lows unless something else is connected. "
    "20 bars is a common choice.",
    phrase="the lowest of {source} over {period} bars",
    inputs=(series("source", market="low"),),
    outputs=(gives_series(chart="price"),),
    params=(whole("period", default=20, low=1, high=500, unit="bars"),),
    compute=lowest,
    warmup=lambda period: period - 1,
    settles=lambda period: period - 1,
    also=("minimum", "lowest low", "breakdown", "support"),
)
