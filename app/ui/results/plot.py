"""What the small plots share: axes of plain values, a mark that mouse and arrow keys move, and words for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.canvas.theme import Theme, color
from app.ui.charts.chart import font, measures

_TOP, _BOTTOM, _LEFT, _RIGHT = 28.0, 36.0, 56.0, 12.0


@dataclass(frozen=True)
class Mark:
    """A mark of an axis: where it stands and what it says."""

    value: float
    text: str


class Plot(QWidget):
    """Things in a plane. `picked` is the number of the one that was clicked or entered."""

    picked = Signal(int)

    def __init__(self, theme: Theme, title: str, across: str, up: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.title, self.across, self.up = title, across, up
        # What is said in the place of things where there are none.
        self.empty = self.tr("No closed trades")
        self.pointed = -1
        self.x_range, self.y_range = (0.0, 1.0), (0.0, 1.0)
        self.x_marks: Sequence[Mark] = ()
        self.y_marks: Sequence[Mark] = ()
        self.setMinimumSize(220, 200)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(title)

    # What a subclass says.

    def count(self) -> int:
        """Return how many things there are to point at."""
        raise NotImplementedError

    def words(self, number: int) -> str:
        """Return what one of them is."""
        raise NotImplementedError

    def thing_at(self, at: QPointF) -> int:
        """Return the thing at a point, -1 for none."""
        raise NotImplementedError

    def paint_things(self, painter: QPainter, plot: QRectF) -> None:
        """Paint everything; `pointed` stands out."""
        raise NotImplementedError

    def neighbour(self, number: int, way: int) -> int:
        """Return the thing that an arrow key goes to."""
        return min(max(number + way, 0), self.count() - 1)

    # Positions.

    def plot(self) -> QRectF:
        """Return where the things are painted."""
        width, height = self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM
        return QRectF(_LEFT, _TOP, max(width, 1.0), max(height, 1.0))

    def x_of(self, value: float) -> float:
        """Return where a value of the axis across is."""
        low, high = self.x_range
        return self.plot().left() + (value - low) / (high - low) * self.plot().width()

    def y_of(self, value: float) -> float:
        """Return where a value of the axis up is."""
        low, high = self.y_range
        return self.plot().bottom() - (value - low) / (high - low) * self.plot().height()

    # Painting.

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(self.theme.surface))
        self._paint_heading(painter)
        if self.count():
            self._paint_axes(painter, self.plot())
            painter.save()
            painter.setClipRect(self.plot().adjusted(-6, -6, 6, 6))
            self.paint_things(painter, self.plot())
            painter.restore()
        else:
            painter.setFont(font(13))
            painter.setPen(color(self.theme.text_muted))
            painter.drawText(self.plot(), Qt.AlignmentFlag.AlignCenter, self.empty)
        if self.hasFocus():
            painter.setPen(QPen(color(self.theme.accent), 1.0))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        painter.end()

    def _paint_heading(self, painter: QPainter) -> None:
        said = self.words(self.pointed) if 0 <= self.pointed < self.count() else ""
        painter.setFont(font(12, 500))
        painter.setPen(color(self.theme.text))
        room = self.width() - 24.0
        text = measures(12, 500).elidedText(said or self.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(12.0, 18.0), text)

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        grid, words = QPen(color(self.theme.grid), 1.0), QPen(color(self.theme.text_muted))
        painter.setFont(font(11))
        for mark in self.y_marks:
            y = round(self.y_of(mark.value)) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(words)
            box = QRectF(0.0, y - 8, plot.left() - 6, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, mark.text)
        free = plot.left() - 20.0
        for mark in self.x_marks:
            width, x = measures(11).horizontalAdvance(mark.text), self.x_of(mark.value)
            left = min(max(x - width / 2, 2.0), self.width() - width - 2.0)
            if left > free:
                painter.drawText(QPointF(left, plot.bottom() + 15), mark.text)
                free = left + width + 8
        painter.setPen(words)
        box = QRectF(plot.left(), plot.bottom() + 18, plot.width(), 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.across)

    # Hands.

    def point_at(self, number: int) -> None:
        """Let one thing stand out and say what it is; -1 for none."""
        if number != self.pointed:
            self.pointed = number
            self.setAccessibleDescription(self.words(number) if 0 <= number < self.count() else "")
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.thing_at(event.position()) if self.count() else -1)

    def leaveEvent(self, event: object) -> None:
        if not self.hasFocus():
            self.point_at(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.thing_at(event.position()) if self.count() else -1
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self.point_at(number)
            self.picked.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}
        way = ways.get(Qt.Key(event.key()))
        if way is not None and self.count():
            self.point_at(self.neighbour(self.pointed, way) if self.pointed >= 0 else 0)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.pointed >= 0:
            self.picked.emit(self.pointed)
        elif event.key() == Qt.Key.Key_Escape and self.pointed >= 0:
            self.point_at(-1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.point_at(-1)
        super().focusOutEvent(event)
