"""High price."""

from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries


def high_price(high: FloatSeries) -> FloatSeries:
    """Return the high price of each bar, the market column itself."""
    return high


KIND = BlockKind(
    id="high",
    title="High",
    group="Inputs",
    about="The highest price traded in a bar.",
    phrase="high",
    outputs=(gives_series(low=0),),
    market=("high",),
    compute=high_price,
    also=("high price", "top", "maximum"),
)
