"""Keltner channel."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import number, whole
from app.market.candles import FloatSeries


def keltner(
    high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int, atr_period: int, multiplier: float
) -> tuple[FloatSeries, FloatSeries, FloatSeries]:
    """Return the upper, middle and lower line: the EMA of the close and `multiplier` x ATR above and below it.

    EMA and ATR are those of the blocks of these names, each from its own first value.

    Source: L. B. Raschke's form of C. Keltner's channel; TA-Lib KC takes the EMA of the typical price instead.
    """
    middle = standard.ema(close, period)
    width = multiplier * standard.atr(high, low, close, atr_period)
    return middle + width, middle, middle - width


def _first_middle(period: int, atr_period: int, multiplier: float) -> int:
    return period - 1


KIND = BlockKind(
    id="keltner",
    title="Keltner channel",
    group="Indicators",
    about="A moving average with a line a few ATR above and below it. "
    "20 bars, 10 bars for the ATR and a multiple of 2 are usual.",
    phrase="the middle of the Keltner channel ({period} bars)",
    outputs=(
        gives_series(
            "upper",
            chart="price",
            phrase="the top of the Keltner channel ({period} bars, {multiplier} {atr_period}-bar ATR)",
        ),
        gives_series("middle", chart="price", warmup=_first_middle),
        gives_series(
            "lower",
            chart="price",
            phrase="the bottom of the Keltner channel ({period} bars, {multiplier} {atr_period}-bar ATR)",
        ),
    ),
    params=(
        whole("period", default=20, low=1, high=500, unit="bars"),
        whole("atr_period", default=10, low=1, high=500, unit="bars"),
        number("multiplier", default=2.0, low=0.1, high=20.0, unit="ATR"),
    ),
    market=("high", "low", "close"),
    compute=keltner,
    warmup=lambda period, atr_period, multiplier: max(period - 1, atr_period),
    settles=lambda period, atr_period, multiplier: max(5 * period, 10 * atr_period),
    also=("bands", "channel", "envelope", "volatility", "squeeze"),
)
