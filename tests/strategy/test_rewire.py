from __future__ import annotations

import pytest

from app.strategy import rewire
from app.strategy.document import Strategy, Wire
from app.strategy.edits import EditRefused, add_block, connect

CONDITION = Wire("less_1", "signal", "enter_long_1", "when")


@pytest.fixture
def dip() -> Strategy:
    """Return RSI < 30 → Enter long."""
    strategy = Strategy("Dip")
    for number, kind in enumerate(("rsi", "less", "enter_long")):
        strategy = add_block(strategy, kind, (number * 240.0, 0.0))
    strategy = connect(strategy, Wire("rsi_1", "value", "less_1", "left"))
    return connect(strategy, CONDITION)


def test_a_block_goes_into_a_wire_that_carries_its_type(dip: Strategy) -> None:
    after = rewire.add_on_wire(dip, "negate", (300, 0), CONDITION)
    assert CONDITION not in after.wires
    assert Wire("less_1", "signal", "negate_1", "when") in after.wires
    assert Wire("negate_1", "signal", "enter_long_1", "when") in after.wires


def test_a_block_without_a_fitting_port_does_not_go_into_a_wire(dip: Strategy) -> None:
    assert not rewire.fits_on(dip, "stop_loss", CONDITION)
    with pytest.raises(EditRefused, match="does not fit"):
        rewire.add_on_wire(dip, "stop_loss", (0, 0), CONDITION)


def test_inserting_and_healing_is_as_if_nothing_happened(dip: Strategy) -> None:
    after = rewire.add_on_wire(dip, "within_last", (300, 0), CONDITION)
    assert sorted(rewire.heal(after, ["within_last_1"]).wires) == sorted(dip.wires)


def test_healing_a_block_that_changes_the_type_only_removes_it(dip: Strategy) -> None:
    after = rewire.heal(dip, ["less_1"])
    assert after.wires == ()
    assert [block.id for block in after.blocks] == ["rsi_1", "enter_long_1"]


def test_healing_an_and_before_an_and_hands_on_every_condition(dip: Strategy) -> None:
    for kind in ("greater", "all_of", "all_of"):
        dip = add_block(dip, kind)
    for wire in (
        Wire("less_1", "signal", "all_of_1", "inputs"),
        Wire("greater_1", "signal", "all_of_1", "inputs"),
        Wire("all_of_1", "signal", "all_of_2", "inputs"),
    ):
        dip = connect(dip, wire)
    after = rewire.heal(dip, ["all_of_1"])
    assert Wire("less_1", "signal", "all_of_2", "inputs") in after.wires
    assert Wire("greater_1", "signal", "all_of_2", "inputs") in after.wires


def test_a_new_block_is_connected_to_what_it_was_wanted_for(dip: Strategy) -> None:
    after = rewire.add_connected(dip, "crosses_above", (0, 0), ("rsi_1", "value"), from_output=True)
    assert Wire("rsi_1", "value", "crosses_above_1", "left") in after.wires
    after = rewire.add_connected(dip, "constant", (0, 0), ("less_1", "right"), from_output=False)
    assert Wire("constant_1", "value", "less_1", "right") in after.wires
    with pytest.raises(EditRefused, match="no port that fits"):
        rewire.add_connected(dip, "stop_loss", (0, 0), ("rsi_1", "value"), from_output=True)


def test_the_free_input_is_one_that_must_be_connected(dip: Strategy) -> None:
    dip = add_block(dip, "between")
    assert rewire.free_input(dip, "between_1", "series") == "source"
    dip = connect(dip, Wire("rsi_1", "value", "between_1", "source"))
    assert rewire.free_input(dip, "between_1", "series") == "low"
    assert rewire.free_input(dip, "between_1", "signal") is None


def test_room_is_made_for_a_block_by_shifting_what_it_feeds(dip: Strategy) -> None:
    after = rewire.add_on_wire(dip, "negate", (300, 0), CONDITION)
    roomy = rewire.make_room(after, "negate_1", 176)
    assert roomy.layout["enter_long_1"][0] == 300 + 176 + 40
    assert roomy.layout["rsi_1"] == dip.layout["rsi_1"]
    assert rewire.make_room(roomy, "negate_1", 176) is roomy


def test_feeders_and_users_are_found_over_any_number_of_wires(dip: Strategy) -> None:
    assert rewire.feeders(dip, "enter_long_1") == {"enter_long_1", "less_1", "rsi_1"}
    assert rewire.users(dip, "rsi_1") == {"enter_long_1", "less_1", "rsi_1"}


def test_what_is_refused_has_a_reason(dip: Strategy) -> None:
    assert "gives a number" in (rewire.refusal(dip, Wire("rsi_1", "value", "enter_long_1", "when")) or "")
    assert rewire.refusal(dip, Wire("rsi_1", "value", "less_1", "right")) is None


def test_pasting_with_inputs_feeds_the_copy_like_the_original(dip: Strategy) -> None:
    clip = rewire.only(dip, ["less_1"])
    after = rewire.paste_with_inputs(dip, clip, (0, 100))
    assert Wire("rsi_1", "value", "less_2", "left") in after.wires
    assert rewire.paste_with_inputs(Strategy("Other"), clip, (0, 0)).wires == ()


def test_a_wire_is_laid_elsewhere_in_one_step(dip: Strategy) -> None:
    old, new = Wire("rsi_1", "value", "less_1", "left"), Wire("rsi_1", "value", "less_1", "right")
    assert set(rewire.move_wire(dip, old, new).wires) == {new, CONDITION}
    assert rewire.move_wire(dip, old, old) is dip
