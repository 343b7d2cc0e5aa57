"""Percent change."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.maths.finite import finite
from app.blocks.params import whole
from app.compiled import loop
from app.market.candles import FloatSeries


def percent_change(source: FloatSeries, bars: int) -> FloatSeries:
    """Return the change of `source` over `bars` bars in percent of the earlier value: 5.0 is 5 %.

    Bars 0..bars-1 are NaN, and so is every bar whose earlier value is zero (rule 23).
    """
    result = np.empty(len(source))
    result[:bars] = np.nan
    _percent_change(source[:-bars], source[bars:], result[bars:])
    return result


@loop
def _percent_change(before: FloatSeries, now: FloatSeries, result: FloatSeries) -> None:
    for i in range(len(result)):
        base = before[i]
        result[i] = finite((now[i] - base) / base * 100.0) if base != 0.0 else np.nan


def _words(bars: int) -> str:
    return f"the percent change of {{source}} over {'one bar' if bars == 1 else '{bars} bars'}"


KIND = BlockKind(
    id="percent_change",
    title="Percent change",
    group="Maths",
    about="How much a number has changed over some bars, in percent: 5 means 5 % higher, -5 means 5 % lower.",
    phrase=_words,
    inputs=(series("source"),),
    outputs=(gives_series(),),
    params=(whole("bars", default=1, low=1, high=100_000, unit="bars"),),
    compute=percent_change,
    warmup=lambda bars: bars,
    settles=lambda bars: bars,
    looks_past_gaps=True,
    also=("return", "change", "gain", "loss", "momentum", "%"),
)
