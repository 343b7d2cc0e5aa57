"""Divide."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series
from app.blocks.maths.finite import finite
from app.blocks.sides import SIDES, stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries


def divide(left: FloatSeries, right: FloatSeries) -> FloatSeries:
    """Return `left` / `right`, NaN where either is or `right` is zero (rule 23)."""
    result = np.empty(len(left))
    _divide(left, right, result)
    return result


@loop
def _divide(left: FloatSeries, right: FloatSeries, result: FloatSeries) -> None:
    on = stride(right)
    for i in range(len(result)):
        below = right[i * on]
        result[i] = finite(left[i] / below) if below != 0.0 else np.nan


KIND = BlockKind(
    id="divide",
    title="Divide",
    group="Maths",
    about="Divides the left number by the right one at every bar. Division by zero gives no value.",
    phrase="{left} / {right}",
    inputs=SIDES,
    outputs=(gives_series(),),
    params=(typed_number(1.0),),
    compute=divide,
    also=("ratio", "quotient", "over", "/"),
)
