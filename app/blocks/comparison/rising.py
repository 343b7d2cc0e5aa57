"""Rising."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal, series
from app.blocks.params import whole
from app.compiled import loop
from app.market.candles import FloatSeries, Signal


def rising(source: FloatSeries, bars: int) -> Signal:
    """Return whether each of the last `bars` values is above the one before it (rule 23).

    That is an AND of `bars` comparisons: false as soon as one of them is, unknown if one is unknown and none false.
    """
    result = np.empty(len(source), np.int8)
    _rising(source, bars, result)
    return result


@loop
def _rising(source: FloatSeries, bars: int, result: Signal) -> None:
    before = np.nan
    # The last bars at which the step up to that bar was no rise, and at which it was unknown, as that to bar 0 is.
    no_rise = unknown = -bars
    for i in range(len(result)):
        now = source[i]
        # A choice between two values costs less than a branch that depends on the market.
        no_rise = i if now <= before else no_rise
        unknown = unknown if (now <= before) | (now > before) else i
        before = now
        result[i] = 0 if no_rise > i - bars else (-1 if unknown > i - bars else 1)


def _words(bars: int) -> str:
    return "{source} is rising" if bars == 1 else "{source} has been rising for {bars} bars"


KIND = BlockKind(
    id="rising",
    title="Rising",
    group="Comparison",
    about="True when a number has gone up on each of the last bars. Staying the same once is enough to make it false.",
    phrase=_words,
    inputs=(series("source"),),
    outputs=(gives_signal(),),
    params=(whole("bars", default=3, low=1, high=100_000, unit="bars"),),
    compute=rising,
    warmup=lambda bars: 1,
    warmup_is_least=True,
    settles=lambda bars: bars,
    looks_past_gaps=True,
    also=("going up", "increasing", "up for", "higher closes"),
)
