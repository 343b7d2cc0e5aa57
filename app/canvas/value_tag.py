"""A small tag on a wire with the value that it carries at one bar."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.theme import Theme, color, font

_HEIGHT = 18.0
_LEGIBLE = 0.45


class ValueTag(QGraphicsItem):
    """Stands just right of a port, above its wire."""

    def __init__(self, text: str, type_: str, theme: Theme) -> None:
        super().__init__()
        self.text, self._type, self.theme = "", type_, theme
        self._width = 0.0
        self.say(text)
        self.setZValue(2)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def say(self, text: str) -> None:
        """Show another value."""
        if text != self.text:
            width = _width_of(text)
            if width != self._width:
                self.prepareGeometryChange()
            self.text, self._width = text, width
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(8, -_HEIGHT - 3, self._width + 2, _HEIGHT + 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if option.levelOfDetailFromTransform(painter.worldTransform()) < _LEGIBLE:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(9, -_HEIGHT - 2, self._width, _HEIGHT)
        edge, words = self._colours()
        painter.setPen(QPen(color(edge, 0.6), 1))
        painter.setBrush(color(self.theme.surface_raised))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(font(11, 600))
        painter.setPen(color(words))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)

    def _colours(self) -> tuple[str, str]:
        if self._type != "signal":
            return self.theme.series, self.theme.text
        if self.text == "true":
            return self.theme.good, self.theme.good
        return self.theme.border_strong, self.theme.text_muted


@lru_cache(maxsize=1024)
def _width_of(text: str) -> float:
    return QFontMetricsF(font(11, 600)).horizontalAdvance(text) + 12
