"""The whole drawing, small, with what the window shows of it. Hidden while the drawing is small itself."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPicture
from PySide6.QtWidgets import QGraphicsView, QWidget

from app.canvas.scene import CanvasScene
from app.canvas.sheet_items import tint_of
from app.canvas.theme import Theme, color

_SIZE = QSize(176, 116)
_FROM_BLOCKS = 15
_MARGIN = 12


class Minimap(QWidget):
    """Lies in the lower right corner of a view; a press or a drag goes there."""

    def __init__(self, view: QGraphicsView, canvas: CanvasScene, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._canvas, self.theme = view, canvas, theme
        self._blocks: QPicture | None = None
        self._place_of_scene = (1.0, QPointF(0, 0))
        self.setFixedSize(_SIZE)
        self.setAccessibleName(self.tr("Overview of the drawing"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        canvas.editor.strategy_changed.connect(self.refresh)
        canvas.editor.selection_changed.connect(self.refresh)
        view.horizontalScrollBar().valueChanged.connect(self.update)
        view.verticalScrollBar().valueChanged.connect(self.update)
        self.refresh()

    def refresh(self) -> None:
        """Show the drawing as it is now, or hide where it is small."""
        self.setVisible(len(self._canvas.blocks) >= _FROM_BLOCKS)
        self.place()
        self._blocks = None
        self.update()

    def place(self) -> None:
        """Move to the corner of the view."""
        self.move(self._view.width() - self.width() - _MARGIN, self._view.height() - self.height() - _MARGIN)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(self.theme.border), 1))
        painter.setBrush(color(self.theme.surface, 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if self._blocks is None:
            self._blocks = self._picture()
        painter.drawPicture(0, 0, self._blocks)
        scale, shift = self._place_of_scene
        shown = self._view.mapToScene(self._view.viewport().rect()).boundingRect()
        painter.setPen(QPen(color(self.theme.accent), 1))
        painter.setBrush(color(self.theme.accent, 0.08))
        frame = QRectF(shown.topLeft() * scale + shift, shown.size() * scale)
        painter.drawRect(frame.intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2)))

    def _picture(self) -> QPicture:
        """Return frames, notes and blocks, painted once per change of the drawing."""
        self._place_of_scene = scale, shift = self._fit()
        picture = QPicture()
        painter = QPainter(picture)
        painter.setPen(Qt.PenStyle.NoPen)
        for sheet in self._canvas.sheets.items:
            painter.setBrush(color(tint_of(sheet.sheet.color, self.theme), 0.2))
            place = sheet.place()
            painter.drawRect(QRectF(place.topLeft() * scale + shift, place.size() * scale))
        for item in self._canvas.blocks.values():
            painter.setBrush(color(self.theme.accent if item.selected else self.theme.group(item.face.group), 0.8))
            box = item.body.translated(item.pos())
            painter.drawRect(QRectF(box.topLeft() * scale + shift, box.size() * scale))
        painter.end()
        return picture

    def _fit(self) -> tuple[float, QPointF]:
        """Return the scale of the map and where the origin of the scene is on it."""
        box = self._canvas.bounds().adjusted(-80, -80, 80, 80)
        scale = min(self.width() / box.width(), self.height() / box.height())
        return scale, QPointF(self.rect().center()) - box.center() * scale

    def _go(self, at: QPointF) -> None:
        if self._blocks is None:
            self._blocks = self._picture()
        scale, shift = self._place_of_scene
        self._view.centerOn((at - shift) / scale)
