"""Previous value."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def previous(source: FloatSeries, bars: int) -> FloatSeries:
    """Return what `source` was `bars` bars ago; bars 0..bars-1 are NaN."""
    result = np.empty(len(source))
    result[:bars] = np.nan
    result[bars:] = source[:-bars]
    return result


def _words(bars: int) -> str:
    return "{source} one bar before" if bars == 1 else "{source} {bars} bars before"


KIND = BlockKind(
    id="previous",
    title="Previous value",
    group="Maths",
    about="What a number was some bars ago. Bars that the market does not have are not counted.",
    phrase=_words,
    inputs=(series("source"),),
    outputs=(gives_series(),),
    params=(whole("bars", default=1, low=1, high=100_000, unit="bars"),),
    compute=previous,
    warmup=lambda bars: bars,
    settles=lambda bars: bars,
    looks_past_gaps=True,
    also=("shift", "lag", "bars ago", "before", "last value"),
)
