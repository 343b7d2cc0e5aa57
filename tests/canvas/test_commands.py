from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.hand import Hand

from app.canvas.canvas_view import CanvasView
from app.canvas.commands import Commands
from app.canvas.editor import Editor
from app.canvas.theme import LIGHT
from app.strategy import codec
from app.strategy.document import Strategy, Wire

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
RSI_WIRE = Wire("rsi_1", "value", "less_1", "left")


@pytest.fixture
def commands(view: CanvasView) -> Commands:
    return Commands(view)


def ids(editor: Editor) -> list[str]:
    return [block.id for block in editor.strategy.blocks]


def keys(view: CanvasView, text: str) -> None:
    QTest.keySequence(view, QKeySequence(text))


@pytest.mark.usefixtures("commands")
def test_delete_takes_blocks_with_their_wires_and_undo_brings_them_back(
    view: CanvasView, editor: Editor, hand: Hand
) -> None:
    before = editor.strategy
    hand.click(hand.at("less_1"))
    keys(view, "Del")
    assert "less_1" not in ids(editor)
    assert editor.strategy.wires == ()
    assert set(view.canvas.wires) == set()
    keys(view, "Ctrl+Z")
    assert editor.strategy == before
    assert set(view.canvas.wires) == set(before.wires)
    keys(view, "Ctrl+Shift+Z")
    assert "less_1" not in ids(editor)


