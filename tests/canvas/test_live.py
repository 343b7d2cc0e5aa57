from __future__ import annotations

import gc

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from support.hand import Hand

from app.canvas.canvas_view import CanvasView
from app.canvas.commands import Commands
from app.canvas.editor import Editor
from app.canvas.theme import DARK, LIGHT
from app.strategy.edits import add_block, move, remove_block


def test_values_stand_on_the_wires_and_follow_their_block(view: CanvasView, editor: Editor) -> None:
    view.show_values({("rsi_1", "value"): "28.4", ("less_1", "signal"): "true", ("enter_long_1", ""): "buys"})
    tag = view.canvas.tags["rsi_1", "value"]
    assert tag.text == "28.4"
    before = tag.pos()
    editor.perform("Move", lambda s: move(s, {"rsi_1": (40.0, 80.0)}))
    assert tag.pos() - before == QPointF(40, 80)
    view.show_values({("rsi_1", "value"): "29.0"})
    assert list(view.canvas.tags) == [("rsi_1", "value")]
    view.clear_values()
    assert not view.canvas.tags


def test_the_first_failing_condition_glows(view: CanvasView) -> None:
    view.show_values({}, "less_1")
    assert view.canvas.blocks["less_1"].failing
    view.clear_values()
    assert not view.canvas.blocks["less_1"].failing


def test_values_of_blocks_that_are_gone_are_gone_too(view: CanvasView, editor: Editor) -> None:
    view.show_values({("rsi_1", "value"): "28.4"})
    editor.perform("Delete", lambda s: remove_block(s, "rsi_1"))
    assert not view.canvas.tags


def test_small_curves_are_drawn_when_wanted(view: CanvasView) -> None:
    commands = Commands(view)
    item = view.canvas.blocks["rsi_1"]
    before = item.height
    view.show_sparklines({("rsi_1", "value"): [1.0, float("nan"), 3.0], ("less_1", "signal"): [0, 1, -1]})
    assert item.height == before
    commands.action("sparklines").trigger()
    assert item.height > before
    assert not view.grab().isNull()
    commands.action("sparklines").trigger()
    assert item.height == before


def test_a_hand_at_rest_on_a_block_is_told_what_it_is_for(qtbot: QtBot, view: CanvasView, hand: Hand) -> None:
    view.show_sparklines({("rsi_1", "value"): [1.0, 2.0, 3.0]})
    hand.move(hand.at("rsi_1"))
    qtbot.waitUntil(view.card.isVisible, timeout=3000)
    assert view.card.title.text() == "RSI"
    assert "oversold" in view.card.about.text()
    assert view.card.usual.text() == "Period: usually 14, from 2 to 500."
    assert view.card.picture.isVisible()
    hand.move(QPointF(620, 320))
    assert not view.card.isVisible()


def test_orders_and_risk_have_a_picture_of_what_they_do(view: CanvasView, editor: Editor) -> None:
    pictures = []
    for kind in ("enter_long", "exit_long", "stop_loss", "take_profit", "trailing_stop", "cooldown", "position_size"):
        editor.perform("Add", lambda s, kind=kind: add_block(s, kind))
        view.tell_about(editor.strategy.blocks[-1].id)
        assert view.card.picture.isVisible()
        pictures.append(view.card.picture.grab().toImage())
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])
    view.tell_about("ema_1")
    assert not view.card.picture.isVisible()


def test_a_block_with_a_problem_tells_it_to_the_hand(view: CanvasView, hand: Hand) -> None:
    hand.move(hand.at("all_of_1"))
    view._show_card()
    assert "connect true or false" in view.card.about.text()


def test_a_click_on_a_badge_goes_to_the_problem(qtbot: QtBot, view: CanvasView, editor: Editor, hand: Hand) -> None:
    badge = view.canvas.blocks["all_of_1"].badge().center()
    with qtbot.waitSignal(editor.problem_focused):
        hand.click(view.canvas.blocks["all_of_1"].pos() + badge)
    assert editor.selection == {"all_of_1"}


def test_the_minimap_comes_with_many_blocks_and_goes_where_it_is_pressed(view: CanvasView, editor: Editor) -> None:
    assert not view.minimap.isVisible()
    for number in range(12):
        place = (number * 400.0, 0.0)
        editor.perform("Add", lambda s, place=place: add_block(s, "sma", place))
    assert view.minimap.isVisible()
    before = view.mapToScene(QPoint(0, 0)).x()
    QTest.mouseClick(view.minimap, Qt.MouseButton.LeftButton, pos=QPoint(160, 58))
    assert view.mapToScene(QPoint(0, 0)).x() > before


def test_the_theme_changes_at_once(view: CanvasView) -> None:
    view.show_values({("rsi_1", "value"): "28.4"})
    light = view.grab().toImage()
    view.set_theme(DARK)
    dark = view.grab().toImage()
    assert light.pixelColor(5, 5).lightness() > 200
    assert dark.pixelColor(5, 5).lightness() < 60
    view.set_theme(LIGHT)


def test_no_other_thread_takes_down_what_windows_are_made_of(view: CanvasView) -> None:
    assert not gc.isenabled()
