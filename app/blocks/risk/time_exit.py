"""Time exit."""

from app.blocks.kind import BlockKind
from app.blocks.params import whole


def _words(bars: int) -> str:
    return "a trade ends after {bars} " + ("bar" if bars == 1 else "bars") + " if nothing else has ended it"


KIND = BlockKind(
    id="time_exit",
    title="Time exit",
    group="Risk",
    about="Ends a trade that has lasted for some bars, at the open of the bar after them.",
    phrase=_words,
    params=(whole("bars", default=24, low=1, high=100_000, unit="bars"),),
    role="time_exit",
    also=("time stop", "maximum duration", "holding period", "expire"),
)
