from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.hand import NONE, Hand

from app.blocks.catalog import KINDS
from app.canvas.canvas_view import KIND_MIME, CanvasView
from app.canvas.commands import Commands
from app.canvas.editor import Editor
from app.canvas.palette import Palette
from app.canvas.search import Fit, matches
from app.canvas.theme import DARK, LIGHT
from app.strategy.document import Wire

EMPTY = QPointF(560, 300)


def kinds_of(editor: Editor) -> list[str]:
    return [block.kind for block in editor.strategy.blocks]


def type_into(view: CanvasView, text: str) -> None:
    QTest.keyClicks(view.quick_add.search, text)
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Return)


def drop(view: CanvasView, kind_id: str, place: QPointF) -> None:
    data = QMimeData()
    data.setData(KIND_MIME, QByteArray(kind_id.encode()))
    at = QPointF(view.mapFromScene(place))
    event = QDropEvent(at, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE)
    view.dropEvent(event)
    assert event.isAccepted()


@pytest.mark.parametrize(
    ("text", "kind_id"),
    [
        ("rsi", "rsi"),
        ("oversold", "rsi"),
        ("moving average", "sma"),
        ("buy", "enter_long"),
        ("trail", "trailing_stop"),
        ("bolinger", "bollinger"),
        ("macd", "macd"),
        ("golden cross", "crosses_above"),
        (">", "greater"),
        ("stop", "stop_loss"),
    ],
)
def test_people_find_blocks_by_the_words_they_use(text: str, kind_id: str) -> None:
    assert matches(text)[0].id == kind_id


def test_nothing_typed_shows_all_blocks_with_the_last_used_first() -> None:
    found = matches("", recent=["macd", "and", "sma"])
    assert [kind.id for kind in found[:2]] == ["macd", "sma"]
    assert len(found) == len(KINDS)


def test_after_an_indicator_comparisons_come_first_and_only_what_fits() -> None:
    found = matches("", Fit("series", True, "Indicators"))
    assert found[0].group == "Comparison"
    assert all(any(port.type == "series" for port in kind.inputs) for kind in found)


def test_before_a_comparison_a_number_is_offered() -> None:
    assert matches("", Fit("series", False, "Comparison"))[0].id == "constant"


def test_double_click_on_empty_space_finds_and_adds_a_block(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.double_click(EMPTY)
    assert view.quick_add.isVisible()
    type_into(view, "oversold")
    assert kinds_of(editor)[-1] == "rsi"
    assert editor.selection == {"rsi_2"}
    assert not view.quick_add.isVisible()
    place = view.canvas.blocks["rsi_2"].body.center() + view.canvas.blocks["rsi_2"].pos()
    assert (place - EMPTY).manhattanLength() < 60
    assert editor.undo_stack.undoText() == "Add RSI"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Tab])
def test_space_and_tab_open_the_search(view: CanvasView, hand: Hand, key: Qt.Key) -> None:
    hand.key(key)
    assert view.quick_add.isVisible()
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Escape)
    assert not view.quick_add.isVisible()
    assert view.hasFocus()


def test_space_held_for_a_drag_opens_nothing(view: CanvasView, hand: Hand) -> None:
    QTest.keyPress(view, Qt.Key.Key_Space)
    hand.drag(EMPTY, EMPTY + QPointF(60, 60))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert not view.quick_add.isVisible()


def test_arrow_keys_choose_in_the_search(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.key(Qt.Key.Key_Space)
    QTest.keyClicks(view.quick_add.search, "moving average")
    second = matches("moving average")[1].id
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Down)
    QTest.keyClick(view.quick_add.search, Qt.Key.Key_Return)
    assert kinds_of(editor)[-1] == second


def test_a_search_without_result_says_so_and_adds_nothing(view: CanvasView, editor: Editor, hand: Hand) -> None:
    before = editor.strategy
    hand.key(Qt.Key.Key_Space)
    type_into(view, "zzzzqq")
    assert view.quick_add.nothing.isVisible()
    assert editor.strategy is before


