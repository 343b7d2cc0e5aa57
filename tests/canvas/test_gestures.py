from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from support.hand import Hand

from app.canvas.canvas_view import CanvasView
from app.canvas.commands import Commands
from app.canvas.editor import Editor
from app.canvas.scene import CanvasScene
from app.canvas.theme import LIGHT
from app.canvas.value_editor import ValueEditor
from app.canvas.wire_item import points_along
from app.strategy import sheets
from app.strategy.document import Wire
from app.strategy.edits import collapse, connect, move, set_param

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NOWHERE = QPointF(620, 320)


def test_dragging_a_block_moves_it_and_its_wires_on_the_grid(view: CanvasView, editor: Editor, hand: Hand) -> None:
    line = view.canvas.wires[Wire("rsi_1", "value", "less_1", "left")]
    before = line.path.pointAtPercent(1)
    hand.drag(hand.at("less_1"), hand.at("less_1") + QPointF(43, 61))
    assert editor.strategy.layout["less_1"] == (320, 64)
    assert view.canvas.blocks["less_1"].pos() == QPointF(320, 64)
    assert line.path.pointAtPercent(1) - before == QPointF(40, 64)
    assert editor.undo_stack.undoText() == "Move block"


def test_nothing_changes_in_the_document_while_a_block_is_dragged(editor: Editor, hand: Hand) -> None:
    before = editor.strategy
    hand.drag(hand.at("less_1"), hand.at("less_1") + QPointF(80, 80), drop=False)
    assert editor.strategy is before


def test_escape_during_a_drag_puts_everything_back(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.at("less_1"), hand.at("less_1") + QPointF(80, 80), drop=False)
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.at("less_1"))
    assert view.canvas.blocks["less_1"].pos() == QPointF(280, 0)
    assert not editor.undo_stack.canUndo()


@pytest.mark.parametrize("start", ["block", "port", "edge", "empty"])
@pytest.mark.parametrize("command", ["delete", "undo", "tidy"])
def test_a_command_that_changes_the_drawing_ends_a_drag_first(
    view: CanvasView, editor: Editor, hand: Hand, start: str, command: str
) -> None:
    commands = Commands(view)
    editor.perform("Move", lambda s: move(s, {"less_1": (280.0, 8.0)}))
    editor.perform("Frame", lambda s: sheets.add_frame(s, (240.0, -80.0), (400.0, 160.0), "Dip", "blue"))
    hand.click(hand.at("less_1"))
    places = {
        "block": hand.at("less_1"),
        "port": hand.port("less_1", "signal", "output"),
        "edge": QPointF(640, 0),
        "empty": QPointF(-40, -40),
    }
    hand.drag(places[start], places[start] + QPointF(80, 90), drop=False)
    commands.action(command).trigger()
    after = editor.strategy
    hand.move(QPointF(60, 10))
    hand.release(QPointF(60, 10))
    assert editor.strategy is after
    fresh = CanvasScene(Editor(after), LIGHT)
    assert len(view.canvas.items()) == len(fresh.items())
    assert {name: item.pos() for name, item in view.canvas.blocks.items()} == {
        name: item.pos() for name, item in fresh.blocks.items()
    }


def test_a_value_whose_block_was_deleted_while_it_was_pressed_opens_nothing(
    view: CanvasView, editor: Editor, hand: Hand
) -> None:
    place = hand.value("rsi_1", "period")
    hand.press(place)
    Commands(view).action("delete").trigger()
    hand.release(place)
    assert editor.strategy.block("rsi_1") is None
    assert not view.findChildren(ValueEditor)


def test_all_selected_blocks_move_together(editor: Editor, hand: Hand) -> None:
    hand.click(hand.at("rsi_1"))
    hand.click(hand.at("less_1"), keys=SHIFT)
    hand.drag(hand.at("less_1"), hand.at("less_1") + QPointF(16, 8))
    assert editor.strategy.layout["rsi_1"] == (16, 8)
    assert editor.strategy.layout["less_1"] == (296, 8)
    assert editor.undo_stack.undoText() == "Move 2 blocks"


def test_a_rectangle_selects_what_it_touches_and_shift_toggles(editor: Editor, hand: Hand) -> None:
    hand.drag(QPointF(-20, -20), QPointF(300, 100))
    assert editor.selection == {"rsi_1", "less_1"}
    hand.drag(QPointF(-20, -20), QPointF(20, 100), keys=SHIFT)
    assert editor.selection == {"less_1"}
    hand.click(NOWHERE)
    assert editor.selection == frozenset()


