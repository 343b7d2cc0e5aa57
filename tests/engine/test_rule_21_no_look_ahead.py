"""Rule 21: what comes later changes nothing that came before, on every template."""

from __future__ import annotations

import numpy as np
import pytest
from support.sample import sample_candles

from app.engine.assumptions import Assumptions
from app.engine.backtest import BacktestResult, backtest
from app.market.candles import Candles
from app.market.timeframe import DAY_MS, MINUTE_MS
from app.strategy.templates import Template, all_templates

DAYS = 330
KEPT = (211, 260, 307)


def slice_of_market() -> Candles:
    candles = sample_candles("STORM/USD")
    first = int(candles.time[0])
    return candles.between(first, first + DAYS * DAY_MS)


def garbage(like: Candles, moment: int) -> Candles:
    """Return the candles up to `moment`, followed by a market that has nothing to do with them."""
    past = like.between(0, moment)
    size = 30 * 1_440
    random = np.random.Generator(np.random.PCG64(11))
    price = np.floor(random.uniform(0.01, 900.0, size) * 100 + 1) / 100
    time = moment + np.arange(size, dtype=np.int64) * MINUTE_MS
    return Candles(
        np.concatenate((past.time, time)),
        *(np.concatenate((column, price)) for column in (past.open, past.high, past.low, past.close)),
        volume=np.concatenate((past.volume, price)),
        step_ms=MINUTE_MS,
    )


def known_at(result: BacktestResult, moment: int) -> tuple:
    """Return all that a result says about the time before `moment`, bit for bit."""
    bars = int(np.searchsorted(result.bars.time + result.bars.step_ms, moment, side="right"))
    every = [*result.trades, *([result.open_trade] if result.open_trade else [])]
    return (
        result.equity[:bars].tobytes(),
        result.position[:bars].tobytes(),
        {name: column[:bars].tobytes() for name, column in result.orders.items()},
        {port: column[:bars].tobytes() for port, column in result.values.items()},
        [trade for trade in result.trades if trade.exit_time < moment],
        [(one.side, one.entry_time, one.entry_price, one.units) for one in every if one.entry_time < moment],
        result.counts["warmup_bars"],
    )


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.id)
@pytest.mark.parametrize("model", ["minute", "bar"])
def test_rule_21_a_cut_or_another_future_changes_nothing_before_it(template: Template, model: str):
    candles = slice_of_market()
    first = int(candles.time[0])
    assumptions = Assumptions(fill_model=model)
    whole = backtest(template.strategy, candles, assumptions, start=first + 205 * DAY_MS)
    for day in KEPT:
        moment = template.strategy.timeframe.floor(first + day * DAY_MS)
        for other in (candles.between(0, moment), garbage(candles, moment)):
            result = backtest(
                template.strategy, other, assumptions, start=first + 205 * DAY_MS, coverage_end=max(moment, other.end)
            )
            assert known_at(result, moment) == known_at(whole, moment)
