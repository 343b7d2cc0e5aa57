"""What every gesture of the mouse has in common, and the one that moves the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QMouseEvent

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView

_CLICK = 4


class Gesture:
    """One drag. `move` follows the hand, `finish` makes the edit, `cancel` leaves all as it was."""

    # Whether it goes on when the drawing changes under the hand, by a key say.
    lasts = False

    def __init__(self, view: CanvasView, event: QMouseEvent) -> None:
        self.view, self.editor, self.canvas = view, view.editor, view.canvas
        self.pressed = event.position().toPoint()
        self.start = view.scene_at(event)
        self.dragging = False

    def tr(self, text: str) -> str:
        """Return a text in the language of the window, as QObject.tr does."""
        return QCoreApplication.translate(type(self).__name__, text)

    def move(self, event: QMouseEvent) -> None:
        """Follow the hand; nothing happens within a few pixels, so that a click stays a click."""
        if not self.dragging:
            self.dragging = (event.position().toPoint() - self.pressed).manhattanLength() >= _CLICK
            if self.dragging:
                self.begin()
        if self.dragging:
            self.drag(event)

    def finish(self, event: QMouseEvent) -> None:
        """End the gesture: a drop if the hand has moved, a click if not."""
        if self.dragging:
            self.drag(event)
            self.drop(event)
        else:
            self.click(event)

    def begin(self) -> None:
        """Prepare, once the hand has moved."""

    def drag(self, event: QMouseEvent) -> None:
        """Show where a drop would lead."""

    def drop(self, event: QMouseEvent) -> None:
        """Make the edit."""

    def click(self, event: QMouseEvent) -> None:
        """Answer a press and release on one spot."""

    def cancel(self) -> None:
        """Take back what `drag` has shown."""


class Pan(Gesture):
    """Moves the whole drawing under the window."""

    lasts = True

    def begin(self) -> None:
        self.last = self.pressed
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        self.view.pan_by(at - self.last)
        self.last = at
        self.view.space_used = True

    def drop(self, event: QMouseEvent) -> None:
        self.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def click(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self.view.open_menu(event.globalPosition().toPoint(), self.start)
