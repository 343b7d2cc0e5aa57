"""A view that is moved and zoomed like a map, over a grid of dots."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from app.canvas.theme import Theme, color

NEAREST, FARTHEST = 2.0, 0.25
_GRID = 24


class MapView(QGraphicsView):
    """Pans by pixels, zooms around a point by wheel and pinch, and shows a rectangle of the scene whole."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        # Until the hand moves or changes something, all of the drawing stays in view when there is more room or less.
        self.keeps_fit = True
        self._tile: tuple[tuple[int, str, float], QPixmap] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def zoom(self) -> float:
        """The scale: 1.0 is one pixel of the screen per pixel of the scene."""
        return self.transform().m11()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a point of the viewport, which stays over the same spot of the drawing."""
        anchor = (at if at is not None else QPointF(self.viewport().rect().center())).toPoint()
        before = self.mapToScene(anchor)
        self.keeps_fit = False
        scale = min(max(self.zoom * factor, FARTHEST), NEAREST)
        self.setTransform(self.transform().fromScale(scale, scale))
        self.pan_by(anchor - self.mapFromScene(before))

    def pan_by(self, pixels: QPoint) -> None:
        """Move the drawing by pixels of the screen."""
        self.keeps_fit = False
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - pixels.x())
        down.setValue(down.value() - pixels.y())

    def frame(self, box: QRectF) -> None:
        """Show a rectangle of the scene whole, never larger than life."""
        self.keeps_fit = False
        if box.isEmpty():
            box = QRectF(0, 0, 400, 300)
        room = self.viewport().rect().adjusted(40, 40, -40, -40)
        scale = min(room.width() / box.width(), room.height() / box.height(), 1.0)
        scale = min(max(scale, FARTHEST), NEAREST)
        self.setTransform(self.transform().fromScale(scale, scale))
        self.centerOn(box.center())

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        area = QRectF(rect)
        painter.fillRect(area, color(self.theme.canvas))
        if self.zoom < 0.5:
            return
        step = round(_GRID * self.zoom)
        origin = self.mapFromScene(QPointF(0, 0))
        painter.save()
        painter.resetTransform()
        window = self.viewport().rect()
        phase = QPoint(-origin.x() % step + step // 2, -origin.y() % step + step // 2)
        painter.drawTiledPixmap(window, self._dot(step), phase)
        painter.restore()

    def _dot(self, step: int) -> QPixmap:
        """Return one dot of the grid with the space around it; painting tiles is far faster than painting dots."""
        key = (step, self.theme.name, self.devicePixelRatioF())
        if self._tile is None or self._tile[0] != key:
            tile = QPixmap(round(step * key[2]), round(step * key[2]))
            tile.setDevicePixelRatio(key[2])
            tile.fill(color(self.theme.canvas))
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(self.theme.grid))
            painter.drawEllipse(QPointF(step / 2, step / 2), 1.0, 1.0)
            painter.end()
            self._tile = (key, tile)
        return self._tile[1]

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan_by(event.pixelDelta())
            return
        self.zoom_by(1.2 ** (event.angleDelta().y() / 120), event.position())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position())
            return True
        return super().viewportEvent(event)
