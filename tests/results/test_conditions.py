"""The conditions behind an order."""

from __future__ import annotations

import numpy as np
from support.sample import sample_candles
from support.sample_results import template_result
from support.wired import drawing

from app.engine.backtest import backtest
from app.results.conditions import condition_at, conditions_at, conditions_of, together, words_of
from app.results.numbers import price
from app.strategy import edits

CANDLES = sample_candles("RIVER/USD").rows(0, 60 * 400)


def test_an_and_within_an_and_is_taken_apart_in_the_order_of_the_wires() -> None:
    drawn = drawing(
        "close_1.value > greater_1.left",
        "close_1.value > less_1.left",
        "close_1.value > rising_1.source",
        "greater_1.signal > all_of_2.inputs",
        "less_1.signal > all_of_2.inputs",
        "all_of_2.signal > all_of_1.inputs",
        "rising_1.signal > all_of_1.inputs",
        "greater_1.signal > all_of_1.inputs",
        "all_of_1.signal > enter_long_1.when",
    )
    assert conditions_of(drawn, "enter_long_1") == (
        *(("greater_1", "signal"), ("less_1", "signal")),
        ("rising_1", "signal"),
    )
    assert conditions_of(drawn, "exit_long_1") == ()


def test_a_condition_made_of_others_shows_the_numbers_they_saw_each_once() -> None:
    drawn = drawing(
        "rsi_1.value > less_1.left",
        "rsi_1.value > greater_1.left",
        "less_1.signal > any_of_1.inputs",
        "greater_1.signal > negate_1.when",
        "negate_1.signal > any_of_1.inputs",
        "any_of_1.signal > enter_long_1.when",
    )
    result = backtest(drawn, CANDLES)
    (condition,) = conditions_at(result, "enter_long_1", 300)
    assert condition.block_id == "any_of_1"
    assert [(operand.name, operand.value) for operand in condition.operands] == [
        ("RSI", result.values["rsi_1", "value"][300])
    ]
    assert condition.sentence().startswith(words_of(drawn)["any_of_1", "signal"])
    (cold,) = conditions_at(result, "enter_long_1", 3)
    assert (cold.state, cold.operands[0].value) == ("unknown", None)
    assert cold.sentence().endswith("(RSI –)")


def test_one_of_several_outputs_is_called_by_its_name_and_a_price_by_its_column() -> None:
    drawn = drawing(
        "macd_1.macd > greater_1.left",
        "macd_1.signal_line > greater_1.right",
        "supertrend_1.value > less_1.left",
        "greater_1.signal > all_of_1.inputs",
        "less_1.signal > all_of_1.inputs",
        "all_of_1.signal > enter_long_1.when",
    )
    result = backtest(drawn, CANDLES)
    first, second = conditions_at(result, "enter_long_1", 350)
    assert [operand.name for operand in first.operands] == ["MACD", "MACD signal line"]
    assert [operand.name for operand in second.operands] == ["Supertrend"]
    assert together((first, second)) == f"{first.sentence()} and {second.sentence()}"


def test_a_condition_about_how_a_number_moves_shows_what_it_was_before() -> None:
    drawn = drawing(
        "sma_1.value > crosses_above_1.left",
        "sma_2.value > crosses_above_1.right",
        "sma_1.value > greater_1.left",
        "rsi_1.value > rising_1.source",
        "crosses_above_1.signal > all_of_1.inputs",
        "greater_1.signal > all_of_1.inputs",
        "rising_1.signal > all_of_1.inputs",
        "all_of_1.signal > enter_long_1.when",
    )
    drawn = edits.set_param(edits.set_param(drawn, "sma_1", "period", 5), "rising_1", "bars", 2)
    result = backtest(drawn, CANDLES)
    fast, rsi = result.values["sma_1", "value"], result.values["rsi_1", "value"]
    crossing, above, rising = conditions_at(result, "enter_long_1", 300)
    assert [operand.name for operand in crossing.operands] == ["5-bar SMA", "20-bar SMA"]
    assert (crossing.operands[0].earlier, crossing.operands[0].value) == ((fast[299],), fast[300])
    assert crossing.sentence().count(f"5-bar SMA {price(fast[299])} → {price(fast[300])}") == 1
    assert above.operands[0].earlier == ()
    assert rising.operands[0].earlier == (rsi[298], rsi[299])
    assert conditions_at(result, "enter_long_1", 0)[0].operands[0].earlier == ()


def test_at_every_bar_the_state_is_the_value_of_the_engine() -> None:
    result = template_result("macd_momentum")
    for port, values in result.values.items():
        if values.dtype == np.int8:
            found = [condition_at(result, port, bar).state for bar in range(0, len(values), 50)]
            assert found == [{1: "true", 0: "false", -1: "unknown"}[value] for value in values[::50].tolist()]