def test_a_wire_is_drawn_from_an_output_to_an_input(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("ema_1", "value", "output"), hand.port("less_1", "right"))
    assert Wire("ema_1", "value", "less_1", "right") in editor.strategy.wires
    assert editor.undo_stack.undoText() == "Connect"


def test_a_wire_is_drawn_backwards_from_an_input(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("less_1", "right"), hand.port("ema_1", "value", "output"))
    assert Wire("ema_1", "value", "less_1", "right") in editor.strategy.wires


def test_a_wire_snaps_to_a_port_within_24_pixels(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("ema_1", "value", "output"), hand.port("less_1", "right") + QPointF(-14, 14))
    assert Wire("ema_1", "value", "less_1", "right") in editor.strategy.wires


def test_a_wire_dropped_on_a_block_takes_its_free_input(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("ema_1", "value", "output"), hand.at("less_1", 100, 40))
    assert Wire("ema_1", "value", "less_1", "right") in editor.strategy.wires


def test_ports_that_do_not_fit_are_dimmed_and_the_reason_is_said(view: CanvasView, editor: Editor, hand: Hand) -> None:
    wires = editor.strategy.wires
    hand.drag(hand.port("ema_1", "value", "output"), hand.port("all_of_1", "inputs"), drop=False)
    assert ("input", "inputs") in view.canvas.blocks["all_of_1"].dimmed
    assert ("input", "right") not in view.canvas.blocks["less_1"].dimmed
    assert "gives a number" in view.last_said
    assert view.hint.isVisible()
    hand.release(hand.port("all_of_1", "inputs"))
    assert editor.strategy.wires == wires
    assert view.canvas.blocks["all_of_1"].dimmed == frozenset()


def test_a_wire_that_would_close_a_circle_is_refused(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("less_1", "signal", "output"), hand.port("all_of_1", "inputs"))
    hand.drag(hand.port("all_of_1", "signal", "output"), hand.port("all_of_1", "inputs"), drop=False)
    assert ("input", "inputs") in view.canvas.blocks["all_of_1"].dimmed
    hand.release(hand.port("all_of_1", "inputs"))
    assert Wire("all_of_1", "signal", "all_of_1", "inputs") not in editor.strategy.wires


def test_a_wire_is_picked_up_from_its_input_and_laid_elsewhere(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("less_1", "left"), hand.port("less_1", "right"))
    assert editor.strategy.wires == (
        Wire("less_1", "signal", "enter_long_1", "when"),
        Wire("rsi_1", "value", "less_1", "right"),
    )
    assert editor.undo_stack.undoText() == "Move wire"


def test_a_wire_picked_up_and_dropped_nowhere_is_gone(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("less_1", "left"), NOWHERE)
    assert Wire("rsi_1", "value", "less_1", "left") not in editor.strategy.wires
    assert not view.quick_add.isVisible()


def test_the_knife_cuts_every_wire_it_crosses(editor: Editor, hand: Hand) -> None:
    hand.drag(QPointF(220, -60), QPointF(240, 100), keys=ALT)
    assert editor.strategy.wires == (Wire("less_1", "signal", "enter_long_1", "when"),)
    assert editor.undo_stack.undoText() == "Cut wire"


def test_alt_drag_on_a_block_makes_a_copy(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.at("ema_1"), hand.at("ema_1") + QPointF(0, 160), keys=ALT)
    assert editor.strategy.layout["ema_2"] == (0, 360)
    assert editor.strategy.layout["ema_1"] == (0, 200)
    assert editor.selection == {"ema_2"}


def test_a_lone_block_dropped_on_a_wire_goes_into_it_and_makes_room(
    view: CanvasView, editor: Editor, hand: Hand
) -> None:
    middle = view.canvas.wires[Wire("less_1", "signal", "enter_long_1", "when")].middle()
    hand.drag(hand.at("all_of_1", 88, 18), middle)
    assert Wire("less_1", "signal", "all_of_1", "inputs") in editor.strategy.wires
    assert Wire("all_of_1", "signal", "enter_long_1", "when") in editor.strategy.wires
    assert Wire("less_1", "signal", "enter_long_1", "when") not in editor.strategy.wires
    right_edge = editor.strategy.layout["all_of_1"][0] + 176
    assert editor.strategy.layout["enter_long_1"][0] >= right_edge + 40
    assert editor.undo_stack.count() == 1


