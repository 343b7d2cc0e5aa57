"""Maximum."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series
from app.blocks.maths.finite import finite
from app.blocks.sides import SIDES, stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries


def maximum(left: FloatSeries, right: FloatSeries) -> FloatSeries:
    """Return the greater of both sides, NaN where either is."""
    result = np.empty(len(left))
    _maximum(left, right, result)
    return result


@loop
def _maximum(left: FloatSeries, right: FloatSeries, result: FloatSeries) -> None:
    on = stride(right)
    for i in range(len(result)):
        a, b = left[i], right[i * on]
        # Comparing with NaN is false: what is neither way round is unknown.
        result[i] = finite(a if a >= b else (b if b > a else np.nan))


KIND = BlockKind(
    id="maximum",
    title="Maximum",
    group="Maths",
    about="The greater of two numbers at every bar.",
    phrase="the greater of {left} and {right}",
    inputs=SIDES,
    outputs=(gives_series(),),
    params=(typed_number(0.0),),
    compute=maximum,
    also=("max", "higher", "greater", "most"),
)
