"""Crosses, either way."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries, Signal


def crosses(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return at which bars `left` crosses above `right` or below it: the two joined by OR (rule 5)."""
    result = np.empty(len(left), np.int8)
    _crosses(left, right, result)
    return result


@loop
def _crosses(left: FloatSeries, right: FloatSeries, result: Signal) -> None:
    came_from_below = came_from_above = -1
    for i in range(len(result)):
        a, b = left[i], right[i]
        if a > b:
            result[i] = came_from_below
            came_from_below, came_from_above = 0, 1
        elif a < b:
            result[i] = came_from_above
            came_from_below, came_from_above = 1, 0
        elif a == b:
            result[i] = 0
        else:
            result[i] = -1


KIND = BlockKind(
    id="crosses",
    title="Crosses",
    group="Comparison",
    about="True on the bar where the left number changes sides with the right one, upwards or downwards.",
    phrase="{left} crosses {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=crosses,
    warmup_is_least=True,
    settles=lambda value: 1,
    looks_past_gaps=True,
    also=("crosses either way", "changes sides", "passes through"),
)
