from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.outline import Line, Outline
from app.canvas.parameter_form import ParameterForm
from app.canvas.problems_panel import ProblemsPanel
from app.canvas.theme import DARK, LIGHT
from app.canvas.typeset import typeset
from app.strategy.document import Strategy, Wire
from app.strategy.edits import add_block

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def form(qtbot: QtBot, editor: Editor, qapp: QApplication) -> ParameterForm:
    form = ParameterForm(editor)
    qtbot.addWidget(form)
    form.resize(300, 500)
    form.show()
    return form


@pytest.fixture
def outline(qtbot: QtBot, editor: Editor, qapp: QApplication) -> Outline:
    outline = Outline(editor)
    qtbot.addWidget(outline)
    outline.resize(300, 600)
    outline.show()
    outline.setFocus()
    return outline


def row(outline: Outline, line: Line) -> None:
    item = outline._item(line)
    assert item is not None
    outline.setCurrentItem(item)


def period(editor: Editor, block_id: str = "rsi_1") -> object:
    block = editor.strategy.block(block_id)
    return block.params["period"] if block else None


def test_without_a_selection_the_form_says_what_to_do(form: ParameterForm) -> None:
    assert "Select a block" in form.widget().findChildren(QLabel)[0].text()


def test_a_slider_drag_is_one_step_and_shows_on_the_block(
    form: ParameterForm, editor: Editor, view: CanvasView
) -> None:
    editor.select(["rsi_1"])
    slider = form.rows["period"].slider
    assert slider is not None
    slider.setSliderDown(True)
    for at in (100, 150, 200):
        slider.setValue(at)
    slider.setSliderDown(False)
    assert editor.undo_stack.count() == 1
    assert view.canvas.blocks["rsi_1"].face.fields[0].text == f"{period(editor)} bars"
    field = form.rows["period"].field
    assert isinstance(field, QSpinBox)
    assert field.value() == period(editor)
    editor.undo_stack.undo()
    assert field.value() == 14


