"""Take profit."""

from app.blocks.kind import BlockKind
from app.blocks.risk.distances import distance_params, distance_words, settling_bars

KIND = BlockKind(
    id="take_profit",
    title="Take profit",
    group="Risk",
    about="Ends a trade that goes the right way, at a fixed distance from the entry price.",
    phrase=distance_words("a take profit ends a trade at", "from the entry price, on the winning side"),
    params=distance_params(part=0.04, multiple=3.0, largest_part=10.0),
    settles=settling_bars,
    role="take_profit",
    also=("target", "profit target", "limit"),
)
