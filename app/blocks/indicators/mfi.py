"""Money flow index."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def mfi(high: FloatSeries, low: FloatSeries, close: FloatSeries, volume: FloatSeries, period: int) -> FloatSeries:
    """Return the share, from 0 to 100, of money that flowed on rises of the typical price in the last `period` bars.

    A bar's money flow is its typical price x volume; a bar whose typical price has not changed counts on neither side.
    NaN where nothing flowed in the whole window: a division by zero (rule 23; TA-Lib gives 0). Where a volume is
    unknown the index is too, and warms up anew after it.

    Source: G. Quong and A. Soudack, Stocks & Commodities, March 1989.
    """
    return standard.mfi(high, low, close, volume, period)


KIND = BlockKind(
    id="mfi",
    title="MFI",
    group="Indicators",
    about="An RSI that counts volume: how much of the money changed hands on rising prices. "
    "Below 20 is often called oversold, above 80 overbought.",
    phrase="the {period}-bar MFI",
    outputs=(gives_series(low=0, high=100, chart="own pane"),),
    params=(whole("period", default=14, low=2, high=500, unit="bars"),),
    market=("high", "low", "close", "volume"),
    compute=mfi,
    warmup=lambda period: period,
    settles=lambda period: period,
    also=("money flow index", "volume", "oversold", "overbought"),
)
