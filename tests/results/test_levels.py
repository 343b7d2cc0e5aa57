"""Where levels stood is where the engine had them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from support import dictated
from support.dictated import bar, flat, run
from support.sample import sample_candles

from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest, rules_of
from app.engine.plan import prepare
from app.engine.position import EXIT_REASONS, LIQUIDATION, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP
from app.engine.protective_exits import touch
from app.engine.result import BacktestResult
from app.market.timeframe import DAY_MS
from app.results.levels import levels
from app.strategy.document import Block, Strategy
from app.strategy.templates import template

PROTECTIVE = (STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, LIQUIDATION)
RISK = (
    (dictated.stop(percent=0.02), dictated.take(percent=0.03)),
    (dictated.trailing(percent=0.025),),
    (dictated.stop(multiple=2.0, period=14), dictated.trailing(multiple=3.0, period=10)),
    (dictated.stop(distance=4.0), dictated.take(multiple=2.5, period=20), dictated.trailing(distance=3.0)),
)


def with_risk(name: str, risk: tuple[Block, ...]) -> Strategy:
    drawn = template(name).strategy
    kept = tuple(block for block in drawn.blocks if block.kind not in {"stop_loss", "take_profit", "trailing_stop"})
    return Strategy(drawn.name, timeframe=drawn.timeframe, blocks=(*kept, *risk), wires=drawn.wires)


def first_touch(result: BacktestResult, number: int) -> tuple[int, int, float] | None:
    """Return row, reason and price of the first exit that the engine's own rule finds against the levels."""
    rules = rules_of(prepare(result.strategy), result.assumptions, result.instrument)
    found, market = levels(result, number), result.traded
    side = int(result.book["side"][number])
    target = np.full(len(found.time), side * np.inf) if found.take_profit is None else found.take_profit
    stop = np.full(len(found.time), -side * np.inf) if found.stop is None else found.stop
    for at in range(found.watched_from, len(found.time)):
        row = found.row + at
        state = SimpleNamespace(
            side=side, stop=float(stop[at]), stop_reason=int(found.stop_reason[at]), target=float(target[at])
        )
        prices = (float(column[row]) for column in (market.open, market.high, market.low))
        reason, price, _ = touch(rules, state, *prices)  # type: ignore[arg-type]
        if reason:
            return row, reason, price
    return None


@pytest.mark.parametrize("name", ["rsi_long_short", "supertrend_follower"])
@pytest.mark.parametrize("risk", RISK, ids=["percent", "trailing", "atr", "price"])
@pytest.mark.parametrize("model", ["minute", "bar"])
def test_the_first_touch_of_the_levels_is_the_exit_of_the_trade(name: str, risk: tuple[Block, ...], model: str) -> None:
    candles = sample_candles("STORM/USD")
    result = backtest(with_risk(name, risk), candles, Assumptions(fill_model=model), start=candles.end - 60 * DAY_MS)
    numbers = range(0, len(result.book), max(1, len(result.book) // 25))
    protective = 0
    for number in numbers:
        trade = result.book[number]
        touched = first_touch(result, number)
        if trade["reason"] not in PROTECTIVE:
            # It left at the open of its last bar, before anything was watched there.
            assert touched is None or touched[0] == trade["exit_row"]
            continue
        protective += 1
        assert touched is not None
        row, reason, price = touched
        slippage = 0.0 if reason in (TAKE_PROFIT, LIQUIDATION) else result.assumptions.slippage_rate
        fill = price * (1.0 - trade["side"] * slippage)
        assert (row, reason, fill) == (trade["exit_row"], trade["reason"], trade["exit_price"])
    assert protective > 3


def test_a_short_is_liquidated_where_its_cash_ends() -> None:
    result = run(*flat(100, "S"), bar("", 100), bar("", (100, 230, 100, 230)), fee=0.001)
    assert EXIT_REASONS[result.book["reason"][0]] == "liquidation"
    found = levels(result, 0)
    assert found.liquidation is not None
    assert found.stop is not None
    assert found.liquidation[-1] == found.stop[-1] == result.book["exit_price"][0]
    assert (found.stop_loss, found.trailing_stop, found.take_profit) == (None, None, None)


def test_the_trailing_stop_follows_the_bars_before_the_one_that_is_watched() -> None:
    bars = (*flat(100, "L"), bar("", (100, 110, 100, 110), (110, 120, 110, 120), 115), bar("", 115, 115, 115))
    result = run(*bars, risk=(dictated.trailing(distance=20.0),))
    found = levels(result, None)
    assert found.trailing_stop is not None
    assert found.trailing_stop.tolist() == [80.0, 90.0, 100.0, 100.0, 100.0, 100.0]
    assert found.stop_loss is None
    assert found.time.tolist() == [dictated.at(1, minute) for minute in range(6)]


def test_in_the_bar_model_nothing_is_watched_in_the_bar_of_the_entry() -> None:
    result = run(*flat(100, "L", "", ""), risk=(dictated.stop(percent=0.1),), fill_model="bar")
    assert (levels(result, None).watched_from, len(levels(result, None).time)) == (1, 2)


def test_a_trade_that_is_not_there_is_refused() -> None:
    result = run(*flat(100, "", ""))
    with pytest.raises(IndexError):
        levels(result, 0)
    with pytest.raises(IndexError, match="No position is open"):
        levels(result, None)
