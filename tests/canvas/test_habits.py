"""Habits of the hand that no other file has: scrolling, pinching, help, probes, converters, dials, the empty canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QKeySequence,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot
from support.hand import NONE, Hand

from app.canvas.canvas_view import KIND_MIME, CanvasView
from app.canvas.choice import Choice
from app.canvas.commands import Commands
from app.canvas.dials import Dials
from app.canvas.editor import Editor
from app.canvas.outline import Line, Outline
from app.canvas.parameter_form import ParameterForm
from app.canvas.theme import LIGHT
from app.strategy import edits, reroutes, sheets
from app.strategy.document import Strategy, Wire
from app.strategy.parts import Parts

LAST_WIRE = Wire("less_1", "signal", "enter_long_1", "when")
EMPTY = QPointF(560, 300)


@pytest.fixture
def commands(view: CanvasView) -> Commands:
    return Commands(view)


def keys(view: CanvasView, text: str) -> None:
    QTest.keySequence(view, QKeySequence(text))


def scroll(view: CanvasView, by: QPoint) -> None:
    at = QPointF(view.viewport().rect().center())
    everywhere = QPointF(view.viewport().mapToGlobal(at.toPoint()))
    event = QWheelEvent(at, everywhere, by, by * 8, Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.ScrollUpdate, False)
    QApplication.sendEvent(view.viewport(), event)


def test_two_fingers_move_the_picture(view: CanvasView, hand: Hand) -> None:
    before, zoom = hand.pixel(QPointF(0, 0)), view.zoom
    scroll(view, QPoint(30, 20))
    assert hand.pixel(QPointF(0, 0)) - before == QPoint(30, 20)
    assert view.zoom == zoom


def test_a_pinch_zooms_at_the_fingers(view: CanvasView, hand: Hand) -> None:
    place = hand.at("less_1")
    pixel, zoom = hand.pixel(place), view.zoom
    at = QPointF(pixel)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        QPointF(view.viewport().mapToGlobal(pixel)),
        0.25,
        QPointF(),
    )
    QApplication.sendEvent(view.viewport(), event)
    assert view.zoom == pytest.approx(zoom * 1.25)
    assert (hand.pixel(place) - pixel).manhattanLength() <= 2


def test_a_left_drag_on_empty_space_never_moves_the_picture(view: CanvasView, hand: Hand) -> None:
    before = hand.pixel(QPointF(0, 0))
    hand.drag(EMPTY, EMPTY + QPointF(80, 60))
    assert hand.pixel(QPointF(0, 0)) == before


def test_what_was_added_last_is_offered_first(view: CanvasView, hand: Hand) -> None:
    hand.double_click(EMPTY)
    QTest.keyClicks(view.quick_add.search, "macd")
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Return)
    hand.double_click(EMPTY + QPointF(-420, 100))
    assert view.quick_add.list.item(0).text() == "MACD"


def test_a_wire_back_into_empty_space_offers_a_number_first(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("less_1", "right"), QPointF(120, 340))
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Return)
    assert Wire("constant_1", "value", "less_1", "right") in editor.strategy.wires


@pytest.mark.parametrize("backwards", [False, True])
def test_a_number_on_true_or_false_gets_a_comparison_in_between(
    view: CanvasView, editor: Editor, hand: Hand, backwards: bool
) -> None:
    ends = [hand.port("ema_1", "value", "output"), hand.port("all_of_1", "inputs")]
    hand.drag(*(reversed(ends) if backwards else ends))
    assert view.quick_add.isVisible()
    shown = {view.quick_add.list.item(row).text() for row in range(view.quick_add.list.count())}
    assert "Greater than" in shown
    assert not shown & {"RSI", "NOT", "Add"}
    QTest.keyClicks(view.quick_add.search, "crosses above")
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Return)
    assert Wire("ema_1", "value", "crosses_above_1", "left") in editor.strategy.wires
    assert Wire("crosses_above_1", "signal", "all_of_1", "inputs") in editor.strategy.wires
    assert editor.undo_stack.count() == 1


def test_true_or_false_on_a_number_gets_nothing_in_between(view: CanvasView, editor: Editor, hand: Hand) -> None:
    before = editor.strategy
    hand.drag(hand.port("less_1", "signal", "output"), hand.port("ema_1", "source"))
    assert not view.quick_add.isVisible()
    assert editor.strategy is before


def test_wires_far_from_the_selected_block_fade(view: CanvasView, hand: Hand) -> None:
    hand.click(hand.at("rsi_1"))
    assert view.canvas.wires[LAST_WIRE].faded
    assert not view.canvas.wires[Wire("rsi_1", "value", "less_1", "left")].faded
    hand.click(EMPTY)
    assert not view.canvas.wires[LAST_WIRE].faded


def test_f1_tells_about_the_selected_block(view: CanvasView, editor: Editor, commands: Commands, hand: Hand) -> None:
    hand.click(hand.at("rsi_1"))
    hand.key(Qt.Key.Key_F1)
    assert view.card.isVisible()
    assert view.card.title.text() == "RSI"
    assert not commands.sheet.isVisible()
    hand.key(Qt.Key.Key_Escape)
    assert not view.card.isVisible()


@pytest.mark.usefixtures("commands")
def test_a_pinned_probe_keeps_the_values_of_one_block_in_view(view: CanvasView, editor: Editor) -> None:
    view.show_sparklines({("rsi_1", "value"): [1.0, 2.0, 3.0], ("ema_1", "value"): [1.0, 2.0]})
    before = {name: item.height for name, item in view.canvas.blocks.items()}
    editor.select(["rsi_1"])
    keys(view, "P")
    assert view.canvas.blocks["rsi_1"].height > before["rsi_1"]
    assert view.canvas.blocks["ema_1"].height == before["ema_1"]
    view.show_sparklines({("rsi_1", "value"): [1.0, 2.0, 4.0]})
    assert view.canvas.blocks["rsi_1"].height > before["rsi_1"]
    keys(view, "P")
    assert view.canvas.blocks["rsi_1"].height == before["rsi_1"]


def test_an_empty_canvas_says_how_to_begin_and_only_then(qtbot: QtBot, editor: Editor) -> None:
    view = CanvasView(Editor(Strategy("New")), LIGHT)
    qtbot.addWidget(view)
    view.resize(800, 500)
    view.show()
    assert view.invitation.isVisible()
    assert (view.invitation.geometry().center() - view.rect().center()).manhattanLength() < 4
    at = QPointF(view.viewport().rect().center())
    hand = Hand(view)
    hand.double_click(view.mapToScene(at.toPoint()))
    assert view.quick_add.isVisible()
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Return)
    assert not view.invitation.isVisible()
    view.editor.undo_stack.undo()
    assert view.invitation.isVisible()


def test_every_label_of_the_canvas_is_plain_text_and_the_viewport_has_a_name(
    view: CanvasView, editor: Editor, commands: Commands, qtbot: QtBot
) -> None:
    form = ParameterForm(editor)
    qtbot.addWidget(form)
    editor.select(["rsi_1"])
    labels = [*view.findChildren(QLabel), *form.findChildren(QLabel)]
    assert len(labels) > 8
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert view.viewport().accessibleName() == "Canvas"


def test_a_starred_setting_is_a_dial_that_changes_the_drawing(qtbot: QtBot, editor: Editor) -> None:
    form, dials = ParameterForm(editor), Dials(editor)
    for widget in (form, dials):
        qtbot.addWidget(widget)
        widget.show()
    assert any("star" in label.text() and label.isVisible() for label in dials.findChildren(QLabel))
    editor.select(["rsi_1"])
    QTest.mouseClick(form.rows["period"].star, Qt.MouseButton.LeftButton)
    assert editor.strategy.dials == (("rsi_1", "period"),)
    assert editor.undo_stack.undoText() == "Add dial"
    row = dials.rows["rsi_1", "period"]
    assert row.slider is not None
    row.slider.setValue(row.slider.value() + 40)
    assert editor.strategy.block("rsi_1").params["period"] > 14  # type: ignore[union-attr]
    assert form.rows["period"].field.value() == row.field.value()  # type: ignore[union-attr]
    QTest.mouseClick(row.star, Qt.MouseButton.LeftButton)
    assert editor.strategy.dials == ()
    editor.undo_stack.undo()
    assert editor.strategy.dials == (("rsi_1", "period"),)
    assert dials.rows["rsi_1", "period"].field.accessibleName() == "RSI: period"


def test_a_block_is_muted_in_the_form(qtbot: QtBot, editor: Editor) -> None:
    form = ParameterForm(editor)
    qtbot.addWidget(form)
    editor.select(["less_1"])
    box = form.findChildren(QCheckBox)[0]
    box.click()
    assert editor.strategy.block("less_1").muted  # type: ignore[union-attr]
    editor.undo_stack.undo()
    assert not box.isChecked()
    assert editor.undo_stack.count() == 1


def test_a_frame_and_a_note_are_changed_in_the_form(qtbot: QtBot, editor: Editor) -> None:
    editor.perform("Frame", lambda s: sheets.add_frame(s, (0.0, 0.0), (100.0, 100.0), "Entry"))
    editor.perform("Note", lambda s: sheets.add_note(s, (0.0, 0.0), "one"))
    form = ParameterForm(editor)
    qtbot.addWidget(form)
    form.show()
    editor.pick(Parts(frames=frozenset({"frame_1"})))
    title = next(each for each in form.findChildren(QLineEdit) if each.accessibleName() == "Title")
    title.selectAll()
    QTest.keyClicks(title, "Way in")
    assert editor.strategy.frames[0].title == "Way in"
    assert editor.undo_stack.count() == 3
    colour = form.findChildren(Choice)[0]
    QTest.keyClick(colour, Qt.Key.Key_Down)
    assert editor.strategy.frames[0].color == "blue"
    editor.pick(Parts(notes=frozenset({"note_1"})))
    text = next(each for each in form.findChildren(QPlainTextEdit) if each.isVisibleTo(form))
    QTest.keyClicks(text, "x")
    assert editor.strategy.notes[0].text == "xone"


def test_the_outline_has_frames_notes_and_points_and_changes_them(
    qtbot: QtBot, editor: Editor, view: CanvasView
) -> None:
    editor.perform("Frame", lambda s: sheets.add_frame(s, (0.0, 0.0), (100.0, 100.0), "Entry"))
    editor.perform("Note", lambda s: sheets.add_note(s, (0.0, 0.0), "one\ntwo"))
    editor.perform("Point", lambda s: reroutes.add_point(s, LAST_WIRE, (500.0, 80.0), 0))
    outline = Outline(editor)
    qtbot.addWidget(outline)
    outline.show()
    outline.setFocus()
    names = [item.data(0, Qt.ItemDataRole.AccessibleTextRole) for item in outline._items()]
    assert "Frame: Entry" in names
    assert "Note: one\ntwo" in names
    assert "Reroute point 1 of the wire from Less than (less_1)" in names
    item = outline._item(Line("frame", "frame_1"))
    assert item is not None
    outline.setCurrentItem(item)
    assert editor.picked == Parts(frames=frozenset({"frame_1"}))
    QTest.keyClick(outline, Qt.Key.Key_Return)
    field = outline.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "Way in")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor.strategy.frames[0].title == "Way in")
    point = outline._item(Line("point", "enter_long_1", "when", LAST_WIRE, 0))
    assert point is not None
    outline.setCurrentItem(point)
    assert view.canvas.wires[LAST_WIRE].chosen == {0}
    QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert editor.strategy.reroutes == {}
    note = outline._item(Line("note", "note_1"))
    assert note is not None
    outline.setCurrentItem(note)
    QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert editor.strategy.notes == ()


def test_blocks_are_muted_and_collapsed_from_the_outline(qtbot: QtBot, editor: Editor) -> None:
    outline = Outline(editor)
    qtbot.addWidget(outline)
    for name in ("Mute", "Collapse"):
        item = outline._item(Line("block", "less_1"))
        assert item is not None
        next(action for action in outline.menu_for(item).actions() if action.text() == name).trigger()
    block = editor.strategy.block("less_1")
    assert block is not None
    assert (block.muted, block.collapsed) == (True, True)
    item = outline._item(Line("block", "less_1"))
    assert item is not None
    assert item.text(0) == "Less than (muted)"
    assert {"Unmute", "Expand"} <= {action.text() for action in outline.menu_for(item).actions()}


def test_every_command_that_marks_is_in_the_list_of_commands(view: CanvasView, commands: Commands) -> None:
    view.editor.select(["less_1"], [LAST_WIRE])
    keys(view, "Ctrl+K")
    shown = {commands.list.list.topLevelItem(row).text(0) for row in range(commands.list.list.topLevelItemCount())}
    assert {"Mute or unmute", "Collapse or expand", "Add a reroute point", "Frame the selection", "Add a note"} <= shown


def test_a_file_with_all_marks_opens_on_the_canvas(view: CanvasView, editor: Editor) -> None:
    drawn = sheets.add_frame(edits.mute(editor.strategy, ["rsi_1"]), (0.0, 0.0), (200.0, 100.0))
    editor.open(drawn)
    assert view.canvas.blocks["rsi_1"].block.muted
    assert view.canvas.sheets.frames["frame_1"].place().width() == 200
    assert view.grab().size() == view.size()


def test_a_wire_that_a_block_would_go_into_is_marked_until_the_hand_gives_up(
    view: CanvasView, editor: Editor, hand: Hand
) -> None:
    before, line = editor.strategy, view.canvas.wires[LAST_WIRE]
    hand.drag(hand.at("all_of_1", 88, 18), line.middle(), drop=False)
    assert line.hovered
    hand.key(Qt.Key.Key_Escape)
    assert not line.hovered
    hand.release(line.middle())
    assert editor.strategy is before


def test_a_block_dragged_in_from_the_list_marks_the_wire_below_it_until_it_leaves(
    view: CanvasView, editor: Editor
) -> None:
    before, line = editor.strategy, view.canvas.wires[LAST_WIRE]
    data = QMimeData()
    data.setData(KIND_MIME, QByteArray(b"negate"))
    spot, left = view.mapFromScene(line.middle()), Qt.MouseButton.LeftButton
    action = Qt.DropAction.CopyAction
    QApplication.sendEvent(view.viewport(), QDragEnterEvent(QPoint(10, 10), action, data, left, NONE))
    for where, marked in ((QPoint(10, 10), False), (spot, True)):
        over = QDragMoveEvent(where, action, data, left, NONE)
        QApplication.sendEvent(view.viewport(), over)
        assert (over.isAccepted(), line.hovered) == (True, marked)
    QApplication.sendEvent(view.viewport(), QDragLeaveEvent())
    assert not line.hovered
    assert editor.strategy is before


def test_after_a_condition_logic_and_orders_are_offered(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("less_1", "signal", "output"), EMPTY)
    shown = [view.quick_add.list.item(row).text() for row in range(4)]
    assert shown == ["AND", "OR", "NOT", "Enter long"]
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Return)
    assert Wire("less_1", "signal", "all_of_2", "inputs") in editor.strategy.wires
    assert editor.selection == {"all_of_2"}


@pytest.mark.parametrize("key", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_a_click_with_ctrl_or_shift_adds_and_takes_out(
    view: CanvasView, editor: Editor, hand: Hand, key: Qt.KeyboardModifier
) -> None:
    hand.click(hand.at("rsi_1"))
    hand.click(hand.at("less_1"), keys=key)
    hand.click(view.canvas.wires[LAST_WIRE].middle(), keys=key)
    assert (editor.selection, editor.selected_wires) == ({"rsi_1", "less_1"}, {LAST_WIRE})
    hand.click(hand.at("rsi_1"), keys=key)
    assert editor.selection == {"less_1"}
    assert [view.canvas.blocks[name].selected for name in ("rsi_1", "less_1")] == [False, True]
    hand.drag(QPointF(-20, -20), QPointF(20, 100), keys=key)
    assert editor.selection == {"rsi_1", "less_1"}


@pytest.mark.parametrize(
    ("key", "changes"), [(Qt.KeyboardModifier.AltModifier, 0.5), (Qt.KeyboardModifier.ShiftModifier, 50.0)]
)
def test_a_value_is_dragged_finely_with_alt_and_coarsely_with_shift(
    editor: Editor, hand: Hand, key: Qt.KeyboardModifier, changes: float
) -> None:
    start = hand.value("less_1", "value")
    hand.press(start)
    for part in (5.0, 10.0, 20.0):
        hand.move(start + QPointF(part, 0), keys=key)
    hand.release(start + QPointF(20, 0), keys=key)
    block = editor.strategy.block("less_1")
    assert block is not None
    assert block.params["value"] == changes
    assert editor.undo_stack.count() == 1


def test_the_sheet_of_keys_names_what_the_mouse_does(view: CanvasView, commands: Commands) -> None:
    keys(view, "?")
    assert commands.sheet.isVisible()
    said = commands.sheet.accessibleDescription()
    habits = (
        "Draw a wire", "Pick the wire up", "Add what fits", "Insert a block", "Lead it through a point", "Cut wires",
        "copy a block", "Select; Shift adds", "Move the picture", "Zoom at the cursor", "Change it", "Type it",
        "Nothing snaps", "Learn what it is for", "Go to the problem",
    )  # fmt: skip
    assert [habit for habit in habits if habit not in said] == []
