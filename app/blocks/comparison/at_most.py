"""At most."""

from app.blocks.comparison.at_least import at_least
from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, typed_number
from app.market.candles import FloatSeries, Signal


def at_most(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return whether `left` <= `right`, unknown where either is (rule 5)."""
    return at_least(right, left)


KIND = BlockKind(
    id="at_most",
    title="At most",
    group="Comparison",
    about="True while the left number is below the right one or equal to it.",
    phrase="{left} is at most {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=at_most,
    also=("less or equal", "not above", "<="),
)
