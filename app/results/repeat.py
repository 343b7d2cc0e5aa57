"""A run again on exactly its own candles, with its own assumptions or others."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.assumptions import Assumptions
from app.engine.backtest import Progress, run
from app.engine.plan import prepare
from app.engine.result import BacktestResult
from app.market.resample import derive

Repeat = Callable[[Assumptions], BacktestResult]


def repeater(result: BacktestResult, progress: Progress | None = None) -> Repeat:
    """Return what runs a result again under other assumptions; under its own the result is the same to the last bit.

    `progress` goes to each of these runs and may raise Cancelled.
    """
    plan = prepare(result.strategy)
    derived = derive(result.base, result.strategy.timeframe)

    def repeat(assumptions: Assumptions) -> BacktestResult:
        return run(
            plan,
            derived,
            assumptions,
            instrument=result.instrument,
            start=result.start,
            end=result.end,
            coverage_end=result.end,
            progress=progress,
        )

    return repeat
