"""What comes with a completed run besides the run: how it may be repeated, and what is known of its candles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.engine.result import BacktestResult
from app.results.certainty import DataQuality

# Says how far a repetition has come, and stops it by raising Cancelled.
Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Extras:
    """What the page may use beyond the run.

    `result` is the run with the values of its blocks; where it is not at hand, `repeat` makes it, in another thread,
    and may raise a BlockbuildersError that says why it cannot. `quality` names what is known of the candles:
    `source`, `expected` and `missing` (numbers of candles), `notes` (sentences). `variants` is how many variants have
    been tried on these candles, this one included.
    """

    result: BacktestResult | None = None
    repeat: Callable[[Progress], BacktestResult] | None = None
    quality: Mapping[str, object] = field(default_factory=dict)
    variants: int | None = None

    def data_quality(self) -> DataQuality | None:
        """Return how many candles are missing of how many, None where that is not known."""
        return DataQuality.of(self.quality)
