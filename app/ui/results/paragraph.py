"""Sentences that wrap, in a column that scrolls."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.canvas.theme import prose
from app.canvas.typeset import typeset

_NARROWEST = 40


class Paragraph(QLabel):
    """A label of plain text that is as high as its lines at the width it has.

    A common label asks for the height it would need if it were narrow, which leaves a column mostly empty.
    """

    def __init__(self, text: str = "", *, pixels: int = 13, weight: int = 400, muted: bool = False) -> None:
        super().__init__(typeset(text))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(prose(pixels, weight))
        self.setWordWrap(True)
        self.setProperty("muted", muted)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        super().setText(typeset(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, self.fontMetrics().height())
