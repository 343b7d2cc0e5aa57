"""At least."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries, Signal


def at_least(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return whether `left` >= `right`, unknown where either is (rule 5)."""
    result = np.empty(max(len(left), len(right)), np.int8)
    _at_least(left, right, result)
    return result


@loop
def _at_least(left: FloatSeries, right: FloatSeries, result: Signal) -> None:
    on_left, on_right = stride(left), stride(right)
    for i in range(len(result)):
        a, b = left[i * on_left], right[i * on_right]
        # Comparing with NaN is false: what is neither way round is unknown.
        result[i] = 1 if a >= b else (0 if a < b else -1)


KIND = BlockKind(
    id="at_least",
    title="At least",
    group="Comparison",
    about="True while the left number is above the right one or equal to it.",
    phrase="{left} is at least {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=at_least,
    also=("greater or equal", "not below", ">="),
)
