"""Mouse and keys as a person uses them, sent to a canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Works on the viewport of a canvas, at places of the scene."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def at(self, block_id: str, x: float = 60, y: float = 10) -> QPointF:
        """Return a place on a block."""
        return self.view.canvas.blocks[block_id].pos() + QPointF(x, y)

    def port(self, block_id: str, name: str, side: str = "input") -> QPointF:
        """Return where a port is."""
        return self.view.canvas.port_place(block_id, name, "output" if side == "output" else "input")

    def value(self, block_id: str, name: str) -> QPointF:
        """Return the middle of a value on a block."""
        item = self.view.canvas.blocks[block_id]
        field = next(field for field in item.face.fields if field.param.name == name)
        return item.pos() + QPointF(field.x + field.width / 2, field.y)

    def pixel(self, place: QPointF) -> QPoint:
        """Return the pixel of the viewport where a place of the scene is shown."""
        return self.view.mapFromScene(place)

    def press(self, place: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        self._send(QEvent.Type.MouseButtonPress, place, button, button, keys)

    def move(self, place: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        self._send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button, keys)

    def release(self, place: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        self._send(QEvent.Type.MouseButtonRelease, place, button, Qt.MouseButton.NoButton, keys)

    def click(self, place: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        self.press(place, button, keys)
        self.release(place, button, keys)

    def double_click(self, place: QPointF) -> None:
        self.click(place)
        self._send(QEvent.Type.MouseButtonDblClick, place, LEFT, LEFT, NONE)
        self.release(place)

    def drag(
        self,
        start: QPointF,
        end: QPointF,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NONE,
        drop: bool = True,
    ) -> None:
        """Press, move in a few steps, and let go unless `drop` is false."""
        self.press(start, button, keys)
        for step in range(1, 6):
            self.move(start + (end - start) * (step / 5), button, keys)
        if drop:
            self.release(end, button, keys)

    def wheel(self, place: QPointF, notches: int) -> None:
        at = QPointF(self.pixel(place))
        event = QWheelEvent(
            at,
            QPointF(self.view.viewport().mapToGlobal(at.toPoint())),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            NONE,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view.viewport(), event)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view, key, keys)

    def _send(
        self,
        type_: QEvent.Type,
        place: QPointF,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        at = QPointF(self.pixel(place))
        everywhere = QPointF(self.view.viewport().mapToGlobal(at.toPoint()))
        QApplication.sendEvent(self.view.viewport(), QMouseEvent(type_, at, everywhere, button, held, keys))
