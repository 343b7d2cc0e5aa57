"""Falling."""

from app.blocks.comparison.rising import rising
from app.blocks.kind import BlockKind, gives_signal, series
from app.blocks.params import whole
from app.market.candles import FloatSeries, Signal


def falling(source: FloatSeries, bars: int) -> Signal:
    """Return whether each of the last `bars` values is below the one before it: the mirror of `rising` (rule 23)."""
    return rising(-source, bars)


def _words(bars: int) -> str:
    return "{source} is falling" if bars == 1 else "{source} has been falling for {bars} bars"


KIND = BlockKind(
    id="falling",
    title="Falling",
    group="Comparison",
    about="True when a number has gone down on each of the last bars. Staying the same once makes it false.",
    phrase=_words,
    inputs=(series("source"),),
    outputs=(gives_signal(),),
    params=(whole("bars", default=3, low=1, high=100_000, unit="bars"),),
    compute=falling,
    warmup=lambda bars: 1,
    warmup_is_least=True,
    settles=lambda bars: bars,
    looks_past_gaps=True,
    also=("going down", "decreasing", "down for", "lower closes"),
)
