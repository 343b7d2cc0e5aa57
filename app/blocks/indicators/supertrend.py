"""Supertrend."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import number, whole
from app.market.candles import FloatSeries


def supertrend(
    high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int, multiplier: float
) -> tuple[FloatSeries, FloatSeries]:
    """Return the Supertrend line and its direction: 1 up, the line below the price; -1 down, the line above it.

    The bands lie `multiplier` x ATR around (high + low) / 2. The lower one only rises and the upper one only falls,
    until a close beyond it sets it free. The direction turns down on a close below the lower band and up on a close
    above the upper one. At its first bar, bar `period`, it counts as up; that choice lasts until the first turn.

    Source: O. Seban's Supertrend, as TA-Lib SUPERTREND.
    """
    return standard.supertrend(high, low, close, period, multiplier)


KIND = BlockKind(
    id="supertrend",
    title="Supertrend",
    group="Indicators",
    about="A line that trails the price at a few ATR and changes sides when the close breaks it. "
    "Direction is 1 in an up-trend and -1 in a down-trend. 10 bars and 3 ATR are usual.",
    phrase="the Supertrend line ({period} bars, {multiplier} ATR)",
    outputs=(
        gives_series("value", chart="price"),
        gives_series("direction", low=-1, high=1, phrase="the Supertrend direction ({period} bars, {multiplier} ATR)"),
    ),
    params=(
        whole("period", default=10, low=2, high=500, unit="bars"),
        number("multiplier", default=3.0, low=0.1, high=20.0, unit="ATR"),
    ),
    market=("high", "low", "close"),
    compute=supertrend,
    warmup=lambda period, multiplier: period,
    # 10 periods for the ATR, and as many for a turn, which makes one of any two beginnings.
    settles=lambda period, multiplier: 20 * period,
    also=("super trend", "trailing stop", "trend follower", "volatility stop"),
)
