"""Relative strength index."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.one_walk import EMAS_AND_RSI
from app.blocks.params import whole
from app.market.candles import FloatSeries


def rsi(source: FloatSeries, period: int) -> FloatSeries:
    """Return Wilder's RSI of `source`, from 0 to 100.

    Averages start as the plain mean of the first `period` changes, so bars 0..period-1 are NaN.
    A market without any change gives 50 (rule 23).

    Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
    """
    return standard.rsi(source, period)


KIND = BlockKind(
    id="rsi",
    title="RSI",
    group="Indicators",
    about="Compares recent gains with recent losses. Below 30 is often called oversold, above 70 overbought.",
    phrase="the {period}-bar RSI of {source}",
    inputs=(series("source", market="close"),),
    outputs=(gives_series(low=0, high=100, chart="own pane"),),
    params=(whole("period", default=14, low=2, high=500, unit="bars"),),
    compute=rsi,
    together=EMAS_AND_RSI,
    warmup=lambda period: period,
    settles=lambda period: 10 * period,
    also=("relative strength index", "oversold", "overbought", "momentum"),
)
