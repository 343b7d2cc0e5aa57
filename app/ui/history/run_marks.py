"""What is painted in the list of runs: the small curve of equity, the star of a pinned run, the dot of a new one."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.canvas.theme import Theme, color
from app.ui.history.run_columns import CURVE, is_new
from app.ui.history.runs_model import RunsModel

_STAR = 6.5


class RunMarks(QStyledItemDelegate):
    """Paints the columns that hold pictures, on top of what the table paints anyway."""

    def __init__(self, model: RunsModel) -> None:
        super().__init__(model)
        self._model = model

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        key, theme = self._model.columns[index.column()].key, self._model.theme
        run = self._model.run_at(index.row())
        if run is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        if key == CURVE:
            paint_spark(painter, [float(value) for value in run.sparkline], box.adjusted(4, 8, -8, -8), theme)
        else:
            paint_star(painter, QPointF(box.left() + 16, box.center().y()), theme, filled=run.pinned)
            if is_new(run):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color(theme.accent))
                painter.drawEllipse(QPointF(box.left() + 36, box.center().y()), 4.0, 4.0)
        painter.restore()


def paint_spark(painter: QPainter, points: Sequence[float], box: QRectF, theme: Theme) -> None:
    """Paint a curve from the left to the right of a box, with a line where it began."""
    if len(points) < 2:
        return
    low, high = min(points), max(points)
    step, reach = box.width() / (len(points) - 1), high - low or 1.0
    heights = [box.bottom() - box.height() * (value - low) / reach for value in points]
    painter.setPen(QPen(color(theme.border_strong, 0.5), 1.0, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(box.left(), heights[0]), QPointF(box.right(), heights[0]))
    painter.setPen(QPen(color(theme.accent), 1.5))
    painter.drawPolyline(QPolygonF([QPointF(box.left() + step * n, y) for n, y in enumerate(heights)]))


def paint_star(painter: QPainter, middle: QPointF, theme: Theme, *, filled: bool) -> None:
    """Paint a star with five points."""
    corners = []
    for number in range(10):
        angle, size = -pi / 2 + number * pi / 5, _STAR if number % 2 == 0 else _STAR * 0.42
        corners.append(QPointF(middle.x() + size * cos(angle), middle.y() + size * sin(angle)))
    painter.setPen(QPen(color(theme.warn) if filled else color(theme.border_strong, 0.7), 1.0))
    painter.setBrush(color(theme.warn) if filled else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF(corners))
