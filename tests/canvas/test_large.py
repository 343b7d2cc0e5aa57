"""Large drawings open quickly: what a wire or a list costs does not grow with the rest of the drawing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath
from pytestqt.qtbot import QtBot

from app.canvas.box_index import BoxIndex
from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.theme import LIGHT
from app.canvas.wire_item import place_along, points_along, routed_path, wire_path
from app.strategy import edits
from app.strategy.document import Strategy, Wire
from app.strategy.limits import MAX_PLACE

_PLACES = st.integers(-900, 900)
_BOXES = st.builds(QRectF, _PLACES, _PLACES, st.integers(1, 700), st.integers(1, 400))
_EDITS = st.lists(st.tuples(st.integers(0, 7).map("block_{}".format), st.none() | _BOXES), max_size=40)


def _rows(count: int) -> Strategy:
    """Return so many rows of an EMA, a comparison and a NOT; the wires run one above the other."""
    strategy = Strategy("Large")
    for number in range(count):
        column, row = divmod(number, 10)
        for kind, shift in (("ema", 0.0), ("greater", 240.0), ("negate", 480.0)):
            strategy = edits.add_block(strategy, kind, (column * 760.0 + shift, row * 150.0))
        ids = [block.id for block in strategy.blocks[-3:]]
        strategy = edits.connect(strategy, Wire(ids[0], "value", ids[1], "left"))
        strategy = edits.connect(strategy, Wire(ids[1], "signal", ids[2], "when"))
    return strategy


@settings(deadline=None)
@given(_EDITS, _BOXES)
def test_boxes_are_found_as_by_looking_at_each(changes: list[tuple[str, QRectF | None]], area: QRectF) -> None:
    index, boxes = BoxIndex(), {}
    for name, box in changes:
        if box is None:
            index.drop(name)
            boxes.pop(name, None)
        else:
            index.put(name, box)
            boxes[name] = box
    assert index.all() == boxes
    wanted = [box for name, box in boxes.items() if box.intersects(area) and name != "block_3"]
    found = index.touching(area, {"block_3"})
    assert sorted(found, key=QRectF.getRect) == sorted(wanted, key=QRectF.getRect)


def _touching(boxes: list[QRectF], area: QRectF) -> list[QRectF]:
    return [box for box in boxes if box.intersects(area)]


def _steps(work: Callable[[], object]) -> int:
    """Return how many functions are called in doing something, those of Qt among them."""
    calls = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def _in_between(width: float) -> list[QRectF]:
    """Return eight blocks in the way of a wire this long that no other way passes without a block either."""
    return [QRectF(width * (number + 1) / 10, -40 + 60 * (number % 3), 200, 120) for number in range(8)]


def test_a_wire_hundreds_of_times_as_long_is_laid_in_about_as_many_steps() -> None:
    def laid(width: float) -> None:
        boxes = _in_between(width)
        path = routed_path(QPointF(0, 0), QPointF(width, 60), partial(_touching, boxes))
        place_along(path, path.pointAtPercent(0.5))

    assert _steps(lambda: laid(2 * MAX_PLACE)) < 8 * _steps(lambda: laid(4_000.0))


def test_a_wire_across_the_whole_canvas_is_laid_and_led_through_a_point_at_once(qtbot: QtBot) -> None:
    view = CanvasView(Editor(Strategy("")), LIGHT)
    qtbot.addWidget(view)

    def laid(place: float) -> None:
        strategy = edits.add_block(Strategy("Far"), "ema", (-place, -place))
        strategy = edits.add_block(strategy, "greater", (place, place))
        wire = Wire("ema_1", "value", "greater_1", "left")
        view.editor.open(edits.connect(strategy, wire))
        view.add_point(wire, QPointF(0, 0))
        assert view.editor.strategy.reroutes == {wire: ((0.0, 0.0),)}

    laid(MAX_PLACE)
    assert _steps(lambda: laid(MAX_PLACE)) < 8 * _steps(lambda: laid(1_000.0))


def test_among_very_many_blocks_no_way_around_is_looked_for() -> None:
    looked: list[QRectF] = []
    boxes = [QRectF(300 + 20 * number, -30 + number % 7, 200, 70) for number in range(400)]

    def blocks_in(area: QRectF) -> list[QRectF]:
        looked.append(area)
        return boxes

    path = routed_path(QPointF(0, 0), QPointF(9_000, 0), blocks_in)
    assert path == wire_path(QPointF(0, 0), QPointF(9_000, 0))
    assert len(looked) == 1


@given(st.lists(_BOXES, min_size=1, max_size=8), st.integers(-300, 1_500), st.integers(-200, 400))
def test_a_wire_leaves_its_plain_curve_only_to_cross_fewer_blocks(boxes: list[QRectF], across: int, down: int) -> None:
    def crossed(path: QPainterPath, margin: int) -> int:
        points = points_along(path, 1.0)
        grown = [box.adjusted(-margin, -margin, margin, margin) for box in boxes]
        return sum(any(box.contains(point) for point in points) for box in grown)

    start, end = QPointF(0, 0), QPointF(across, down)
    plain = wire_path(start, end)
    path = routed_path(start, end, partial(_touching, boxes))
    assert path == plain or crossed(path, 0) < crossed(plain, 4)


def test_four_times_as_many_blocks_take_about_four_times_as_long_to_open(qtbot: QtBot) -> None:
    view = CanvasView(Editor(Strategy("")), LIGHT)
    qtbot.addWidget(view)
    small, large = _rows(40), _rows(160)

    def opened(strategy: Strategy) -> float:
        begun = time.thread_time()
        view.editor.open(strategy)
        took = time.thread_time() - begun
        view.editor.open(Strategy(""))
        return took

    opened(large)
    ratio = min(opened(large) for _ in range(5)) / min(opened(small) for _ in range(5))
    assert ratio < 6.5
