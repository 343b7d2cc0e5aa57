"""Less than."""

from app.blocks.comparison.greater import greater
from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, typed_number
from app.market.candles import FloatSeries, Signal


def less(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return whether `left` < `right`, unknown where either is (rule 5)."""
    return greater(right, left)


KIND = BlockKind(
    id="less",
    title="Less than",
    group="Comparison",
    about="True while the left number is below the right one. Equal is not enough.",
    phrase="{left} is below {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=less,
    also=("below", "under", "lower than", "smaller than", "<"),
)
