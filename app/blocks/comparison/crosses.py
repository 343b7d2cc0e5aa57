"""Crosses, either way."""

from app.blocks.crossings import crossings
from app.blocks.kind import BlockKind, gives_signal
from app.blocks.logic.any_of import any_of
from app.blocks.sides import SIDES, typed_number
from app.market.candles import FloatSeries, Signal


def crosses(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return at which bars `left` crosses above `right` or below it: the two joined by OR (rule 5)."""
    return any_of(crossings(left, right))


KIND = BlockKind(
    id="crosses",
    title="Crosses",
    group="Comparison",
    about="True on the bar where the left number changes sides with the right one, upwards or downwards.",
    phrase="{left} crosses {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=crosses,
    warmup_is_least=True,
    settles=lambda value: 1,
    looks_past_gaps=True,
    also=("crosses either way", "changes sides", "passes through"),
)
