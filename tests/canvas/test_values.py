from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from support.hand import Hand

from app.blocks.catalog import KINDS
from app.blocks.params import Param, number, percent, whole
from app.canvas import steps
from app.canvas.block_face import shown_value
from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.value_editor import ValueEditor
from app.strategy.edits import add_block

PERIOD = whole("period", 14, 2, 500, "bars")
LEVEL = number("value", 30.0, -1e12, 1e12)
SHARE = percent("percent", 0.02, 0.0001, 0.99)
PARAMS = [param for kind in KINDS for param in kind.params if param.type != "choice"]


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (PERIOD, "21", 21),
        (PERIOD, " 21 bars ", 21),
        (LEVEL, "0,5", 0.5),
        (LEVEL, "1,000", 1000.0),
        (LEVEL, "-2.5e3", -2500.0),
        (SHARE, "5", 0.05),
        (SHARE, "5 %", 0.05),
        (SHARE, "0.1%", 0.001),
    ],
)
def test_values_are_read_as_people_type_them(param: Param, text: str, value: float) -> None:
    assert steps.typed(param, text) == (value, "")


@pytest.mark.parametrize(
    ("param", "text", "reason"),
    [
        (PERIOD, "1", "The period must be at least 2."),
        (PERIOD, "abc", "Type a number, for example 14."),
        (PERIOD, "2.5", "The period must be a whole number, for example 14."),
        (SHARE, "200", "The percent must be at most 99 %."),
    ],
)
def test_what_is_not_valid_gets_a_sentence(param: Param, text: str, reason: str) -> None:
    assert steps.typed(param, text) == (None, reason)


def test_a_value_stands_on_a_block_with_its_unit() -> None:
    bars = whole("bars", 2, 1, 500, "bars")
    shown = [shown_value(param, value) for param, value in ((bars, 1), (bars, 2), (PERIOD, 14), (LEVEL, 30.0))]
    assert shown == ["1 bar", "2 bars", "14 bars", "30"]


@given(st.sampled_from(PARAMS), st.floats(-2000, 2000), st.booleans(), st.booleans())
def test_a_dragged_value_is_always_valid_and_readable(param: Param, pixels: float, fine: bool, coarse: bool) -> None:
    value = steps.dragged(param, param.default, pixels, fine, coarse)
    assert param.flaw(value) is None
    assert len(param.show(value)) <= 34


def test_dragging_right_makes_a_value_larger_and_long_drags_go_faster() -> None:
    assert steps.dragged(PERIOD, 14, 4) == 15
    assert steps.dragged(PERIOD, 14, -8) == 12
    assert steps.dragged(LEVEL, 30.0, 20, fine=True) == 30.5
    assert int(steps.dragged(PERIOD, 14, 200)) > 14 + 200 / 4


@given(st.sampled_from(PARAMS))
def test_a_slider_has_the_value_within_its_ends(param: Param) -> None:
    low, high = steps.slider_range(param, param.default)
    assert param.low <= low <= float(param.default) <= high <= param.high
    assert low < high


def editor_of(view: CanvasView) -> ValueEditor:
    field = view.findChild(ValueEditor)
    assert isinstance(field, ValueEditor)
    return field


def value(editor: Editor, block_id: str, name: str) -> object:
    block = editor.strategy.block(block_id)
    assert block is not None
    return block.params[name]


def test_a_click_on_a_value_opens_it_for_typing(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.click(hand.value("less_1", "value"))
    field = editor_of(view)
    QTest.keyClicks(field, "32.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert value(editor, "less_1", "value") == 32.5
    assert view.hasFocus()


def test_return_on_a_selected_block_opens_its_value(view: CanvasView, editor: Editor, hand: Hand) -> None:
    editor.select(["rsi_1"])
    hand.key(Qt.Key.Key_Return)
    field = editor_of(view)
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert value(editor, "rsi_1", "period") == 25
    assert editor.undo_stack.count() == 1


def test_escape_leaves_the_old_value_and_nonsense_is_explained(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.click(hand.value("rsi_1", "period"))
    field = editor_of(view)
    QTest.keyClicks(field, "1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert view.last_said == "The period must be at least 2."
    assert field.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert value(editor, "rsi_1", "period") == 14


def test_a_choice_opens_its_choices(view: CanvasView, editor: Editor, hand: Hand) -> None:
    editor.perform("Add", lambda s: add_block(s, "stop_loss", (280, 300)))
    hand.click(hand.value("stop_loss_1", "mode"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["percent", "price", "ATR"]
    menu.actions()[2].trigger()
    menu.close()
    assert value(editor, "stop_loss_1", "mode") == "atr"
    assert [field.param.name for field in view.canvas.blocks["stop_loss_1"].face.fields] == [
        "mode",
        "multiple",
        "period",
    ]
