"""Moving average convergence divergence."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.one_walk import emas_and_rsi
from app.blocks.params import whole
from app.market.candles import FloatSeries


def macd(source: FloatSeries, fast: int, slow: int, signal: int) -> tuple[FloatSeries, FloatSeries, FloatSeries]:
    """Return the MACD of `source`, its signal line and their difference, the histogram.

    The MACD is the fast EMA less the slow EMA, each seeded with a plain mean at its own first value (rule 23); the
    signal line is the EMA of the MACD, seeded the same way from the MACD's first value. TA-Lib's MACD starts its fast
    EMA later and differs from this in its first values.

    Source: G. Appel, Technical Analysis: Power Tools for Active Investors, 2005.
    """
    fast_ema, slow_ema = emas_and_rsi(source, (fast, slow))
    difference = fast_ema - slow_ema
    signal_line = standard.ema(difference, signal)
    return difference, signal_line, difference - signal_line


def _first(fast: int, slow: int, signal: int) -> int:
    return max(fast, slow) - 1


def _first_signal(fast: int, slow: int, signal: int) -> int:
    return max(fast, slow) + signal - 2


KIND = BlockKind(
    id="macd",
    title="MACD",
    group="Indicators",
    about="How far a fast moving average is above or below a slow one, in price units. "
    "Crossing its signal line, or zero, is read as a change of momentum.",
    phrase="the MACD ({fast}, {slow}) of {source}",
    inputs=(series("source", market="close"),),
    outputs=(
        gives_series("macd", chart="own pane", warmup=_first),
        gives_series(
            "signal_line", chart="own pane", phrase="the MACD signal line ({fast}, {slow}, {signal}) of {source}"
        ),
        gives_series("histogram", chart="own pane", phrase="the MACD histogram ({fast}, {slow}, {signal}) of {source}"),
    ),
    params=(
        whole("fast", default=12, low=1, high=500, unit="bars"),
        whole("slow", default=26, low=1, high=500, unit="bars"),
        whole("signal", default=9, low=1, high=500, unit="bars"),
    ),
    compute=macd,
    warmup=_first_signal,
    settles=lambda fast, slow, signal: 5 * max(fast, slow) + 5 * signal,
    also=("moving average convergence divergence", "momentum", "signal line", "histogram"),
)
