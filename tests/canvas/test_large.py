"""Large drawings open quickly: what a wire or a list costs does not grow with the rest of the drawing."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from app.canvas.box_index import BoxIndex
from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.theme import LIGHT
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


def test_a_wire_between_blocks_that_are_far_apart_is_laid_at_once(qtbot: QtBot) -> None:
    view = CanvasView(Editor(Strategy("")), LIGHT)
    qtbot.addWidget(view)
    strategy = edits.add_block(Strategy("Far"), "ema", (-MAX_PLACE, -MAX_PLACE))
    strategy = edits.add_block(strategy, "greater", (MAX_PLACE, MAX_PLACE))
    ema, greater = (block.id for block in strategy.blocks)
    strategy = edits.connect(strategy, Wire(ema, "value", greater, "left"))
    begun = time.thread_time()
    view.editor.open(strategy)
    assert time.thread_time() - begun < 1.0


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