def test_a_number_typed_into_the_form_is_set(form: ParameterForm, editor: Editor) -> None:
    editor.select(["less_1"])
    field = form.rows["value"].field
    field.setFocus()
    assert not isinstance(field, QComboBox)
    field.selectAll()
    QTest.keyClicks(field, "27.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    block = editor.strategy.block("less_1")
    assert block is not None
    assert block.params["value"] == 27.5
    assert field.text() == "27.5"


def test_choosing_a_mode_shows_its_own_values(form: ParameterForm, editor: Editor) -> None:
    editor.perform("Add", lambda s: add_block(s, "stop_loss"))
    editor.select(["stop_loss_1"])
    assert list(form.rows) == ["mode", "percent"]
    mode = form.rows["mode"].field
    assert isinstance(mode, QComboBox)
    mode.setCurrentIndex(2)
    assert list(form.rows) == ["mode", "multiple", "period"]


def test_a_value_that_a_wire_replaces_is_not_in_the_form(form: ParameterForm, editor: Editor) -> None:
    from app.strategy.edits import connect

    editor.select(["less_1"])
    assert "value" in form.rows
    editor.perform("Connect", lambda s: connect(s, Wire("ema_1", "value", "less_1", "right")))
    assert "value" not in form.rows


def test_every_field_of_the_form_has_an_accessible_name(form: ParameterForm, editor: Editor) -> None:
    for kind in ("stop_loss", "position_size", "macd", "between"):
        editor.perform("Add", lambda s, kind=kind: add_block(s, kind))
        editor.select([editor.strategy.blocks[-1].id])
        for each in form.rows.values():
            assert each.field.accessibleName()
            assert each.slider is None or each.slider.accessibleName()


def test_problems_are_listed_errors_first_and_a_click_goes_there(
    qtbot: QtBot, editor: Editor, view: CanvasView
) -> None:
    panel = ProblemsPanel(editor, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(300, 300)
    panel.show()
    texts = [panel.list.item(at).text() for at in range(panel.list.count())]
    assert any("AND" in text for text in texts)
    at = next(at for at, text in enumerate(texts) if "AND" in text)
    box = panel.list.visualItemRect(panel.list.item(at))
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert editor.selection == {"all_of_1"}
    assert typeset(view.last_said) == texts[at]
    panel.set_theme(DARK)


def test_a_drawing_without_problems_says_so(qtbot: QtBot, editor: Editor) -> None:
    panel = ProblemsPanel(editor, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    editor.show(replace(editor.strategy, blocks=(), wires=(), layout={}))
    assert panel.list.isVisible()
    editor._problems = ()
    panel.refresh()
    assert panel.fine.isVisible()


def test_the_outline_lists_blocks_inputs_and_values_by_name(outline: Outline) -> None:
    names = [item.data(0, Qt.ItemDataRole.AccessibleTextRole) for item in outline._items()]
    assert "RSI, rsi_1" in names
    assert "Input left: RSI (rsi_1)" in names
    assert "period: 14 bars" in names
    assert all(names)


def test_outline_and_canvas_select_the_same_block(outline: Outline, editor: Editor) -> None:
    row(outline, Line("block", "less_1"))
    assert editor.selection == {"less_1"}
    editor.select(["ema_1"])
    item = outline.currentItem()
    assert item is not None
    assert outline._line(item) == Line("block", "ema_1")


def test_a_value_is_typed_in_the_outline(qtbot: QtBot, outline: Outline, editor: Editor) -> None:
    row(outline, Line("param", "rsi_1", "period"))
    QTest.keyClick(outline, Qt.Key.Key_Return)
    field = outline.findChild(QLineEdit)
    assert field is not None
    assert field.text() == "14"
    QTest.keyClicks(field, "21")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: period(editor) == 21)
    item = outline.currentItem()
    assert item is not None
    assert item.text(0) == "period: 21 bars"


def test_what_cannot_be_is_refused_in_the_outline_with_a_sentence(
    qtbot: QtBot, outline: Outline, editor: Editor
) -> None:
    with qtbot.waitSignal(editor.refused) as refused:
        outline.take_text(Line("param", "rsi_1", "period"), "1")
    assert "at least 2" in refused.args[0]
    assert period(editor) == 14


def test_inputs_are_connected_and_taken_off_from_the_outline(outline: Outline, editor: Editor) -> None:
    line = Line("input", "less_1", "right")
    item = outline._item(line)
    assert item is not None
    menu = outline.menu_for(item)
    offered = {action.text(): action for action in menu.actions()}
    assert not any("AND" in text for text in offered)
    offered["Connect to EMA (ema_1)"].trigger()
    assert Wire("ema_1", "value", "less_1", "right") in editor.strategy.wires
    row(outline, line)
    QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert Wire("ema_1", "value", "less_1", "right") not in editor.strategy.wires


def test_blocks_are_deleted_and_healed_in_the_outline(outline: Outline, editor: Editor) -> None:
    row(outline, Line("block", "ema_1"))
    QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert editor.strategy.block("ema_1") is None
    row(outline, Line("block", "rsi_1"))
    QTest.keyClick(outline, Qt.Key.Key_Delete, CTRL)
    assert editor.strategy.block("rsi_1") is None


def test_the_outline_keeps_closed_what_was_closed(outline: Outline, editor: Editor) -> None:
    item = outline._item(Line("block", "rsi_1"))
    assert item is not None
    item.setExpanded(False)
    editor.perform("Add", lambda s: add_block(s, "sma"))
    item = outline._item(Line("block", "rsi_1"))
    assert item is not None
    assert not item.isExpanded()


def test_an_empty_strategy_has_an_empty_outline(qtbot: QtBot) -> None:
    outline = Outline(Editor(Strategy("Empty")))
    qtbot.addWidget(outline)
    assert outline.topLevelItemCount() == 0


def test_problems_are_read_with_real_quotes(qtbot: QtBot, editor: Editor, qapp: QApplication) -> None:
    panel = ProblemsPanel(editor, LIGHT)
    qtbot.addWidget(panel)
    for _ in range(2):
        editor.perform("Add", lambda strategy: add_block(strategy, "stop_loss"))
    texts = [panel.list.item(at).text() for at in range(panel.list.count())]
    assert any("“Stop loss”" in text for text in texts)
    assert not any("'" in text for text in texts)
