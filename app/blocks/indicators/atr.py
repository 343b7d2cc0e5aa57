"""Average true range."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def atr(high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int) -> FloatSeries:
    """Return Wilder's average true range in price units.

    The true range is the greatest of high - low, |high - close before| and |low - close before|; bar 0 has none. The
    first average, at bar `period`, is the plain mean of those of bars 1..period.

    Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
    """
    return standard.atr(high, low, close, period)


KIND = BlockKind(
    id="atr",
    title="ATR",
    group="Indicators",
    about="How far the price usually travels in one bar, gaps included, in price units. "
    "Stops are often set 2 to 3 times the 14-bar ATR away.",
    phrase="the {period}-bar ATR",
    outputs=(gives_series(low=0, chart="own pane"),),
    params=(whole("period", default=14, low=1, high=500, unit="bars"),),
    market=("high", "low", "close"),
    compute=atr,
    warmup=lambda period: period,
    settles=lambda period: 10 * period,
    also=("average true range", "volatility", "range"),
)
