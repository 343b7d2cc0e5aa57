"""Drawings in plain English."""

from __future__ import annotations

import time

import pytest
from support.wired import drawing

from app.market.timeframe import Timeframe
from app.strategy.document import Strategy
from app.strategy.explain import explain
from app.strategy.validate import validate

FIRST = "This strategy trades RIVER/USD (synthetic sample market) on 1-hour bars."
SIZE = "Each trade uses 100 % of the equity."


def order(*wires: str, **fields: object) -> str:
    """Return the sentence about the only order of a drawing."""
    lines = explain(drawing(*wires, **fields)).splitlines()  # type: ignore[arg-type]
    assert lines[0] == FIRST
    assert lines[-1] == SIZE
    assert len(lines) == 3
    return lines[1]


def test_the_example_everybody_knows() -> None:
    strategy = drawing(
        "rsi_1.value > less_1.left",
        "less_1.signal > all_of_1.inputs",
        "close_1.value > greater_1.left",
        "ema_1.value > greater_1.right",
        "greater_1.signal > all_of_1.inputs",
        "all_of_1.signal > enter_long_1.when",
        also=("stop_loss_1", "take_profit_1", "cooldown_1", "position_size_1", "time_exit_1", "trailing_stop_1"),
        params={"less_1": {"value": 30.0}, "ema_1": {"period": 200}, "position_size_1": {"percent": 0.5}},
        symbol="BTC/USDT",
        exchange="binance",
        timeframe=Timeframe.parse("4h"),
    )
    assert explain(strategy) == (
        "This strategy trades BTC/USDT (Binance) on 4-hour bars.\n"
        "Buy (enter long) when the 14-bar RSI of close is below 30 AND close is above the 200-bar EMA of close.\n"
        "Each trade uses 50 % of the equity.\n"
        "A stop loss ends a trade at 2 % from the entry price, on the losing side.\n"
        "A take profit ends a trade at 4 % from the entry price, on the winning side.\n"
        "A trailing stop ends a trade at 3 % from the best price since the entry.\n"
        "A trade ends after 24 bars if nothing else has ended it.\n"
        "After a trade ends, no entry is decided for 12 bars.\n"
    )


def test_entries_come_before_exits_and_several_of_a_kind_have_a_sentence_each() -> None:
    text = explain(
        drawing(
            "rsi_1.value > greater_1.left",
            "greater_1.signal > exit_long_1.when",
            "rsi_1.value > less_1.left",
            "less_1.signal > enter_long_1.when",
            "rsi_1.value > rising_1.source",
            "rising_1.signal > enter_long_2.when",
        )
    )
    assert [line.split(" when ")[0] for line in text.splitlines()] == [
        FIRST,
        "Buy (enter long)",
        "Buy (enter long)",
        "Sell (exit long)",
        SIZE,
    ]


def test_and_inside_or_stands_in_brackets() -> None:
    wires = (
        "rsi_1.value > less_1.left",
        "rsi_2.value > less_2.left",
        "rsi_3.value > less_3.left",
        "less_1.signal > all_of_1.inputs",
        "less_2.signal > all_of_1.inputs",
        "all_of_1.signal > any_of_1.inputs",
        "less_3.signal > any_of_1.inputs",
        "any_of_1.signal > enter_long_1.when",
    )
    periods = {f"rsi_{n}": {"period": n + 1} for n in (1, 2, 3)}
    assert order(*wires, params=periods) == (
        "Buy (enter long) when (the 2-bar RSI of close is below 0 AND the 3-bar RSI of close is below 0) "
        "OR the 4-bar RSI of close is below 0."
    )
    swapped = [wire.replace("all_of", "x").replace("any_of", "all_of").replace("x", "any_of") for wire in wires]
    assert order(*swapped, params=periods) == (
        "Buy (enter long) when (the 2-bar RSI of close is below 0 OR the 3-bar RSI of close is below 0) "
        "AND the 4-bar RSI of close is below 0."
    )


