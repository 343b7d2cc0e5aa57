"""What differs between two drawings."""

from __future__ import annotations

from dataclasses import replace

from support.wired import drawing

from app.market.timeframe import Timeframe
from app.strategy import edits
from app.strategy.difference import difference
from app.strategy.document import Strategy, Wire
from app.strategy.revision import logic_hash
from app.strategy.templates import all_templates, template

DIP = template("rsi_dip").strategy


def sentences(old: Strategy, new: Strategy) -> str:
    return "\n".join(difference(old, new).sentences())


def test_a_drawing_does_not_differ_from_itself_in_another_order_or_at_another_place() -> None:
    other = replace(DIP, blocks=DIP.blocks[::-1], wires=DIP.wires[::-1], layout={})
    found = difference(DIP, other)
    assert found.same
    assert found.same_logic
    assert found.sentences() == ()


def test_a_param_that_changed_is_told_as_the_trader_reads_it() -> None:
    found = difference(DIP, edits.set_param(DIP, "stop_loss_1", "percent", 0.03))
    (change,) = found.changed
    assert [(param.name, param.old, param.new) for param in change.params] == [("percent", 0.05, 0.03)]
    assert found.sentences() == ("Stop loss: percent was 5 % and is 3 %.",)
    assert not found.same_logic


def test_blocks_added_and_removed_take_their_wires_along() -> None:
    fewer = edits.remove_block(DIP, "greater_1")
    found = difference(DIP, fewer)
    assert [block.id for block in found.removed] == ["greater_1"]
    assert len(found.wires_removed) == 3
    assert "No longer connected" not in sentences(DIP, fewer)
    back = difference(fewer, DIP)
    assert [block.id for block in back.added] == ["greater_1"]
    assert back.sentences() == ("Added: Greater than 'greater_1'.",)


def test_a_wire_between_blocks_that_stay_is_told() -> None:
    cut = edits.disconnect(DIP, Wire("less_1", "signal", "all_of_1", "inputs"))
    assert sentences(DIP, cut) == "No longer connected: 'less_1.signal' to 'all_of_1.inputs'."
    assert sentences(cut, DIP) == "Connected: 'less_1.signal' to 'all_of_1.inputs'."


def test_an_id_that_names_another_kind_is_another_block() -> None:
    old = drawing("close_1.value > less_1.left")
    new = replace(
        old, blocks=tuple(replace(block, kind="greater") if block.id == "less_1" else block for block in old.blocks)
    )
    found = difference(old, new)
    assert ([block.kind for block in found.removed], [block.kind for block in found.added]) == (["less"], ["greater"])
    assert found.changed == ()


def test_fields_are_told_and_only_the_timeframe_is_logic() -> None:
    renamed = difference(DIP, replace(DIP, name="Mine", note="x", symbol="STORM/USD"))
    assert [field.name for field in renamed.fields] == ["name", "symbol", "note"]
    assert renamed.same_logic
    assert not renamed.same
    slower = difference(DIP, replace(DIP, timeframe=Timeframe.parse("4h")))
    assert slower.sentences() == ("The timeframe was '1h' and is '4h'.",)
    assert not slower.same_logic


def test_a_hostile_name_stays_on_one_short_line() -> None:
    (sentence,) = difference(DIP, replace(DIP, name="<b>\n=1+1\t" + "x" * 300)).sentences()
    assert "\n" not in sentence
    assert len(sentence) < 140


def test_same_logic_is_what_the_logic_hash_says() -> None:
    drawn = [each.strategy for each in all_templates()]
    for one in drawn:
        for other in (*drawn, replace(one, name="Another", note="!")):
            assert difference(one, other).same_logic == (logic_hash(one) == logic_hash(other))
