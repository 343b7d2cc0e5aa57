"""What only more runs can tell of a result: other costs, and the other fill model."""

from __future__ import annotations

from app.engine.assumptions import Assumptions
from app.engine.completed import CompletedRun
from app.engine.result import BacktestResult
from app.market.candles import Candles
from app.results.certainty import DataQuality
from app.results.verdict import Verdict, verdict
from app.strategy.document import Strategy
from app.strategy.graph import role_of
from app.terminal.progress import long_work

# A process tests once: below this many bars, plain Python is done before numba has loaded what it compiled earlier.
MANY_BARS = 1_000_000


def choose_compiling(strategy: Strategy, candles: Candles, runs: int = 1) -> None:
    """Compile the loops where so many runs are worth the wait."""
    from app import compiled, memory

    memory.keep_freed_memory()
    minutes = any(role_of(block) == "trailing_stop" for block in strategy.blocks)
    step = candles.step_ms if minutes else strategy.timeframe.ms
    bars = runs * len(candles) * candles.step_ms // step
    compiled.use(bars > MANY_BARS, patient=bars > MANY_BARS)


def judged(
    run: CompletedRun, result: BacktestResult, quality: DataQuality | None, variants_tried: int | None = None
) -> Verdict:
    """Return the whole verdict on a run, of which `result` holds the candles; progress is shown meanwhile."""
    from app.results.costs import MOST_RUNS
    from app.results.repeat import repeater

    runs = MOST_RUNS + 1
    choose_compiling(result.strategy, result.base, runs)
    done = 0
    with long_work("Trying other costs") as progress:
        step = None if progress is None else lambda share: progress((done + share) / runs)
        repeat = repeater(result, step)

        def counted(assumptions: Assumptions) -> BacktestResult:
            nonlocal done
            found = repeat(assumptions)
            done += 1
            return found

        return verdict(run, counted, quality=quality, variants_tried=variants_tried)