def test_a_value_is_dragged_in_one_step_of_undo(view: CanvasView, editor: Editor, hand: Hand) -> None:
    start = hand.value("rsi_1", "period")
    hand.drag(start, start + QPointF(24, 0))
    block = editor.strategy.block("rsi_1")
    assert block is not None
    assert block.params["period"] == 20
    assert editor.undo_stack.count() == 1
    assert editor.undo_stack.undoText() == "Change RSI: period"
    hand.drag(hand.value("rsi_1", "period"), hand.value("rsi_1", "period") + QPointF(8, 0))
    assert editor.undo_stack.count() == 2


def test_escape_takes_a_dragged_value_back(editor: Editor, hand: Hand) -> None:
    before = editor.strategy
    start = hand.value("rsi_1", "period")
    hand.drag(start, start + QPointF(40, 0), drop=False)
    hand.key(Qt.Key.Key_Escape)
    hand.release(start)
    assert editor.strategy == before
    assert not editor.undo_stack.canUndo()


def test_middle_right_and_space_drags_move_the_picture_and_nothing_else(view: CanvasView, hand: Hand) -> None:
    for button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
        before = hand.pixel(QPointF(0, 0))
        hand.drag(NOWHERE, NOWHERE + QPointF(50, 30), button=button)
        moved = hand.pixel(QPointF(0, 0)) - before
        assert moved.x() > 20
        assert moved.y() > 10
    view.space_held = True
    before = hand.pixel(QPointF(0, 0))
    hand.drag(hand.at("rsi_1"), hand.at("rsi_1") + QPointF(50, 30))
    assert (hand.pixel(QPointF(0, 0)) - before).x() > 20


def test_the_wheel_zooms_at_the_cursor_between_25_and_200_percent(view: CanvasView, hand: Hand) -> None:
    place = hand.at("less_1")
    pixel = hand.pixel(place)
    hand.wheel(place, 2)
    assert view.zoom > 1.4
    assert (hand.pixel(place) - pixel).manhattanLength() <= 2
    hand.wheel(place, 20)
    assert view.zoom == 2.0
    hand.wheel(place, -40)
    assert view.zoom == 0.25


def test_a_wire_goes_around_the_blocks_in_between(view: CanvasView, editor: Editor) -> None:
    editor.perform("Connect", lambda s: connect(s, Wire("rsi_1", "value", "ema_1", "source")))
    editor.perform("Move", lambda s: move(s, {"ema_1": (560.0, -200.0), "less_1": (280.0, -90.0)}))
    path = view.canvas.wires[Wire("rsi_1", "value", "ema_1", "source")].path
    between = view.canvas.blocks["less_1"]
    assert not any(between.body.translated(between.pos()).contains(point) for point in points_along(path))
    editor.perform("Move", lambda s: move(s, {"less_1": (280.0, 400.0)}))
    assert view.canvas.wires[Wire("rsi_1", "value", "ema_1", "source")].path.elementCount() == 4


@pytest.fixture
def laid(view: CanvasView, monkeypatch: pytest.MonkeyPatch) -> list[Wire]:
    """The wires laid anew from here on."""
    wires: list[Wire] = []
    lay = view.canvas._lay
    monkeypatch.setattr(view.canvas, "_lay", lambda wire: (wires.append(wire), lay(wire)))
    return wires


def test_only_the_wires_of_the_moved_block_are_laid_anew_while_dragging(hand: Hand, laid: list[Wire]) -> None:
    hand.drag(hand.at("rsi_1"), hand.at("rsi_1") + QPointF(40, 40), drop=False)
    assert set(laid) == {Wire("rsi_1", "value", "less_1", "left")}


def test_a_changed_value_lays_no_wire_anew_and_another_shape_of_the_block_does(
    view: CanvasView, editor: Editor, laid: list[Wire]
) -> None:
    editor.perform("Change", lambda s: set_param(s, "rsi_1", "period", 30))
    assert view.canvas.blocks["rsi_1"].face.fields[0].value == 30
    assert laid == []
    editor.perform("Collapse", lambda s: collapse(s, ["less_1"]))
    assert set(laid) == set(editor.strategy.wires)
