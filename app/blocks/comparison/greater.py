"""Greater than."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries, Signal


def greater(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return whether `left` > `right`, unknown where either is (rule 5)."""
    result = np.empty(max(len(left), len(right)), np.int8)
    _greater(left, right, result)
    return result


@loop
def _greater(left: FloatSeries, right: FloatSeries, result: Signal) -> None:
    on_left, on_right = stride(left), stride(right)
    for i in range(len(result)):
        a, b = left[i * on_left], right[i * on_right]
        # Comparing with NaN is false: what is neither way round is unknown.
        result[i] = 1 if a > b else (0 if a <= b else -1)


KIND = BlockKind(
    id="greater",
    title="Greater than",
    group="Comparison",
    about="True while the left number is above the right one. Equal is not enough.",
    phrase="{left} is above {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=greater,
    also=("above", "more than", "over", "higher than", ">"),
)
