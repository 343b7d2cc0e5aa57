"""All of the drawing stays in view until the hand takes over."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from support.hand import Hand

from app.canvas.canvas_view import CanvasView


def _all_in_view(view: CanvasView) -> bool:
    shown = view.mapToScene(view.viewport().rect()).boundingRect()
    return shown.contains(view.canvas.bounds())


def _resize(view: CanvasView, width: int, height: int) -> None:
    view.resize(width, height)
    QTest.qWait(20)


def test_a_drawing_that_was_fitted_stays_in_view_when_there_is_less_room(view: CanvasView) -> None:
    view.fit()
    _resize(view, 520, 260)
    assert _all_in_view(view)


def test_what_the_hand_has_moved_or_zoomed_stays_where_it_is(view: CanvasView, hand: Hand) -> None:
    view.fit()
    hand.wheel(QPointF(100, 100), 2)
    zoom, corner = view.zoom, view.mapToScene(0, 0)
    _resize(view, 520, 260)
    assert view.zoom == zoom
    assert view.mapToScene(0, 0) == corner


def test_a_click_on_a_block_moves_nothing_when_the_room_changes_after_it(view: CanvasView, hand: Hand) -> None:
    view.fit()
    hand.click(hand.at("less_1"))
    corner = view.mapToScene(0, 0)
    _resize(view, view.width(), view.height() - 60)
    assert view.mapToScene(0, 0) == corner
