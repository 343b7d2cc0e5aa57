"""The two hashes of a strategy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.wired import drawing

from app.blocks import catalog
from app.market.timeframe import Timeframe
from app.strategy import codec, edits, templates
from app.strategy.document import Frame, Note, Strategy, Wire
from app.strategy.revision import document_hash, logic_alone, logic_hash

DIP = drawing(
    "rsi_1.value > less_1.left",
    "less_1.signal > all_of_1.inputs",
    "close_1.value > greater_1.left",
    "ema_1.value > greater_1.right",
    "greater_1.signal > all_of_1.inputs",
    "all_of_1.signal > enter_long_1.when",
)

NOT_LOGIC = {
    "name": replace(DIP, name="Other"),
    "note": replace(DIP, note="Other"),
    "symbol": replace(DIP, symbol="ETH/USDT"),
    "exchange": replace(DIP, exchange="binance"),
    "layout": replace(DIP, layout={"rsi_1": (1.0, 2.0)}),
    "frames": replace(DIP, frames=(Frame("frame_1"),)),
    "notes": replace(DIP, notes=(Note("note_1"),)),
    "points of a wire": replace(DIP, reroutes={DIP.wires[0]: ((1.0, 2.0),)}),
    "dials": replace(DIP, dials=(("rsi_1", "period"),)),
    "collapsed": replace(DIP, blocks=(replace(DIP.blocks[0], collapsed=True), *DIP.blocks[1:])),
    "order of blocks": replace(DIP, blocks=tuple(reversed(DIP.blocks))),
    "order of wires": replace(DIP, wires=tuple(reversed(DIP.wires))),
}


@pytest.mark.parametrize("what", NOT_LOGIC)
def test_what_is_not_logic_changes_the_document_alone(what: str) -> None:
    assert logic_hash(NOT_LOGIC[what]) == logic_hash(DIP)
    assert document_hash(NOT_LOGIC[what]) != document_hash(DIP)


@pytest.mark.parametrize("what", sorted(set(NOT_LOGIC) - {"symbol", "exchange", "order of blocks", "order of wires"}))
def test_the_logic_alone_says_nothing_of_how_it_is_drawn(what: str) -> None:
    assert logic_alone(NOT_LOGIC[what]) == logic_alone(DIP)
    assert logic_hash(logic_alone(DIP)) == logic_hash(DIP)


def _logic_changes() -> dict[str, Strategy]:
    changes = {
        "timeframe": replace(DIP, timeframe=Timeframe.parse("2h")),
        "a block more": edits.add_block(DIP, "stop_loss"),
        "a block muted": edits.mute(DIP, ["all_of_1"]),
        "a block less": edits.remove_block(DIP, "greater_1"),
        "a wire less": replace(DIP, wires=DIP.wires[:-1]),
        "a wire moved": edits.connect(DIP, Wire("rsi_1", "value", "greater_1", "right")),
        "another kind": replace(
            DIP, blocks=tuple(replace(b, kind="any_of") if b.kind == "all_of" else b for b in DIP.blocks)
        ),
    }
    for block in DIP.blocks:
        kind = catalog.kind(block.kind)
        assert kind is not None
        for param in kind.params:
            value = block.params[param.name]
            assert not isinstance(value, str)
            changes[f"{block.id} {param.name}"] = edits.set_param(DIP, block.id, param.name, value + 1)
    return changes


def test_every_change_of_logic_gives_another_logic_hash() -> None:
    changes = _logic_changes()
    hashes = {logic_hash(DIP), *map(logic_hash, changes.values())}
    assert len(changes) > 8
    assert len(hashes) == len(changes) + 1


def test_the_order_of_blocks_and_the_form_of_numbers_do_not_matter() -> None:
    params = {"less_1": {"value": 30}}
    one = drawing("rsi_1.value > less_1.left", params=params)
    blocks = tuple(replace(block, params=dict(reversed(block.params.items()))) for block in one.blocks)
    assert logic_hash(replace(one, blocks=tuple(reversed(blocks)))) == logic_hash(one)


def test_hashes_survive_writing_and_reading() -> None:
    for each in templates.all_templates():
        again = codec.read(codec.write(each.strategy))
        assert document_hash(again) == document_hash(each.strategy)
        assert logic_hash(again) == logic_hash(each.strategy)


def test_the_hashes_are_sha256_and_not_each_other() -> None:
    assert len(document_hash(DIP)) == len(logic_hash(DIP)) == 64
    assert document_hash(DIP) != logic_hash(DIP)


def test_a_known_drawing_has_its_known_hashes() -> None:
    """They name revisions and runs on disk: a change here makes every stored one unknown."""
    known = drawing("close_1.value > greater_1.left", "greater_1.signal > enter_long_1.when", name="Known")
    assert document_hash(known) == "cf6dc7b67b44341c7f1fc56a507fe2d89adbc44846303557db576afbada789ca"
    assert logic_hash(known) == "a0faee74f0b51d2f1758ba961efc5ac2fa1f6ea14851ab1c07d2924d76c3c53c"
