"""Crosses above."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries, Signal

# What is known about a crossing downwards, with & of this: that there is none, or just that.
UPWARDS, EITHER_WAY = 0, -1


def crosses_above(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return at which bars `left` has come from below to above `right` (rule 5).

    A bar where either is unknown is unknown, and so is one with `left` above while nothing but equal or unknown
    values came before it. Otherwise the last bar on which the two differed decides.
    """
    return crossings(left, right, UPWARDS)


def crossings(left: FloatSeries, right: FloatSeries, downwards: int) -> Signal:
    """Return at which bars `left` crosses above `right`, or below it where `downwards` says that this counts too."""
    result = np.empty(len(left), np.int8)
    _crossings(left, right, downwards, result)
    return result


@loop
def _crossings(left: FloatSeries, right: FloatSeries, downwards: int, result: Signal) -> None:
    came_from_below = came_from_above = -1
    for i in range(len(result)):
        a, b = left[i], right[i]
        if a > b:
            result[i] = came_from_below
            came_from_below, came_from_above = 0, 1
        elif a < b:
            result[i] = came_from_above & downwards
            came_from_below, came_from_above = 1, 0
        elif a == b:
            result[i] = 0
        else:
            result[i] = -1


KIND = BlockKind(
    id="crosses_above",
    title="Crosses above",
    group="Comparison",
    about="True on the bar where the left number comes from below the right one to above it. Touching is not crossing.",
    phrase="{left} crosses above {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=crosses_above,
    warmup_is_least=True,
    settles=lambda value: 1,
    looks_past_gaps=True,
    also=("crossover", "cross up", "golden cross", "breaks above", "rises through"),
)
