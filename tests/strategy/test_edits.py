"""What a trader can do to a drawing, and what no sequence of it can break."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.wired import drawing

from app.blocks import catalog
from app.market.timeframe import Timeframe
from app.strategy import codec, edits, structure, templates
from app.strategy.document import Strategy, Wire
from app.strategy.edits import EditRefused
from app.strategy.explain import explain
from app.strategy.graph import evaluation_order
from app.strategy.validate import validate

DIP = drawing(
    "rsi_1.value > less_1.left",
    "less_1.signal > all_of_1.inputs",
    "all_of_1.signal > enter_long_1.when",
    layout={"rsi_1": (0.0, 0.0), "less_1": (200.0, 0.0)},
)


def test_a_new_block_has_a_free_id_its_defaults_and_a_place_and_stands_at_the_end() -> None:
    strategy = edits.add_block(DIP, "rsi", (10, 20))
    assert strategy.blocks[-1].id == "rsi_2"
    assert strategy.blocks[-1].params == {"period": 14}
    assert strategy.layout["rsi_2"] == (10.0, 20.0)
    assert DIP.block("rsi_2") is None


def test_the_first_free_number_is_taken() -> None:
    assert edits.free_id("rsi", {"rsi_1", "rsi_3"}) == "rsi_2"


def test_ids_stay_short_enough_for_long_kinds() -> None:
    assert all(structure.limits.is_block_id(edits.free_id("a" * 40, {"a" * 34 + f"_{n}"})) for n in range(1, 600))


def test_removing_a_block_removes_its_wires_and_its_place() -> None:
    strategy = edits.remove_block(DIP, "less_1")
    assert [block.id for block in strategy.blocks] == ["rsi_1", "all_of_1", "enter_long_1"]
    assert strategy.wires == (Wire("all_of_1", "signal", "enter_long_1", "when"),)
    assert strategy.layout == {"rsi_1": (0.0, 0.0)}


def test_a_new_wire_takes_the_place_of_the_one_at_a_single_input() -> None:
    strategy = edits.add_block(DIP, "ema")
    strategy = edits.connect(strategy, Wire("ema_1", "value", "less_1", "left"))
    assert [wire.source for wire in strategy.wires if wire.target == "less_1"] == ["ema_1"]


def test_an_input_for_many_collects_wires() -> None:
    strategy = edits.add_block(edits.add_block(DIP, "rising"), "close")
    strategy = edits.connect(strategy, Wire("rising_1", "signal", "all_of_1", "inputs"))
    assert [wire.source for wire in strategy.wires if wire.target == "all_of_1"] == ["less_1", "rising_1"]


def test_disconnecting_removes_one_wire() -> None:
    wire = Wire("less_1", "signal", "all_of_1", "inputs")
    assert wire not in edits.disconnect(DIP, wire).wires
    assert len(edits.disconnect(DIP, wire).wires) == 2


def test_a_setting_is_settled() -> None:
    strategy = edits.set_param(DIP, "less_1", "value", 30)
    block = strategy.block("less_1")
    assert block is not None
    assert repr(block.params["value"]) == "30.0"


def test_what_is_not_logic_can_be_changed() -> None:
    strategy = edits.rename(DIP, "Better dip")
    strategy = edits.set_note(strategy, "line one\nline two")
    strategy = edits.set_timeframe(strategy, Timeframe.parse("4h"))
    strategy = edits.set_instrument(strategy, "ETH/USDT", "kraken")
    strategy = edits.move(strategy, {"rsi_1": (5, 6), "less_1": (7, 8)})
    assert (strategy.name, strategy.note, str(strategy.timeframe)) == ("Better dip", "line one\nline two", "4h")
    assert (strategy.symbol, strategy.exchange) == ("ETH/USDT", "kraken")
    assert strategy.layout == {"rsi_1": (5.0, 6.0), "less_1": (7.0, 8.0)}


def test_copies_have_new_ids_the_wires_among_them_and_stand_beside() -> None:
    strategy = edits.duplicate_blocks(DIP, ["rsi_1", "less_1"], (40, 30))
    assert [block.id for block in strategy.blocks[-2:]] == ["rsi_2", "less_2"]
    assert strategy.wires[len(DIP.wires) :] == (Wire("rsi_2", "value", "less_2", "left"),)
    assert strategy.layout["less_2"] == (240.0, 30.0)
    assert strategy.blocks[: len(DIP.blocks)] == DIP.blocks


def test_blocks_of_another_strategy_come_in_whole() -> None:
    other = templates.template("rsi_long_short").strategy
    strategy = edits.paste(DIP, other, (0, 500))
    assert len(strategy.blocks) == len(DIP.blocks) + len(other.blocks)
    assert len(strategy.wires) == len(DIP.wires) + len(other.wires)
    assert (strategy.name, strategy.timeframe) == (DIP.name, DIP.timeframe)
    assert [block.kind for block in strategy.blocks[len(DIP.blocks) :]] == [block.kind for block in other.blocks]


REFUSED: dict[str, tuple[Callable[[], Strategy], str]] = {
    "an unknown kind": (lambda: edits.add_block(DIP, "rsl"), "There is no block called 'rsl'. Did you mean 'rsi'?"),
    "a block that is not there": (
        lambda: edits.remove_block(DIP, "rsi_2"),
        "There is no block 'rsi_2'. Did you mean 'rsi_1'?",
    ),
    "a wire to nowhere": (
        lambda: edits.connect(DIP, Wire("rsi_1", "value", "rsi_2", "source")),
        "A wire ends at 'rsi_2', but there is no such block. Did you mean 'rsi_1'?",
    ),
    "a wire of the wrong type": (
        lambda: edits.connect(DIP, Wire("rsi_1", "value", "all_of_1", "inputs")),
        "RSI gives a number; AND needs true or false. Put a comparison in between, such as 'Greater than'.",
    ),
    "a wire from an order": (
        lambda: edits.connect(DIP, Wire("enter_long_1", "done", "all_of_1", "inputs")),
        "Enter long 'enter_long_1' has no outputs, so no wire can be there.",
    ),
    "a circle": (
        lambda: edits.connect(DIP, Wire("all_of_1", "signal", "all_of_1", "inputs")),
        "'all_of_1' is connected to itself. Remove that wire.",
    ),
    "a wire that is not there": (
        lambda: edits.disconnect(DIP, Wire("rsi_1", "value", "less_1", "right")),
        "There is no wire from 'rsi_1' to 'less_1'.",
    ),
    "a setting out of bounds": (
        lambda: edits.set_param(DIP, "rsi_1", "period", 1),
        "RSI: period must be at least 2.",
    ),
    "a setting of the wrong type": (
        lambda: edits.set_param(DIP, "rsi_1", "period", "ten"),
        "RSI: period must be a whole number, for example 14.",
    ),
    "a setting that is not there": (
        lambda: edits.set_param(DIP, "rsi_1", "perod", 3),
        "RSI has no setting called 'perod'. Did you mean 'period'?",
    ),
    "a place too far away": (
        lambda: edits.move(DIP, {"rsi_1": (1e9, 0.0)}),
        "The position of 'rsi_1' is too far away.",
    ),
    "an empty symbol": (lambda: edits.set_instrument(DIP, "", "binance"), "The symbol must not be empty."),
    "a note too long": (
        lambda: edits.set_note(DIP, "x" * 10_001),
        "The note has 10,001 characters; at most 10,000 are possible.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_impossible_is_refused_in_a_sentence(what: str) -> None:
    edit, sentence = REFUSED[what]
    with pytest.raises(EditRefused) as caught:
        edit()
    assert str(caught.value) == sentence


def test_a_strategy_can_be_full() -> None:
    strategy = DIP
    while len(strategy.blocks) < 497:
        strategy = edits.paste(strategy, drawing(*["close_1.value > sma_1.source"], also=("ema_1",)))
    with pytest.raises(EditRefused, match="at most 500 are possible"):
        edits.paste(strategy, DIP)


UNCHANGED: dict[str, Callable[[Strategy], Strategy]] = {
    "name": lambda s: edits.rename(s, s.name),
    "note": lambda s: edits.set_note(s, s.note),
    "timeframe": lambda s: edits.set_timeframe(s, s.timeframe),
    "instrument": lambda s: edits.set_instrument(s, s.symbol, s.exchange),
    "place": lambda s: edits.move(s, {"rsi_1": (0.0, 0.0)}),
    "setting": lambda s: edits.set_param(s, "rsi_1", "period", 14),
    "wire": lambda s: edits.connect(s, s.wires[0]),
}


@pytest.mark.parametrize("what", UNCHANGED)
def test_an_edit_that_changes_nothing_gives_the_same_strategy(what: str) -> None:
    assert UNCHANGED[what](DIP) is DIP


# --- Any sequence of edits ---

KINDS = [kind.id for kind in catalog.KINDS]
NUMBERS = st.integers(0, 10_000)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(-5, 600), st.floats(-10, 1_000), st.sampled_from(["atr", "percent", "risk_percent", "nonsense"])
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "connect", "connect", "connect", "connect", "set", "disconnect", "remove"])
        | st.sampled_from(["move", "duplicate", "paste", "rename"]),
        NUMBERS,
        NUMBERS,
        NUMBERS,
        VALUES,
    ),
    max_size=40,
)


def _ports(strategy: Strategy, side: str) -> list[tuple[str, str]]:
    kinds = [(block.id, catalog.kind(block.kind)) for block in strategy.blocks]
    return [(block_id, port.name) for block_id, kind in kinds if kind for port in getattr(kind, side)]


def _edit(strategy: Strategy, step: tuple[str, int, int, int, Any]) -> Strategy:
    what, first, second, third, value = step
    if what == "add" or not strategy.blocks:
        return edits.add_block(strategy, KINDS[first % len(KINDS)], (float(second), float(third)))
    block = strategy.blocks[first % len(strategy.blocks)]
    if what == "connect":
        outputs, inputs = _ports(strategy, "outputs"), _ports(strategy, "inputs")
        if not outputs or not inputs:
            return strategy
        return edits.connect(strategy, Wire(*outputs[second % len(outputs)], *inputs[third % len(inputs)]))
    if what == "disconnect" and strategy.wires:
        return edits.disconnect(strategy, strategy.wires[first % len(strategy.wires)])
    if what == "set" and block.params:
        return edits.set_param(strategy, block.id, list(block.params)[second % len(block.params)], value)
    if what == "remove":
        return edits.remove_block(strategy, block.id)
    if what == "move":
        return edits.move(strategy, {block.id: (float(second), -float(third))})
    if what == "duplicate":
        return edits.duplicate_blocks(strategy, [each.id for each in strategy.blocks[second % 3 :: 2]])
    if what == "paste":
        found = templates.all_templates()
        return edits.paste(strategy, found[first % len(found)].strategy)
    return edits.rename(strategy, str(value))


@settings(max_examples=120, deadline=None)
@given(STEPS)
def test_no_sequence_of_edits_breaks_a_drawing(steps: list[tuple[str, int, int, int, Any]]) -> None:
    strategy = Strategy("Start")
    for step in steps:
        with suppress(EditRefused):
            strategy = _edit(strategy, step)
    assert structure.flaws(strategy) == []
    assert codec.read(codec.write(strategy)) == strategy
    assert codec.read(codec.canonical(strategy)) == strategy
    assert validate(strategy) == validate(codec.read(codec.write(strategy)))
    assert explain(strategy) == explain(codec.read(codec.canonical(strategy)))
    order = [block.id for block in evaluation_order(strategy)]
    assert sorted(order) == sorted(block.id for block in strategy.blocks)
    place = {block_id: at for at, block_id in enumerate(order)}
    assert all(place[wire.source] < place[wire.target] for wire in strategy.wires)
