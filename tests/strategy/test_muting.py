from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.wired import drawing

from app.engine.plan import prepare
from app.strategy import codec, edits, muting, rewire
from app.strategy.document import Strategy, Wire
from app.strategy.explain import explain
from app.strategy.revision import logic_hash
from app.strategy.templates import all_templates
from app.strategy.validate import require_valid, validate

DIP = drawing(
    "rsi_1.value > less_1.left",
    "less_1.signal > all_of_1.inputs",
    "ema_1.value > greater_1.right",
    "close_1.value > greater_1.left",
    "greater_1.signal > all_of_1.inputs",
    "all_of_1.signal > negate_1.when",
    "negate_1.signal > enter_long_1.when",
    also=("stop_loss_1", "exit_long_1"),
)


@pytest.mark.parametrize("each", all_templates(), ids=lambda each: each.id)
def test_muting_a_block_is_healing_it_away(each: object) -> None:
    strategy = each.strategy  # type: ignore[attr-defined]
    for block in strategy.blocks:
        muted = edits.mute(strategy, [block.id])
        assert logic_hash(muted) == logic_hash(rewire.heal(strategy, [block.id])) != logic_hash(strategy)
        assert logic_hash(edits.mute(muted, [block.id], False)) == logic_hash(strategy)


@settings(deadline=None, max_examples=60)
@given(names=st.sets(st.sampled_from([block.id for block in DIP.blocks])))
def test_any_number_of_muted_blocks_counts_as_healed_away(names: set[str]) -> None:
    muted = edits.mute(DIP, sorted(names))
    healed = rewire.heal(DIP, sorted(names))
    assert logic_hash(muted) == logic_hash(healed)
    assert explain(muted) == explain(healed)
    assert {problem.message for problem in validate(muted)} == {problem.message for problem in validate(healed)}
    assert codec.read(codec.write(muted)) == codec.read(codec.canonical(muted)) == muted


def test_a_muted_condition_leaves_the_other_and_a_muted_not_lets_through() -> None:
    assert (
        Wire("less_1", "signal", "negate_1", "when")
        in muting.without_muted(edits.mute(DIP, ["greater_1", "all_of_1"])).wires
    )
    after = muting.without_muted(edits.mute(DIP, ["negate_1"]))
    assert Wire("all_of_1", "signal", "enter_long_1", "when") in after.wires


def test_the_engine_runs_what_is_left() -> None:
    muted = edits.mute(DIP, ["ema_1", "close_1", "greater_1", "stop_loss_1"])
    plan, healed = prepare(muted), prepare(rewire.heal(DIP, ["ema_1", "close_1", "greater_1", "stop_loss_1"]))
    assert (plan.steps, plan.stop_loss, plan.settling_bars) == (healed.steps, healed.stop_loss, healed.settling_bars)
    assert "ema_1" not in {block_id for block_id, _ in plan.outputs}


def test_a_second_stop_loss_may_stand_by_while_it_is_muted() -> None:
    two = edits.add_block(DIP, "stop_loss")
    assert any(problem.code == "repeated_risk_block" for problem in validate(two))
    require_valid(edits.mute(two, ["stop_loss_2"]))


def test_a_muted_entry_is_as_if_it_were_not_there() -> None:
    muted = edits.mute(DIP, ["enter_long_1"])
    assert validate(muted)[0].code == "nothing_enters"
    assert "Nothing happens yet" in explain(muted)


def test_without_a_muted_block_nothing_is_made_anew() -> None:
    assert muting.without_muted(DIP) is DIP
    assert edits.mute(DIP, ["rsi_1"], False) is DIP
    assert edits.collapse(edits.collapse(DIP, ["rsi_1"]), ["rsi_1"], False) == DIP


def test_a_muted_block_on_a_circle_is_a_circle_and_no_crash() -> None:
    circle = drawing("all_of_1.signal > all_of_2.inputs", "all_of_2.signal > all_of_1.inputs")
    muted = replace(circle, blocks=tuple(replace(block, muted=True) for block in circle.blocks))
    assert [problem.code for problem in validate(muted)] == ["cycle"]
    assert muting.without_muted(muted).wires == ()


def test_a_long_row_of_muted_blocks_takes_no_time_and_no_stack() -> None:
    wires = [f"negate_{number}.signal > negate_{number + 1}.when" for number in range(497)]
    row = drawing("rising_1.signal > negate_0.when", *wires, "negate_497.signal > enter_long_1.when")
    muted: Strategy = edits.mute(row, [block.id for block in row.blocks if block.kind == "negate"])
    assert muting.without_muted(muted).wires == (Wire("rising_1", "signal", "enter_long_1", "when"),)
