"""Cooldown."""

from app.blocks.kind import BlockKind
from app.blocks.params import whole


def _words(bars: int) -> str:
    return "after a trade ends, no entry is decided for {bars} " + ("bar" if bars == 1 else "bars")


KIND = BlockKind(
    id="cooldown",
    title="Cooldown",
    group="Risk",
    about="A pause after each trade, in which no entry is decided.",
    phrase=_words,
    params=(whole("bars", default=12, low=1, high=100_000, unit="bars"),),
    role="cooldown",
    also=("pause", "wait", "rest", "delay after a trade"),
)
