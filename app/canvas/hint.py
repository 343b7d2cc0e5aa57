"""A sentence beside the hand, or at the foot of the canvas, that goes away by itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from app.canvas.typeset import typeset

_STAYS_MS = 6_000
_WIDTH = 320


class Hint(QLabel):
    """Says one calm sentence over its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("card", True)
        self.setObjectName("hint")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMargin(10)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, at: QPoint | None = None) -> None:
        """Show a sentence at a point of the parent, or at its foot; an empty one takes it away."""
        text = typeset(text)
        if not text:
            self.clear()
            self.hide()
            return
        self.setText(text)
        self.setFixedWidth(min(_WIDTH, self.fontMetrics().horizontalAdvance(text) + 28))
        self.setFixedHeight(self.heightForWidth(self.width()))
        room = self._over.rect().adjusted(8, 8, -8, -16)
        spot = at + QPoint(16, 20) if at else QPoint(room.center().x() - self.width() // 2, room.bottom())
        x = max(min(spot.x(), room.right() - self.width()), room.left())
        y = max(min(spot.y(), room.bottom() - self.height()), room.top())
        self.move(x, y)
        self.show()
        self.raise_()
        self._timer.start(_STAYS_MS)
