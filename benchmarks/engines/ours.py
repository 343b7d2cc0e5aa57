"""Blockbuilders: strategy and bars are prepared once, the way the canvas holds them; everything else is per call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app import compiled
from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest, run
from app.engine.plan import prepare as prepare_plan
from app.engine.result import BacktestResult
from app.market.candles import Candles
from app.market.resample import derive
from app.market.timeframe import Timeframe
from app.strategy import codec
from app.strategy.document import Strategy
from benchmarks.candles import Columns
from benchmarks.engines import CAPITAL, FEE, Backtest

ASSUMPTIONS = Assumptions(capital=CAPITAL, fee_rate=FEE, slippage_rate=0.0)


def prepare(columns: Columns, step_ms: int) -> Backtest:
    """Return `run` on a prepared plan and derived bars."""
    strategy, candles = strategy_of(step_ms), Candles(**columns, step_ms=step_ms)
    compile_loops(strategy, candles)
    plan, derived = prepare_plan(strategy), derive(candles, strategy.timeframe)
    return lambda: _summary(run(plan, derived, ASSUMPTIONS))


def prepare_whole(columns: Columns, step_ms: int) -> Backtest:
    """Return `backtest`, which checks and prepares the strategy and derives the bars as well."""
    strategy, candles = strategy_of(step_ms), Candles(**columns, step_ms=step_ms)
    compile_loops(strategy, candles)
    return lambda: _summary(backtest(strategy, candles, ASSUMPTIONS))


def strategy_of(step_ms: int) -> Strategy:
    """Return the reference strategy on bars of this length."""
    document = (Path(__file__).parents[1] / "reference.json").read_text()
    return replace(codec.read(document), timeframe=Timeframe(step_ms))


def compile_loops(strategy: Strategy, candles: Candles, assumptions: Assumptions = ASSUMPTIONS) -> None:
    """Run a short stretch and wait until every loop it uses is compiled."""
    backtest(strategy, candles.rows(0, 6_000), assumptions)
    compiled.wait()


def _summary(result: BacktestResult) -> tuple[int, float]:
    return int(result.metrics["trades"] or 0), float(result.equity[-1])
