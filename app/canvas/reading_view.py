"""The drawing to look at: it moves and zooms, and nothing changes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QKeyEvent, QMouseEvent, QTransform
from PySide6.QtWidgets import QScrollBar, QWidget

from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.gesture import Pan
from app.canvas.theme import Theme
from app.strategy.document import Strategy

_STEP = 60
# Below this the small print of blocks, 12 pixels high, is no pleasure to read.
_LEAST_ZOOM = 0.8
_EDGE = 20.0


class ReadingView(CanvasView):
    """Shows a strategy that cannot be edited here; every mouse button moves the picture."""

    invites = False
    _brought = ""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Editor(Strategy("")), theme, parent)
        self.editor.setParent(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setAcceptDrops(False)
        self.setAccessibleName(self.tr("The drawing of this run"))
        self.setAccessibleDescription(self.tr("To look at. Arrow keys move it, plus and minus zoom, Home shows all."))

    def show_strategy(self, strategy: Strategy) -> None:
        """Show a strategy, all of it; one that is shown already stays where it is."""
        if strategy is not self.editor.strategy:
            self.clear_values()
            self.editor.open(strategy)
            self._brought = ""
            self.fit()

    def whole(self) -> QRectF:
        """Return the rectangle around everything there is to look at."""
        return self.canvas.bounds()

    def fit(self) -> None:
        """Show all of the drawing; where it would be too small to read, its beginning, and the rest by scrolling.

        The block that was brought stays in view.
        """
        box = self.whole().adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
        room = self.maximumViewportSize()
        scale = max(min(room.width() / box.width(), room.height() / box.height(), 1.0), _LEAST_ZOOM)
        self.setSceneRect(box)
        self.setTransform(QTransform.fromScale(scale, scale))
        half = QPointF(room.width(), room.height()) / (2 * scale)
        self.centerOn(box.topLeft() + half)
        self._see(self._brought)
        self.keeps_fit = True

    def bring(self, block_id: str) -> None:
        """Scroll as far as it takes to see a block; what is all in view stays as it is."""
        self._brought = block_id
        fits = self.keeps_fit
        self._see(block_id)
        self.keeps_fit = fits

    def _see(self, block_id: str) -> None:
        item = self.canvas.blocks.get(block_id)
        if item is not None:
            self.ensureVisible(item.mapRectToScene(item.body), round(_EDGE), round(_EDGE))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.keeps_fit = False
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.card.hide()
        if event.button() != Qt.MouseButton.RightButton and self.gesture is None:
            self.gesture = Pan(self, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def event(self, event: QEvent) -> bool:
        # Past the canvas that is edited, where Tab adds a block.
        return super(CanvasView, self).event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        middle = self.viewport().rect().center().toPointF()
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(1.2, middle)
            case Qt.Key.Key_Minus:
                self.zoom_by(1 / 1.2, middle)
            case Qt.Key.Key_Home:
                self._brought = ""
                self.fit()
                return
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._scroll(self.horizontalScrollBar(), event.key() == Qt.Key.Key_Right)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._scroll(self.verticalScrollBar(), event.key() == Qt.Key.Key_Down)
            case _:
                event.ignore()
                return
        self.keeps_fit = False

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.ignore()

    def _scroll(self, bar: QScrollBar, onward: bool) -> None:
        bar.setValue(bar.value() + (_STEP if onward else -_STEP))

    def _hover(self, event: QMouseEvent) -> None:
        hit = self.canvas.hit(self.scene_at(event), self.port_radius)
        self._mark_hovered(self.canvas.blocks.get(hit.block_id), True, hit.wire)
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
