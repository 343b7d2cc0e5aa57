"""Typical price."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries


def typical(high: FloatSeries, low: FloatSeries, close: FloatSeries) -> FloatSeries:
    """Return (high + low + close) / 3 of each bar."""
    return standard.typical_price(high, low, close)


KIND = BlockKind(
    id="typical",
    title="Typical price",
    group="Inputs",
    about="The mean of a bar's high, low and close: one number for where the bar traded.",
    phrase="the typical price",
    outputs=(gives_series(low=0, chart="price"),),
    market=("high", "low", "close"),
    compute=typical,
    also=("hlc3", "average price", "pivot"),
)