def test_and_inside_and_needs_no_brackets() -> None:
    text = order(
        "close_1.value > rising_1.source",
        "volume_1.value > rising_2.source",
        "high_1.value > rising_3.source",
        "rising_1.signal > all_of_1.inputs",
        "rising_2.signal > all_of_1.inputs",
        "all_of_1.signal > all_of_2.inputs",
        "rising_3.signal > all_of_2.inputs",
        "all_of_2.signal > enter_short_1.when",
    )
    assert "(close" not in text
    assert text.count(" AND ") == 2


def test_a_logic_block_with_one_input_disappears() -> None:
    text = order(
        "close_1.value > less_1.left",
        "less_1.signal > all_of_1.inputs",
        "all_of_1.signal > any_of_1.inputs",
        "any_of_1.signal > enter_long_1.when",
    )
    assert text == "Buy (enter long) when close is below 0."


def test_not_says_what_it_turns_around() -> None:
    wires = ["close_1.value > less_1.left", "less_1.signal > negate_1.when", "negate_1.signal > enter_long_1.when"]
    assert order(*wires) == "Buy (enter long) when NOT (close is below 0)."


def test_arithmetic_stands_in_brackets_where_it_could_be_misread() -> None:
    text = order(
        "close_1.value > add_1.left",
        "ema_1.value > multiply_1.left",
        "add_1.value > multiply_1.right",
        "multiply_1.value > sma_1.source",
        "sma_1.value > greater_1.left",
        "add_1.value > greater_1.right",
        "greater_1.signal > enter_long_1.when",
        params={"add_1": {"value": 5.0}, "ema_1": {"period": 9}},
    )
    assert text == (
        "Buy (enter long) when the 20-bar SMA of ((the 9-bar EMA of close) x (close + 5)) is above close + 5."
    )


def test_inputs_left_open_read_as_their_market_column_or_number() -> None:
    text = order("ema_1.value > between_1.source", "between_1.signal > enter_long_1.when")
    assert text == "Buy (enter long) when the 20-bar EMA of close is between 0 and 100."


def test_outputs_of_one_block_have_their_own_words() -> None:
    text = order(
        "macd_1.macd > crosses_above_1.left",
        "macd_1.signal_line > crosses_above_1.right",
        "crosses_above_1.signal > enter_long_1.when",
    )
    assert text == (
        "Buy (enter long) when the MACD (12, 26) of close crosses above the MACD signal line (12, 26, 9) of close."
    )


def test_a_long_condition_in_the_middle_is_named_and_explained_once() -> None:
    wires = []
    for n in range(1, 6):
        wires += [f"ema_{n}.value > crosses_above_{n}.left", f"sma_{n}.value > crosses_above_{n}.right"]
        wires += [f"crosses_above_{n}.signal > all_of_1.inputs"]
    wires += ["all_of_1.signal > enter_long_1.when", "all_of_1.signal > negate_1.when"]
    wires += ["negate_1.signal > exit_long_1.when", "all_of_1.signal > enter_short_1.when"]
    lines = explain(drawing(*wires)).splitlines()
    assert lines[1:4] == [
        "Buy (enter long) when 'all_of_1' is true.",
        "Sell short (enter short) when 'all_of_1' is true.",
        "Sell (exit long) when NOT ('all_of_1' is true).",
    ]
    assert lines[4].startswith("Here 'all_of_1' is true when the 20-bar EMA of close crosses above the 20-bar SMA")
    assert lines[-1] == SIZE


def test_a_long_condition_that_one_order_uses_stands_in_its_sentence() -> None:
    wires = []
    for n in range(1, 6):
        wires += [f"ema_{n}.value > crosses_above_{n}.left", f"sma_{n}.value > crosses_above_{n}.right"]
        wires += [f"crosses_above_{n}.signal > all_of_1.inputs"]
    assert order(*wires, "all_of_1.signal > enter_long_1.when").count(" AND ") == 4


