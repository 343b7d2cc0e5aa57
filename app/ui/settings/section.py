"""A part of the page Settings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.labels import label
from app.ui.results.paragraph import Paragraph


class Section(QFrame):
    """A card with a title, a sentence about it and, below, what the section puts into `body`."""

    def __init__(self, title: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAccessibleName(title)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(label(title, pixels=15, weight=600))
        texts.addWidget(paragraph(about, muted=True))
        self.head = QHBoxLayout()
        self.head.setSpacing(16)
        self.head.addLayout(texts, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addLayout(self.head)
        column.addLayout(self.body)


def paragraph(text: str, *, pixels: int = 13, muted: bool = False) -> QLabel:
    """Return a label of several lines that asks for no more height than its width makes it need."""
    return Paragraph(text, pixels=pixels, muted=muted)


def button(text: str, does: Callable[[], object], name: str = "") -> QPushButton:
    """Return a button that does something; `name` is what a screen reader says where the text alone says too little."""
    result = QPushButton(text)
    result.clicked.connect(lambda: does())
    result.setAccessibleName(name or text)
    return result


def line() -> QFrame:
    """Return a thin line between rows."""
    result = QFrame()
    result.setObjectName("rule")
    result.setFixedHeight(1)
    return result
