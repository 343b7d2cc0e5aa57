"""What keeps a height that can be read, and is scrolled where there is less."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


class Column(QVBoxLayout):
    """Parts above each other, of which some wrap. A scroll area gives those the height they like, not what there is."""

    def hasHeightForWidth(self) -> bool:
        return False


class Tall(QScrollArea):
    """As wide as what is in it needs; on a low screen that keeps a height that can be read, and is scrolled."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._inside.minimumSizeHint().width() + bar, 200)
