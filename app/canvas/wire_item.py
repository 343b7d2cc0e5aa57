"""One wire on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.theme import Theme, color
from app.strategy.document import Wire


def wire_path(start: QPointF, end: QPointF) -> QPainterPath:
    """Return the line from an output to an input: level at both ends, longer bows the further back it goes."""
    across = end.x() - start.x()
    reach = max(across / 2, min(40 + abs(end.y() - start.y()) / 4 + max(-across, 0) / 2, 160))
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
    return path


class WireItem(QGraphicsItem):
    """Shows one wire between two points."""

    def __init__(self, wire: Wire, carries: str, theme: Theme) -> None:
        super().__init__()
        self.wire, self.carries, self.theme = wire, carries, theme
        self.selected = self.hovered = self.near = self.faded = False
        self._path = QPainterPath()
        self.setZValue(-1)

    def stretch(self, start: QPointF, end: QPointF) -> None:
        """Lay the wire between two points of the scene."""
        self.prepareGeometryChange()
        self._path = wire_path(start, end)
        self.update()

    def show_as(self, **changes: bool) -> None:
        """Set how the wire is drawn, and repaint only if something differs."""
        if any(getattr(self, name) != value for name, value in changes.items()):
            for name, value in changes.items():
                setattr(self, name, value)
            self.update()

    @property
    def path(self) -> QPainterPath:
        """The line in scene coordinates."""
        return self._path

    def middle(self) -> QPointF:
        """Return the point half way along."""
        return self._path.pointAtPercent(0.5)

    def boundingRect(self) -> QRectF:
        return self._path.controlPointRect().adjusted(-6, -6, 6, 6)

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(12)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        strong = self.selected or self.hovered
        if strong:
            painter.setPen(QPen(color(self.theme.accent, 0.25), 8, c=Qt.PenCapStyle.RoundCap))
            painter.drawPath(self._path)
        tint = self.theme.accent if self.selected else self.theme.port(self.carries)
        opacity = 0.3 if self.faded else 1.0 if strong or self.near else 0.75
        painter.setPen(QPen(color(tint, opacity), 2.5 if strong or self.near else 2, c=Qt.PenCapStyle.RoundCap))
        painter.drawPath(self._path)
