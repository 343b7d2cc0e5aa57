"""Labels: always plain text, so that a name in a file never turns into a link or a picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.canvas.theme import font, prose


def label(
    text: str = "",
    *,
    pixels: int = 13,
    weight: int = 400,
    muted: bool = False,
    wrap: bool = False,
    parent: QWidget | None = None,
) -> QLabel:
    """Return a label of plain text; what wraps is a sentence."""
    result = QLabel(text, parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setFont(prose(pixels, weight) if wrap else font(pixels, weight))
    result.setWordWrap(wrap)
    if wrap:
        result.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    result.setProperty("muted", muted)
    return result
