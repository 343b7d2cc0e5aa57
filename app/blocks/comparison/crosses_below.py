"""Crosses below."""

from app.blocks.crossings import CROSSINGS, crossings
from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, typed_number
from app.market.candles import FloatSeries, Signal


def crosses_below(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return at which bars `left` has come from above to below `right` (rule 5)."""
    return crossings(left, right)[1]


KIND = BlockKind(
    id="crosses_below",
    title="Crosses below",
    group="Comparison",
    about="True on the bar where the left number comes from above the right one to below it. Touching is not crossing.",
    phrase="{left} crosses below {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=crosses_below,
    together=CROSSINGS,
    warmup_is_least=True,
    settles=lambda value: 1,
    looks_past_gaps=True,
    also=("crossunder", "cross down", "death cross", "breaks below", "falls through"),
)
