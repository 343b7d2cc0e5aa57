"""What it costs an hourly backtest to follow stops and targets minute by minute.

Run it as `python -m benchmarks.intrabar`. The trades have to be those of a loop that looks at every minute. What is
wanted is about the same backtest whose exits look at hours alone; beside it stands one without any exits.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import numpy as np

from app import memory
from app.engine.assumptions import Assumptions
from app.engine.backtest import run
from app.engine.plan import prepare
from app.engine.result import BacktestResult
from app.market.candles import Candles
from app.market.resample import derive
from app.strategy.document import Block, Strategy
from benchmarks import candles, prototypes
from benchmarks.engines import ours
from benchmarks.timing import in_turns, ratio

AT_MOST = 1.6
ON_BARS = replace(ours.ASSUMPTIONS, fill_model="bar")
# Stop, target, trailing stop; 0 for none.
LEVELS = ((0.02, 0.04, 0.0), (0.005, 0.005, 0.0), (0.0, 0.0, 0.02))


def with_levels(strategy: Strategy, stop: float, target: float, trail: float) -> Strategy:
    """Return the strategy with other protective exits."""
    blocks = [block for block in strategy.blocks if block.kind not in ("stop_loss", "take_profit")]
    template = next(block.params for block in strategy.blocks if block.kind == "stop_loss")
    for kind, share in (("stop_loss", stop), ("take_profit", target), ("trailing_stop", trail)):
        if share:
            blocks.append(Block(kind, kind, {**template, "percent": share}))
    return replace(strategy, blocks=tuple(blocks))


def measure(years: int, rounds: int) -> None:
    """Print a table for so many years of minutes."""
    hours, minutes = candles.load(f"1h_{years}y"), candles.load(f"m1_{years}y")
    reference = ours.strategy_of(candles.HOUR_MS)
    base = Candles(**minutes, step_ms=candles.MINUTE_MS)
    derived = derive(base, reference.timeframe)

    def prepared(levels: tuple[float, float, float], assumptions: Assumptions) -> Callable[[], BacktestResult]:
        strategy = with_levels(reference, *levels)
        ours.compile_loops(strategy, base.rows(0, 600_000), assumptions)
        plan = prepare(strategy)
        return lambda: run(plan, derived, assumptions)

    print(f"\n### {years} year{'s' * (years > 1)}: {len(hours['close']):,} hours of {len(base):,} minutes\n")
    print(
        "| exits | CPU µs by the minute | by the hour | none | minute / hour | minute / none | trades | every minute |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    dearest = 0.0
    for levels in LEVELS:
        functions = {
            "minute": prepared(levels, ours.ASSUMPTIONS),
            "hour": prepared(levels, ON_BARS),
            "none": prepared((0.0, 0.0, 0.0), ours.ASSUMPTIONS),
            "every": lambda levels=levels: prototypes.minute_walk(hours, minutes, *levels),
        }
        assert_same(functions["minute"](), functions["every"]())
        seconds = in_turns(functions, rounds)
        micro = [f"{median(seconds[name]) * 1e6:,.0f}" for name in functions]
        ratios = [f"{ratio(seconds, 'minute', name):.2f}" for name in ("hour", "none")]
        names = zip(("stop", "target", "trailing"), levels, strict=True)
        title = ", ".join(f"{name} {share:.1%}" for name, share in names if share)
        trades = len(functions["minute"]().book)
        print("|", " | ".join([title, *micro[:3], *ratios, f"{trades:,}", micro[3]]), "|", flush=True)
        dearest = max(dearest, ratio(seconds, "minute", "hour"))
    print(f"\nAt most {dearest:.2f}x by the hour; at most {AT_MOST}x wanted: {'yes' if dearest <= AT_MOST else 'NO'}.")


def assert_same(result: BacktestResult, walk: prototypes.Outcome) -> None:
    """Stop when the walk over every minute has other trades or another equity."""
    book, trades = result.book, slice(walk.trades)
    assert walk.trades == len(book), (walk.trades, len(book))
    for mine, its in (("entry", "entry_row"), ("exit", "exit_row")):
        np.testing.assert_array_equal(getattr(walk.book, mine)[trades], book[its])
    for name in ("entry_price", "exit_price"):
        np.testing.assert_array_equal(getattr(walk.book, name)[trades], book[name])
    np.testing.assert_allclose(walk.equity, result.equity, rtol=1e-9)


def main() -> None:
    """Measure one year and five."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    memory.keep_freed_memory()
    for years in (1, 5):
        measure(years, options.rounds)


if __name__ == "__main__":
    main()
