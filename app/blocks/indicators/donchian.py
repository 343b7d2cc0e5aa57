"""Donchian channel."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def donchian(high: FloatSeries, low: FloatSeries, period: int) -> tuple[FloatSeries, FloatSeries, FloatSeries]:
    """Return the highest high and the lowest low of the last `period` bars, and between them the middle of the two.

    The current bar is included, so a close is never beyond the channel of its own bar.

    Source: R. Donchian's four-week rule, 1960.
    """
    upper = standard.highest(high, period)
    lower = standard.lowest(low, period)
    return upper, (upper + lower) / 2.0, lower


KIND = BlockKind(
    id="donchian",
    title="Donchian channel",
    group="Indicators",
    about="The highest high and lowest low of the last bars, this one included. "
    "For a breakout compare the close with the channel of 1 bar ago. 20 and 55 bars are the classics.",
    phrase="the middle of the {period}-bar Donchian channel",
    outputs=(
        gives_series("upper", low=0, chart="price", phrase="the top of the {period}-bar Donchian channel"),
        gives_series("middle", low=0, chart="price"),
        gives_series("lower", low=0, chart="price", phrase="the bottom of the {period}-bar Donchian channel"),
    ),
    params=(whole("period", default=20, low=1, high=500, unit="bars"),),
    market=("high", "low"),
    compute=donchian,
    warmup=lambda period: period - 1,
    settles=lambda period: period - 1,
    also=("breakout", "turtle", "price channel", "highest high", "lowest low"),
)
