"""Multiply."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series
from app.blocks.maths.finite import finite
from app.blocks.sides import SIDES, stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries


def multiply(left: FloatSeries, right: FloatSeries) -> FloatSeries:
    """Return `left` x `right`, NaN where either is."""
    result = np.empty(len(left))
    _multiply(left, right, result)
    return result


@loop
def _multiply(left: FloatSeries, right: FloatSeries, result: FloatSeries) -> None:
    on = stride(right)
    for i in range(len(result)):
        result[i] = finite(left[i] * right[i * on])


KIND = BlockKind(
    id="multiply",
    title="Multiply",
    group="Maths",
    about="Multiplies two numbers at every bar, for example the average volume by 2.",
    phrase="{left} x {right}",
    inputs=SIDES,
    outputs=(gives_series(),),
    params=(typed_number(1.0),),
    compute=multiply,
    also=("times", "product", "factor", "*"),
)
