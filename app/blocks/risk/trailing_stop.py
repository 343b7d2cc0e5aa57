"""Trailing stop."""

from app.blocks.kind import BlockKind
from app.blocks.risk.distances import distance_params, distance_words, settling_bars

KIND = BlockKind(
    id="trailing_stop",
    title="Trailing stop",
    group="Risk",
    about="A stop that follows the best price since the entry and never moves back.",
    phrase=distance_words("a trailing stop ends a trade at", "from the best price since the entry"),
    params=distance_params(part=0.03, multiple=3.0, largest_part=0.99),
    settles=settling_bars,
    role="trailing_stop",
    also=("trail", "chandelier", "moving stop", "lock in profit"),
)
