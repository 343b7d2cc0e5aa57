"""Subtract."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series
from app.blocks.maths.finite import finite
from app.blocks.sides import SIDES, stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries


def subtract(left: FloatSeries, right: FloatSeries) -> FloatSeries:
    """Return `left` - `right`, NaN where either is."""
    result = np.empty(len(left))
    _subtract(left, right, result)
    return result


@loop
def _subtract(left: FloatSeries, right: FloatSeries, result: FloatSeries) -> None:
    on = stride(right)
    for i in range(len(result)):
        result[i] = finite(left[i] - right[i * on])


KIND = BlockKind(
    id="subtract",
    title="Subtract",
    group="Maths",
    about="Takes the right number from the left one at every bar.",
    phrase="{left} - {right}",
    inputs=SIDES,
    outputs=(gives_series(),),
    params=(typed_number(0.0),),
    compute=subtract,
    also=("minus", "difference", "spread", "-"),
)
