"""What the charts of the results page share: the arrow keys go from trade to trade, a click asks about a bar."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.ui.charts.chart import Chart

_STILL = 4.0


class Pane(Chart):
    """A chart of a completed run. `stepped` is -1 or 1, `bar_clicked` a bar, by mouse or Return.

    Where the keys are at no bar, Return asks about the trade they have gone to: `trade_asked`.
    """

    stepped = Signal(int)
    bar_clicked = Signal(int)
    trade_asked = Signal()
    _pressed: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or (event.position() - pressed).manhattanLength() > _STILL or self.view is None:
            return
        if self.plot().contains(pressed):
            self.click(math.floor(self.bar_at(pressed.x())), pressed)

    def click(self, bar: int, at: QPointF) -> None:
        """Ask about the bar at a point of the chart."""
        if 0 <= bar < self.bars.count:
            self.bar_clicked.emit(bar)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Do nothing: the click before has asked already."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        sideways = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        way = -1 if key == Qt.Key.Key_Left else 1
        if sideways and not modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            self.stepped.emit(way)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.bars.hover >= 0:
            self.bar_clicked.emit(self.bars.hover)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.trade_asked.emit()
        else:
            super().keyPressEvent(event)
