"""Why an order came or did not."""

from __future__ import annotations

import numpy as np
import pytest
from support.sample import sample_candles

from app.engine.backtest import backtest
from app.engine.result import BacktestResult
from app.engine.why import why
from app.strategy import templates
from app.strategy.document import Block, Strategy, Wire


@pytest.fixture(scope="module")
def result() -> BacktestResult:
    candles = sample_candles("RIVER/USD").rows(0, 60_000)
    return backtest(templates.template("rsi_dip").strategy, candles)


def test_an_order_that_came_has_no_failing_block(result: BacktestResult) -> None:
    bar = int(np.flatnonzero((result.orders["enter_long"] == 1) & (result.position == 0))[0])
    answer = why(result, bar)
    assert answer is not None
    assert (answer.order, answer.came, answer.block_id) == ("enter_long_1", True, "")


def test_behind_an_and_the_first_condition_that_is_not_true_is_named(result: BacktestResult) -> None:
    conditions = [wire.source for wire in result.strategy.wires if wire.target == "all_of_1"]
    first, second = (result.values[name, "signal"] for name in conditions)
    flat = result.position == 0
    for bar, failing in (
        (int(np.flatnonzero(flat & (first == 0) & (second == 1))[0]), conditions[0]),
        (int(np.flatnonzero(flat & (first == 1) & (second == 0))[0]), conditions[1]),
    ):
        answer = why(result, bar)
        assert answer is not None
        assert (answer.came, answer.block_id) == (False, failing)


def test_while_a_position_is_held_it_is_about_leaving(result: BacktestResult) -> None:
    answer = why(result, int(np.flatnonzero(result.position == 1)[0]))
    assert answer is not None
    assert answer.order == "exit_long_1"


def test_behind_a_not_it_is_the_not_itself() -> None:
    blocks = (
        Block("close_1", "close", {}),
        Block("high_1", "high", {}),
        Block("less_1", "at_most", {"value": 0.0}),
        Block("negate_1", "negate", {}),
        Block("enter_long_1", "enter_long", {}),
    )
    wires = (
        Wire("close_1", "value", "less_1", "left"),
        Wire("high_1", "value", "less_1", "right"),
        Wire("less_1", "signal", "negate_1", "when"),
        Wire("negate_1", "signal", "enter_long_1", "when"),
    )
    result = backtest(Strategy("Never", blocks=blocks, wires=wires), sample_candles("RIVER/USD").rows(0, 600))
    answer = why(result, 3)
    assert answer is not None
    assert (answer.came, answer.block_id) == (False, "negate_1")


def test_without_an_order_there_is_no_answer() -> None:
    assert why(backtest(Strategy("Empty"), sample_candles("RIVER/USD").rows(0, 600)), 0) is None