def test_a_named_output_of_a_block_with_several_is_named_with_its_port() -> None:
    wires = [f"ema_{n}.value > ema_{n + 1}.source" for n in range(1, 12)]
    wires += [
        "ema_12.value > bollinger_1.source",
        "bollinger_1.upper > sma_1.source",
        "bollinger_1.lower > sma_2.source",
    ]
    wires += ["sma_1.value > greater_1.left", "sma_2.value > greater_1.right", "greater_1.signal > enter_long_1.when"]
    lines = explain(drawing(*wires)).splitlines()
    assert lines[1] == (
        "Buy (enter long) when the 20-bar SMA of 'bollinger_1.upper' is above the 20-bar SMA of 'bollinger_1.lower'."
    )
    assert lines[2].startswith("Here 'bollinger_1.upper' is the upper Bollinger band (20 bars, 2 deviations) of the 20")


@pytest.mark.parametrize("kind", ["add", "maximum"])
def test_a_drawing_with_2_to_the_480_paths_is_explained_at_once(kind: str) -> None:
    wires = [f"{kind}_{n}.value > {kind}_{n + 1}.{side}" for n in range(1, 480) for side in ("left", "right")]
    wires += [f"close_1.value > {kind}_1.left", f"{kind}_480.value > greater_1.left"]
    strategy = drawing(*wires, "greater_1.signal > enter_long_1.when", also=("stop_loss_1",))
    assert validate(strategy) == ()
    began = time.thread_time()
    text = explain(strategy)
    assert time.thread_time() - began < 1.0
    assert len(text) < 200_000
    assert max(map(len, text.splitlines())) < 2_000
    named = [line.split("'")[1] for line in text.splitlines() if line.startswith("Here ")]
    assert len(named) == len(set(named)) > 50


def test_every_name_that_is_mentioned_is_explained() -> None:
    wires = [f"add_{n}.value > add_{n + 1}.{side}" for n in range(1, 60) for side in ("left", "right")]
    wires += ["close_1.value > add_1.left", "add_60.value > greater_1.left", "greater_1.signal > enter_long_1.when"]
    text = explain(drawing(*wires))
    mentioned = {part for part in text.split("'") if part.startswith("add_")}
    explained = {line.split("'")[1] for line in text.splitlines() if line.startswith("Here ")}
    assert mentioned == explained


def test_an_entry_against_a_position_is_explained_where_both_sides_enter() -> None:
    wires = ["close_1.value > rising_1.source", "rising_1.signal > enter_long_1.when"]
    wires += ["close_1.value > falling_1.source", "falling_1.signal > enter_short_1.when"]
    assert explain(drawing(*wires)).splitlines()[3:] == [
        "An entry against an open position closes it and opens the other side at once.",
        SIZE,
    ]
    lines = explain(drawing(*wires, also=("cooldown_1",))).splitlines()
    assert "An entry against an open position closes it and opens the other side at once." in lines
    assert "While the cooldown after that lasts, the next such entry only closes the position." in lines
    assert "against" not in explain(drawing(*wires[:2], also=("enter_short_1",)))


def test_a_strategy_that_does_nothing_yet_says_so() -> None:
    assert explain(Strategy("New")) == (
        f"{FIRST}\nNothing happens yet: place a block 'Enter long' or 'Enter short' and connect a condition to it.\n"
    )
    assert explain(drawing(also=("enter_long_1",))).splitlines()[1] == (
        "Nothing happens yet: connect a condition to Enter long."
    )


def test_an_unfinished_drawing_is_explained_as_far_as_it_goes() -> None:
    text = order("less_1.signal > enter_short_1.when")
    assert text == "Sell short (enter short) when (nothing yet) is below 0."


@pytest.mark.parametrize(
    ("timeframe", "words"), [("1m", "1-minute"), ("90m", "90-minute"), ("24h", "1-day"), ("1w", "1-week")]
)
def test_timeframes_are_written_out(timeframe: str, words: str) -> None:
    assert f"on {words} bars." in explain(Strategy("x", timeframe=Timeframe.parse(timeframe)))