def test_a_wire_into_empty_space_offers_what_fits_and_connects_it(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("ema_1", "value", "output"), EMPTY)
    assert view.quick_add.isVisible()
    shown = [view.quick_add.list.item(row).text() for row in range(view.quick_add.list.count())]
    assert "AND" not in shown
    assert shown[0] == "Greater than"
    type_into(view, "crosses above")
    assert Wire("ema_1", "value", "crosses_above_1", "left") in editor.strategy.wires
    assert editor.undo_stack.count() == 1


def test_a_wire_drawn_backwards_into_empty_space_offers_sources(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.port("less_1", "right"), QPointF(120, 340))
    type_into(view, "sma")
    assert Wire("sma_1", "value", "less_1", "right") in editor.strategy.wires


def test_a_block_dropped_from_the_palette_stands_where_it_was_dropped(view: CanvasView, editor: Editor) -> None:
    drop(view, "macd", EMPTY)
    assert kinds_of(editor)[-1] == "macd"
    assert editor.selection == {"macd_1"}


def test_a_block_dropped_from_the_palette_on_a_wire_goes_into_it(view: CanvasView, editor: Editor) -> None:
    middle = view.canvas.wires[Wire("less_1", "signal", "enter_long_1", "when")].middle()
    drop(view, "became_true", middle)
    assert Wire("less_1", "signal", "became_true_1", "when") in editor.strategy.wires
    assert Wire("became_true_1", "signal", "enter_long_1", "when") in editor.strategy.wires
    assert editor.undo_stack.count() == 1


def test_a_block_is_inserted_into_the_selected_wire_by_key(view: CanvasView, editor: Editor, hand: Hand) -> None:
    Commands(view)
    hand.click(view.canvas.wires[Wire("less_1", "signal", "enter_long_1", "when")].middle())
    hand.key(Qt.Key.Key_I)
    assert "EMA" not in [view.quick_add.list.item(row).text() for row in range(view.quick_add.list.count())]
    type_into(view, "not")
    assert Wire("less_1", "signal", "negate_1", "when") in editor.strategy.wires
    assert Wire("negate_1", "signal", "enter_long_1", "when") in editor.strategy.wires


def test_the_palette_is_searched_and_used_by_keyboard(qtbot: QtBot, qapp: QApplication) -> None:
    palette = Palette(LIGHT)
    qtbot.addWidget(palette)
    palette.show()
    assert palette.tree.topLevelItemCount() == 7
    QTest.keyClicks(palette.search, "oversold")
    with qtbot.waitSignal(palette.wanted) as wanted:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert wanted.args == ["rsi"]
    palette.search.setText("zzzzqq")
    assert palette.nothing.isVisible()
    palette.set_theme(DARK)
    assert palette.nothing.isVisible()


def test_two_blocks_added_without_a_place_do_not_cover_each_other(view: CanvasView, editor: Editor) -> None:
    view.add_block("sma")
    view.add_block("sma")
    assert editor.strategy.layout["sma_1"] != editor.strategy.layout["sma_2"]


def test_blocks_added_by_keys_while_the_hand_rests_do_not_cover_each_other(
    view: CanvasView, editor: Editor, hand: Hand
) -> None:
    known = len(editor.strategy.blocks)
    hand.move(EMPTY)
    for text in ("moving average", "buy", "stop"):
        hand.key(Qt.Key.Key_Tab)
        type_into(view, text)
    places = [editor.strategy.layout[block.id] for block in editor.strategy.blocks[known:]]
    assert len(set(places)) == 3
    assert all(abs(one[1] - other[1]) >= 40 for one in places for other in places if one is not other)


def test_the_search_stays_inside_a_low_canvas(view: CanvasView, hand: Hand) -> None:
    view.resize(700, 300)
    hand.key(Qt.Key.Key_Space)
    assert view.rect().contains(view.quick_add.geometry())
