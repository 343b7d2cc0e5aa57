"""Crosses above."""

from app.blocks.crossings import CROSSINGS, crossings
from app.blocks.kind import BlockKind, gives_signal
from app.blocks.sides import SIDES, typed_number
from app.market.candles import FloatSeries, Signal


def crosses_above(left: FloatSeries, right: FloatSeries) -> Signal:
    """Return at which bars `left` has come from below to above `right` (rule 5)."""
    return crossings(left, right)[0]


KIND = BlockKind(
    id="crosses_above",
    title="Crosses above",
    group="Comparison",
    about="True on the bar where the left number comes from below the right one to above it. Touching is not crossing.",
    phrase="{left} crosses above {right}",
    inputs=SIDES,
    outputs=(gives_signal(),),
    params=(typed_number(0.0),),
    compute=crosses_above,
    together=CROSSINGS,
    warmup_is_least=True,
    settles=lambda value: 1,
    looks_past_gaps=True,
    also=("crossover", "cross up", "golden cross", "breaks above", "rises through"),
)
