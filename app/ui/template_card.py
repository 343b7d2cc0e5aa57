"""A card for a drawing to start from: its picture, its idea, and the market in which it fails."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.canvas.theme import Theme, color, prose
from app.strategy.templates import Template
from app.ui.drawing_picture import paint_drawing

PICTURE_HEIGHT = 132
_EDGE = 16
_WRAP = int(Qt.TextFlag.TextWordWrap)


class TemplateCard(QAbstractButton):
    """A button the size of a card."""

    def __init__(self, template: Template, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template = template
        self.theme = theme
        self.setText(template.title.replace("&", "&&"))
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(f"{template.idea} {self._fails()}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inner = width - 2 * _EDGE
        words = self._height(self.template.idea, inner) + self._height(self._fails(), inner)
        return PICTURE_HEIGHT + 16 + 22 + 4 + words + 10 + 16

    def _fails(self) -> str:
        return self.tr("Fails when: %1").replace("%1", self.template.fails_when)

    def _height(self, text: str, width: int) -> int:
        return QFontMetrics(prose(13)).boundingRect(0, 0, width, 10_000, _WRAP, text).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(color(theme.accent if lively else theme.border), 2.0 if self.hasFocus() else 1.0))
        painter.setBrush(color(theme.surface_raised))
        painter.drawRoundedRect(box, 10.0, 10.0)
        picture = QRectF(box.left() + 8, box.top() + 8, box.width() - 16, PICTURE_HEIGHT - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(theme.sunken))
        painter.drawRoundedRect(picture, 6.0, 6.0)
        paint_drawing(painter, self.template.strategy, picture.adjusted(14, 10, -14, -10), theme)
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        inner, top = self.width() - 2 * _EDGE, PICTURE_HEIGHT + 16
        painter.setFont(prose(15, 600))
        painter.setPen(color(self.theme.text))
        painter.drawText(_EDGE, top, inner, 22, int(Qt.AlignmentFlag.AlignVCenter), self.template.title)
        top += 26
        painter.setFont(prose(13))
        height = self._height(self.template.idea, inner)
        painter.drawText(_EDGE, top, inner, height, _WRAP, self.template.idea)
        top += height + 10
        painter.setPen(color(self.theme.text_muted))
        painter.drawText(_EDGE, top, inner, self._height(self._fails(), inner), _WRAP, self._fails())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
