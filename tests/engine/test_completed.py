"""What is kept of a result says the same as the result."""

from __future__ import annotations

import pytest
from support.sample import sample_candles

from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.engine.completed import completed, trade
from app.market.timeframe import DAY_MS
from app.strategy.templates import all_templates


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.id)
@pytest.mark.parametrize("fill_model", ["minute", "bar"])
def test_every_trade_is_kept_to_the_last_bit(template, fill_model):
    candles = sample_candles("RIVER/USD")
    start = candles.end - 120 * DAY_MS
    result = backtest(template.strategy, candles, Assumptions(fill_model=fill_model), start=start)
    kept = completed(result)
    assert tuple(trade(row) for row in kept.trades) == result.trades
    assert kept.result_hash == result.result_hash
    assert (kept.start, kept.end) == (result.start, result.end)
