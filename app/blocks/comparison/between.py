"""Between."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal, series
from app.blocks.sides import stride, typed_number
from app.compiled import loop
from app.market.candles import FloatSeries, Signal


def between(source: FloatSeries, low: FloatSeries, high: FloatSeries) -> Signal:
    """Return whether `low` <= `source` <= `high`, unknown where any of the three is (rule 5)."""
    result = np.empty(len(source), np.int8)
    _between(source, low, high, result)
    return result


@loop
def _between(source: FloatSeries, low: FloatSeries, high: FloatSeries, result: Signal) -> None:
    on_low, on_high = stride(low), stride(high)
    for i in range(len(result)):
        value, a, b = source[i], low[i * on_low], high[i * on_high]
        # Only NaN differs from itself.
        unknown = (value != value) | (a != a) | (b != b)
        result[i] = -1 if unknown else (1 if (a <= value) & (value <= b) else 0)


KIND = BlockKind(
    id="between",
    title="Between",
    group="Comparison",
    about="True while a number is inside a range, its ends included.",
    phrase="{source} is between {low} and {high}",
    inputs=(series("source"), series("low", param="low_value"), series("high", param="high_value")),
    outputs=(gives_signal(),),
    params=(typed_number(0.0, "low_value"), typed_number(100.0, "high_value")),
    compute=between,
    also=("range", "inside", "within", "from to"),
)
