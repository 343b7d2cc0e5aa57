"""True within the last bars."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal, signal
from app.blocks.params import whole
from app.compiled import loop
from app.market.candles import Signal


def within_last(when: Signal, bars: int) -> Signal:
    """Return whether `when` is true on any of the last `bars` bars, the current one included (rule 23).

    That is an OR: true as soon as one of them is, unknown if one is unknown and none true; bars before the data are
    unknown.
    """
    result = np.empty(len(when), np.int8)
    _within_last(when, bars, result)
    return result


@loop
def _within_last(when: Signal, bars: int, result: Signal) -> None:
    # The last bars at which `when` was true, and at which it was unknown, as bar -1 is.
    true, unknown = -bars, -1
    for i in range(len(result)):
        now = when[i]
        true = i if now == 1 else true
        unknown = i if now == -1 else unknown
        result[i] = 1 if true > i - bars else (-1 if unknown > i - bars else 0)


def _words(bars: int) -> str:
    return "{when} on this bar" if bars == 1 else "{when} at some time in the last {bars} bars"


KIND = BlockKind(
    id="within_last",
    title="True within the last bars",
    group="Comparison",
    about="True if a condition has been true on any of the last bars, the current one included.",
    phrase=_words,
    inputs=(signal("when"),),
    outputs=(gives_signal(),),
    params=(whole("bars", default=5, low=1, high=100_000, unit="bars"),),
    compute=within_last,
    warmup_is_least=True,
    settles=lambda bars: bars - 1,
    looks_past_gaps=True,
    also=("recently", "happened", "memory", "since", "in the last"),
)
