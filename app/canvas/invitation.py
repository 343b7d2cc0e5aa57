"""What an empty canvas says: how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.canvas.theme import font, prose


class Invitation(QWidget):
    """Stands in the middle of its parent and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.title = QLabel(self.tr("Draw your first condition"), self)
        self.title.setFont(font(16, 600))
        self.how = QLabel(
            self.tr(
                "Double-click here, press Space, or drag a block from the list.\nThe outline does the same by keyboard."
            ),
            self,
        )
        self.how.setFont(prose(13))
        self.how.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for label in (self.title, self.how):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        self.place()

    def place(self) -> None:
        """Move to the middle of the parent."""
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, (self._over.height() - self.height()) // 2)
