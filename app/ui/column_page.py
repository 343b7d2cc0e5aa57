"""A page that is read from top to bottom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


class ColumnPage(QScrollArea):
    """A column of parts in the middle, as wide as there is room for or no wider than `widest`; scrolled up and down."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 16, widest: int = 0) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        if widest:
            page.setMaximumWidth(widest)
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(32, 32, 32, 40)
        self.column.setSpacing(spacing)
        self.setWidget(page)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.viewport().setAutoFillBackground(False)
