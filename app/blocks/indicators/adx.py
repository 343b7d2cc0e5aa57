"""Average directional index."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def adx(
    high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int
) -> tuple[FloatSeries, FloatSeries, FloatSeries]:
    """Return Wilder's ADX and the +DI and -DI it is made of, from 0 to 100.

    +DI and -DI begin at bar `period`; the first ADX, at bar 2 x period - 1, is the plain mean of the first `period`
    DX, later ones are smoothed. A market that has not moved since its first bar has no direction: a division by zero,
    unknown (rule 23; TA-Lib gives 0).

    Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
    """
    return standard.directional_movement(high, low, close, period)


def _first_di(period: int) -> int:
    return period


KIND = BlockKind(
    id="adx",
    title="ADX",
    group="Indicators",
    about="How strong a trend is, whichever way it goes: above 25 is often called a trend, below 20 none. "
    "+DI above -DI says the trend is up.",
    phrase="the {period}-bar ADX",
    outputs=(
        gives_series("adx", low=0, high=100, chart="own pane"),
        gives_series("plus_di", low=0, high=100, chart="own pane", warmup=_first_di, phrase="the {period}-bar +DI"),
        gives_series("minus_di", low=0, high=100, chart="own pane", warmup=_first_di, phrase="the {period}-bar -DI"),
    ),
    params=(whole("period", default=14, low=2, high=500, unit="bars"),),
    market=("high", "low", "close"),
    compute=adx,
    warmup=lambda period: 2 * period - 1,
    # Smoothed twice: 10 periods for the directional movement, 10 more for the average of what follows from it.
    settles=lambda period: 20 * period,
    also=("average directional index", "directional movement", "DMI", "DI", "trend strength"),
)