@pytest.mark.usefixtures("commands")
def test_delete_takes_a_selected_wire(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.click(view.canvas.wires[RSI_WIRE].middle())
    assert editor.selected_wires == {RSI_WIRE}
    keys(view, "Del")
    assert RSI_WIRE not in editor.strategy.wires
    assert "rsi_1" in ids(editor)


@pytest.mark.usefixtures("commands")
def test_ctrl_delete_joins_what_stood_on_both_sides(view: CanvasView, editor: Editor, hand: Hand) -> None:
    view.add_block("negate", view.canvas.wires[Wire("less_1", "signal", "enter_long_1", "when")].middle())
    editor.select(["negate_1"])
    keys(view, "Ctrl+Del")
    assert "negate_1" not in ids(editor)
    assert Wire("less_1", "signal", "enter_long_1", "when") in editor.strategy.wires


@pytest.mark.usefixtures("commands")
def test_copy_and_paste_go_through_text_into_another_strategy(qtbot: QtBot, view: CanvasView, editor: Editor) -> None:
    editor.select(["rsi_1", "less_1"])
    keys(view, "Ctrl+C")
    assert len(codec.read(QGuiApplication.clipboard().text()).blocks) == 2
    other = CanvasView(Editor(Strategy("Other")), LIGHT)
    qtbot.addWidget(other)
    Commands(other).paste()
    assert other.editor.strategy.wires == (RSI_WIRE,)
    assert other.editor.selection == {"rsi_1", "less_1"}


@pytest.mark.usefixtures("commands")
def test_pasting_what_is_no_strategy_says_so(view: CanvasView, editor: Editor) -> None:
    before = editor.strategy
    QGuiApplication.clipboard().setText("hello")
    keys(view, "Ctrl+V")
    assert editor.strategy is before
    assert "clipboard" in view.last_said


@pytest.mark.usefixtures("commands")
def test_paste_with_wires_is_fed_as_the_original_is(view: CanvasView, editor: Editor) -> None:
    editor.select(["less_1"])
    keys(view, "Ctrl+C")
    keys(view, "Ctrl+Shift+V")
    assert Wire("rsi_1", "value", "less_2", "left") in editor.strategy.wires


@pytest.mark.usefixtures("commands")
def test_cut_and_duplicate(view: CanvasView, editor: Editor) -> None:
    editor.select(["rsi_1", "less_1"])
    keys(view, "Ctrl+D")
    assert Wire("rsi_2", "value", "less_2", "left") in editor.strategy.wires
    assert editor.selection == {"rsi_2", "less_2"}
    keys(view, "Ctrl+X")
    assert "rsi_2" not in ids(editor)
    keys(view, "Ctrl+V")
    assert "rsi_2" in ids(editor)


@pytest.mark.usefixtures("commands")
def test_select_all_and_what_feeds_or_follows(view: CanvasView, editor: Editor) -> None:
    keys(view, "Ctrl+A")
    assert editor.selection == set(ids(editor))
    editor.select(["less_1"])
    keys(view, "[")
    assert editor.selection == {"rsi_1", "less_1"}
    editor.select(["less_1"])
    keys(view, "]")
    assert editor.selection == {"less_1", "enter_long_1"}


@pytest.mark.usefixtures("commands")
def test_tidy_puts_every_wire_from_left_to_right_without_overlap(view: CanvasView, editor: Editor) -> None:
    keys(view, "L")
    layout = editor.strategy.layout
    assert all(layout[wire.source][0] + 176 < layout[wire.target][0] for wire in editor.strategy.wires)
    boxes = [item.body.translated(item.pos()) for item in view.canvas.blocks.values()]
    assert not any(a.intersects(b) for at, a in enumerate(boxes) for b in boxes[at + 1 :])
    assert editor.undo_stack.undoText() == "Tidy up"


def test_align_and_spread(view: CanvasView, editor: Editor, commands: Commands) -> None:
    editor.select(["rsi_1", "less_1", "ema_1"])
    commands.action("align_left").trigger()
    assert {editor.strategy.layout[name][0] for name in editor.selection} == {0}
    view.editor.select(["rsi_1", "less_1", "enter_long_1"])
    commands.action("distribute_x").trigger()
    assert editor.strategy.layout["enter_long_1"] == (560, 0)


@pytest.mark.usefixtures("commands")
def test_arrows_walk_over_blocks_and_ctrl_arrows_move_them(view: CanvasView, editor: Editor, hand: Hand) -> None:
    editor.select(["rsi_1"])
    hand.key(Qt.Key.Key_Right)
    assert editor.selection == {"less_1"}
    hand.key(Qt.Key.Key_Down)
    assert editor.selection == {"all_of_1"}
    hand.key(Qt.Key.Key_Left, CTRL)
    hand.key(Qt.Key.Key_Left, CTRL)
    assert editor.strategy.layout["all_of_1"] == (264, 200)
    assert editor.undo_stack.count() == 1


def test_commands_without_anything_to_work_on_are_off(editor: Editor, commands: Commands) -> None:
    editor.select(())
    assert not commands.action("delete").isEnabled()
    editor.select(["rsi_1"])
    assert commands.action("delete").isEnabled()
    assert not commands.action("align_left").isEnabled()


def test_ctrl_k_lists_commands_and_runs_the_one_chosen(view: CanvasView, editor: Editor, commands: Commands) -> None:
    keys(view, "Ctrl+K")
    assert commands.list.isVisible()
    QTest.keyClicks(commands.list.search, "select all")
    QTest.keyClick(commands.list.search, Qt.Key.Key_Down)
    QTest.keyClick(commands.list.search, Qt.Key.Key_Up)
    QTest.keyClick(commands.list.search, Qt.Key.Key_Return)
    assert editor.selection == set(ids(editor))
    assert not commands.list.isVisible()
    keys(view, "Ctrl+K")
    QTest.keyClicks(commands.list.search, "zzzz")
    assert commands.list.nothing.isVisible()
    QTest.keyClick(commands.list.search, Qt.Key.Key_Escape)
    assert not commands.list.isVisible()


def test_the_keyboard_sheet_names_every_command_with_a_key(view: CanvasView, commands: Commands, hand: Hand) -> None:
    QTest.keyClick(view, Qt.Key.Key_F1)
    assert commands.sheet.isVisible()
    text = commands.sheet.accessibleDescription()
    assert all(action.text() in text for action in commands.actions if action.shortcuts())
    QTest.keyClick(commands.sheet, Qt.Key.Key_A)
    assert not commands.sheet.isVisible()
    assert view.hasFocus()


@pytest.mark.parametrize(("width", "height"), [(1024, 700), (1366, 768), (1600, 1000)])
def test_the_keyboard_sheet_can_be_read_on_a_small_screen(
    view: CanvasView, commands: Commands, width: int, height: int
) -> None:
    view.resize(width, height)
    keys(view, "?")
    assert commands.sheet._scale(commands.sheet._columns) > 0.8


def test_no_two_commands_share_a_key(commands: Commands) -> None:
    taken = [key.toString() for action in commands.actions for key in action.shortcuts()]
    assert len(taken) == len(set(taken))


def test_find_highlights_and_steps_through_hits(view: CanvasView, editor: Editor, commands: Commands) -> None:
    keys(view, "Ctrl+F")
    QTest.keyClicks(commands.find_bar.search, "ema")
    assert view.canvas.blocks["ema_1"].found
    assert not view.canvas.blocks["rsi_1"].found
    QTest.keyClick(commands.find_bar.search, Qt.Key.Key_Return)
    assert editor.selection == {"ema_1"}
    QTest.keyClick(commands.find_bar.search, Qt.Key.Key_Escape)
    assert not view.canvas.blocks["ema_1"].found
    assert not commands.find_bar.isVisible()


@pytest.mark.usefixtures("commands")
def test_home_shows_everything_and_f_the_selection(view: CanvasView, editor: Editor) -> None:
    view.pan_by(view.viewport().rect().bottomRight() * 3)
    keys(view, "Home")
    shown = view.mapToScene(view.viewport().rect()).boundingRect()
    assert shown.contains(view.canvas.bounds())
    editor.select(["enter_long_1"])
    keys(view, "F")
    centre = view.mapToScene(view.viewport().rect().center())
    assert (centre - view.canvas.bounds(["enter_long_1"]).center()).manhattanLength() < 4


@pytest.mark.usefixtures("commands")
def test_letters_typed_into_the_search_are_no_commands(view: CanvasView, editor: Editor, hand: Hand) -> None:
    before = editor.strategy
    hand.double_click(QPointF(560, 300))
    QTest.keyClicks(view.quick_add.search, "lf")
    assert view.quick_add.search.text() == "lf"
    assert editor.strategy is before


@pytest.mark.usefixtures("commands")
def test_the_menu_of_a_right_click_is_about_what_was_clicked(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.click(hand.at("ema_1"), button=Qt.MouseButton.RightButton)
    assert editor.selection == {"ema_1"}
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()
