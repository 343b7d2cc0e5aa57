"""Open price."""

from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries


def open_price(open: FloatSeries) -> FloatSeries:
    """Return the open price of each bar, the market column itself."""
    return open


KIND = BlockKind(
    id="open",
    title="Open",
    group="Inputs",
    about="The first price traded in a bar, for example in the hour from 13:00 to 14:00.",
    phrase="open",
    outputs=(gives_series(low=0),),
    market=("open",),
    compute=open_price,
    also=("open price", "opening price", "first price"),
)
