"""A box to tick, in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton


class TickBox(QCheckBox):
    """A check box whose square is painted: the style's own has next to no edge on a dark ground."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        square = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(square, palette.color(QPalette.ColorRole.Base))
        edge = palette.color(QPalette.ColorRole.WindowText)
        edge.setAlphaF(1.0 if self.hasFocus() or self.underMouse() else 0.6)
        painter.setPen(QPen(edge, 1.5 if self.hasFocus() else 1.0))
        painter.drawRoundedRect(QRectF(square).adjusted(0.75, 0.75, -0.75, -0.75), 3.0, 3.0)
        if self.isChecked():
            ink = palette.color(QPalette.ColorRole.WindowText)
            painter.setPen(QPen(ink, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            middle = QRectF(square).center()
            painter.drawPolyline([middle + QPointF(x, y) for x, y in ((-3.25, 0.25), (-0.75, 2.75), (3.25, -2.5))])
        painter.end()
