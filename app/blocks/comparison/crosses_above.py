"""Crosses above."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries, Signal


def crosses_above(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return at which bars `left` has come from below to above `right` (rule 5).

    A bar where either is unknown is unknown, and so is one with `left` above while nothing but equal or unknown
    values came before it. Otherwise the last bar on which the two differed decides.
    """
    result = np.empty(max(len(left), len(right)), np.int8)
    _crosses_above(left, right, result)
    return result


@loop
def _crosses_above(left: FloatSeries, right: FloatSeries, result: Signal) -> None:
    on_left, on_right = stride(left), stride(right)
    # As if the two differed on every bar, which they mostly do: without branches, this takes half the time.
    was_below, alike = False, 0
    for i in range(len(result)):
        a, b = left[i * on_left], right[i * on_right]
        above, below = a > b, a < b
        result[i] = above & was_below
        was_below = below
        alike += not (above | below)
    # Bar by bar, up to the first one after which they differ on every bar.
    came_from_below = -1
    for i in range(len(result)):
        a, b = left[i * on_left], right[i * on_right]
        if a == b:
            result[i] = 0
        elif a != a or b != b:  # only NaN differs from itself
            result[i] = -1
        else:
            result[i] = came_from_below if a > b else 0
            came_from_below = int(a < b)
            if alike == 0:
                break
            continue
        alike -= 1


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
