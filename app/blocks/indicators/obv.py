"""On-balance volume."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.market.candles import FloatSeries


def obv(close: FloatSeries, volume: FloatSeries) -> FloatSeries:
    """Return the running total of volume, added on a higher close, taken off on a lower one, in units of volume.

    It starts with the first bar's volume, as in TA-Lib, so its level depends on where the data begin; its rises and
    falls do not. NaN where the volume is unknown; after that it starts anew.

    Source: J. Granville, New Key to Stock Market Profits, 1963.
    """
    return standard.obv(close, volume)


KIND = BlockKind(
    id="obv",
    title="OBV",
    group="Indicators",
    about="Adds the volume of rising bars and takes off that of falling ones. "
    "Only its direction means something: its level depends on where the data begin.",
    phrase="the on-balance volume",
    outputs=(gives_series(chart="own pane"),),
    market=("close", "volume"),
    compute=obv,
    also=("on balance volume", "volume", "accumulation"),
)
