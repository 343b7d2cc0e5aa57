"""Results of the templates over the sample market, made once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from support.sample import sample_candles

from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.engine.result import BacktestResult
from app.market.timeframe import DAY_MS
from app.strategy.templates import all_templates, template

TEMPLATES = tuple(each.id for each in all_templates())


@cache
def template_result(template_id: str, model: str = "minute", days: int = 120) -> BacktestResult:
    """Return a template's result over the last `days` of the sample market."""
    candles = sample_candles("RIVER/USD")
    return backtest(
        template(template_id).strategy, candles, Assumptions(fill_model=model), start=candles.end - days * DAY_MS
    )


def with_blocks(result: BacktestResult, *blocks: Any, **assumptions: Any) -> BacktestResult:
    """Return a result of the same strategy with more blocks, on the same candles."""
    strategy = replace(result.strategy, blocks=(*result.strategy.blocks, *blocks))
    return backtest(strategy, result.base, replace(result.assumptions, **assumptions), start=result.start)
