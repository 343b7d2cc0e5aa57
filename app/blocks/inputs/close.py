"""Close price."""

from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries


def close_price(close: FloatSeries) -> FloatSeries:
    """Return the close price of each bar, the market column itself."""
    return close


KIND = BlockKind(
    id="close",
    title="Close",
    group="Inputs",
    about="The last price traded in a bar. Most indicators look at it unless told otherwise.",
    phrase="close",
    outputs=(gives_series(low=0),),
    market=("close",),
    compute=close_price,
    also=("close price", "closing price", "last price", "price"),
)
