"""Slow stochastic oscillator."""

import numpy as np

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def stochastic(
    high: FloatSeries, low: FloatSeries, close: FloatSeries, k_period: int, k_smooth: int, d_period: int
) -> tuple[FloatSeries, FloatSeries]:
    """Return the slow %K and %D, from 0 to 100.

    Raw %K is where the close lies between the lowest low (0) and the highest high (100) of the last `k_period` bars;
    %K is its `k_smooth`-bar SMA and %D the `d_period`-bar SMA of %K. Where all of the window is one price, raw %K is a
    division by zero and unknown (rule 23), and the averages warm up anew after it. A `k_smooth` of 1 leaves %K raw.

    Source: G. Lane, Lane's Stochastics, 1984; TA-Lib STOCH with simple averages.
    """
    top = standard.highest(high, k_period)
    bottom = standard.lowest(low, k_period)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = 100.0 * ((close - bottom) / (top - bottom))
    k = standard.sma(raw, k_smooth)
    d = standard.sma(k, d_period)
    # A rolling sum can end a rounding error outside of what it averages.
    return k.clip(0.0, 100.0, out=k), d.clip(0.0, 100.0, out=d)


def _first_k(k_period: int, k_smooth: int, d_period: int) -> int:
    return k_period + k_smooth - 2


def _first_d(k_period: int, k_smooth: int, d_period: int) -> int:
    return k_period + k_smooth + d_period - 3


KIND = BlockKind(
    id="stochastic",
    title="Stochastic",
    group="Indicators",
    about="Where the close lies between the low and the high of the last bars. "
    "Below 20 is often called oversold, above 80 overbought.",
    phrase="the stochastic %K ({k_period}, {k_smooth})",
    outputs=(
        gives_series("k", low=0, high=100, chart="own pane", warmup=_first_k),
        gives_series(
            "d", low=0, high=100, chart="own pane", phrase="the stochastic %D ({k_period}, {k_smooth}, {d_period})"
        ),
    ),
    params=(
        whole("k_period", default=14, low=2, high=500, unit="bars"),
        whole("k_smooth", default=3, low=1, high=500, unit="bars"),
        whole("d_period", default=3, low=1, high=500, unit="bars"),
    ),
    market=("high", "low", "close"),
    compute=stochastic,
    warmup=_first_d,
    settles=_first_d,
    also=("oscillator", "%K", "%D", "oversold", "overbought", "momentum"),
)
