"""Volume."""

from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries


def traded_volume(volume: FloatSeries) -> FloatSeries:
    """Return the volume of each bar, the market column itself; NaN where the source gives none."""
    return volume


KIND = BlockKind(
    id="volume",
    title="Volume",
    group="Inputs",
    about="How much was traded in a bar, in units of what is bought, such as BTC. Unknown where the source gives none.",
    phrase="volume",
    outputs=(gives_series(low=0, chart="own pane"),),
    market=("volume",),
    compute=traded_volume,
    also=("turnover", "traded amount"),
)
