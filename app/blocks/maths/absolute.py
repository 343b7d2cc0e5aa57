"""Absolute value."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series, series
from app.market.candles import FloatSeries


def absolute(source: FloatSeries) -> FloatSeries:
    """Return `source` without its sign, NaN where it is."""
    return np.abs(source)


KIND = BlockKind(
    id="absolute",
    title="Absolute value",
    group="Maths",
    about="The size of a number without its sign: 3 for both 3 and -3.",
    phrase="the size of {source}",
    inputs=(series("source"),),
    outputs=(gives_series(low=0),),
    compute=absolute,
    also=("abs", "size", "magnitude", "without sign"),
)
