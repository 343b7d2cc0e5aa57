"""Low price."""

from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries


def low_price(low: FloatSeries) -> FloatSeries:
    """Return the low price of each bar, the market column itself."""
    return low


KIND = BlockKind(
    id="low",
    title="Low",
    group="Inputs",
    about="The lowest price traded in a bar.",
    phrase="low",
    outputs=(gives_series(low=0),),
    market=("low",),
    compute=low_price,
    also=("low price", "bottom", "minimum"),
)
