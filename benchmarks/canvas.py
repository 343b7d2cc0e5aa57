"""How quick the canvas is: `python -m benchmarks.canvas` prints a table; offscreen, medians.

Times are those of the processor, so that other programs do not count. A frame is one move of the mouse with a block in
hand, up to the end of the paint. With `live` the values of every block change with each frame too, as they do under the
hand on a chart.
"""

from __future__ import annotations

import os
import statistics
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.theme import LIGHT, font, palette, style_sheet
from app.strategy import edits, sheets
from app.strategy.document import Strategy, Wire


def drawing(blocks: int) -> Strategy:
    """Return rows of an indicator, a comparison and a NOT, ten rows to a column of blocks, each column in a frame."""
    strategy = Strategy("Large")
    for number in range(blocks // 3):
        column, row = divmod(number, 10)
        x, y = column * 760.0, row * 150.0
        for kind, shift in (("ema", 0.0), ("greater", 240.0), ("negate", 480.0)):
            strategy = edits.add_block(strategy, kind, (x + shift, y))
        ids = [block.id for block in strategy.blocks[-3:]]
        strategy = edits.connect(strategy, Wire(ids[0], "value", ids[1], "left"))
        strategy = edits.connect(strategy, Wire(ids[1], "signal", ids[2], "when"))
        if row == 0:
            strategy = sheets.add_frame(strategy, (x - 24, y - 48), (704.0, 1_560.0), f"Column {column + 1}", "blue")
    return strategy


class Bench:
    """A canvas with a large drawing, dragged and moved."""

    def __init__(self, app: QApplication, blocks: int, zoom: float) -> None:
        self.app = app
        self.view = CanvasView(Editor(drawing(blocks)), LIGHT)
        self.view.resize(1200, 760)
        self.view.show()
        self.view.fit()
        if zoom:
            self.view.zoom_by(zoom / self.view.zoom)
        app.processEvents()

    def drag(self, live: bool = False, frames: int = 60) -> list[float]:
        """Return the seconds for each frame while a block is dragged."""
        item = self.view.canvas.block_at(self._block_in_view())
        assert item is not None
        start = item.pos() + QPointF(60, 10)
        self._send(QEvent.Type.MouseButtonPress, start)
        times = []
        for number in range(frames):
            begun = time.process_time()
            self._send(QEvent.Type.MouseMove, start + QPointF(3 * number + 8, 2 * number + 8))
            if live:
                blocks = self.view.editor.strategy.blocks
                self.view.show_values({(block.id, _output(block.kind)): f"{number:.2f}" for block in blocks})
            self.app.processEvents()
            times.append(time.process_time() - begun)
        self._send(QEvent.Type.MouseButtonRelease, start)
        return times

    def pan(self, frames: int = 40) -> list[float]:
        """Return the seconds for each frame while the whole picture moves."""
        times = []
        for number in range(frames):
            begun = time.process_time()
            self.view.pan_by(QPointF(7 if number % 20 < 10 else -7, 3).toPoint())
            self.app.processEvents()
            times.append(time.process_time() - begun)
        return times

    def _block_in_view(self) -> QPointF:
        middle = self.view.mapToScene(self.view.viewport().rect().center())
        items = self.view.canvas.blocks.values()
        near = min(items, key=lambda item: (item.pos() + item.body.center() - middle).manhattanLength())
        return near.pos() + near.body.center()

    def _send(self, kind: QEvent.Type, place: QPointF) -> None:
        at = QPointF(self.view.mapFromScene(place))
        none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, at, at, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.view.viewport(), event)


def _output(kind: str) -> str:
    return "value" if kind == "ema" else "signal"


def _row(name: str, times: list[float], goal: str) -> str:
    ordered = sorted(times)
    high = ordered[int(0.9 * (len(ordered) - 1))]
    middle = statistics.median(ordered)
    return f"| {name} | {middle * 1000:.1f} ms | {high * 1000:.1f} ms | {1 / middle:.0f} | {goal} |"


def main() -> None:
    """Print the table."""
    app = QApplication(["bench"])
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(palette(LIGHT))
    app.setStyleSheet(style_sheet(LIGHT))
    print("| | median | 9 of 10 | frames a second | goal |\n| --- | --- | --- | --- | --- |")
    for blocks, goal in ((100, "60"), (500, "30")):
        for zoom, where in ((1.0, "at 100 %"), (0.0, "all in view")):
            bench = Bench(app, blocks, zoom)
            print(_row(f"{blocks} blocks, a block dragged, {where}", bench.drag(), goal))
            print(_row(f"{blocks} blocks, a block dragged with live values, {where}", bench.drag(live=True), goal))
            print(_row(f"{blocks} blocks, the picture moved, {where}", bench.pan(), goal))
            bench.view.close()


if __name__ == "__main__":
    main()
