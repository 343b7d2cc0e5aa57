"""Stop loss."""

from app.blocks.kind import BlockKind
from app.blocks.risk.distances import distance_params, distance_words, settling_bars

KIND = BlockKind(
    id="stop_loss",
    title="Stop loss",
    group="Risk",
    about="Ends a trade that goes the wrong way, at a fixed distance from the entry price.",
    phrase=distance_words("a stop loss ends a trade at", "from the entry price, on the losing side"),
    params=distance_params(part=0.02, multiple=2.0, largest_part=0.99),
    settles=settling_bars,
    role="stop_loss",
    also=("stop", "protective stop", "maximum loss", "protection"),
)
