"""Widgets side by side: in one row where all fit, else in equal columns, in as few rows as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget


class Flow(QWidget):
    """Lays its parts out anew whenever another number of them fits into a row."""

    def __init__(self, narrowest: int, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._narrowest = narrowest
        self._parts: list[QWidget] = []
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)

    def show_parts(self, parts: Sequence[QWidget]) -> None:
        """Show these widgets in the place of those before."""
        for part in self._parts:
            if part not in parts:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        self._parts = list(parts)
        self._arrange(force=True)

    def minimumSizeHint(self) -> QSize:
        """One part is enough in a row, however many stand in it now."""
        return QSize(self._narrowest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def settle(self) -> None:
        """Lay the parts out as they are now: what they show may have become wider."""
        self._arrange()

    def _arrange(self, *, force: bool = False) -> None:
        spacing = self._grid.spacing()
        around = self._grid.contentsMargins()
        room = self.width() - around.left() - around.right() + spacing
        fits = max(1, room // (self._narrowest + spacing))
        if sum(part.minimumSizeHint().width() + spacing for part in self._parts) <= room:
            fits = max(1, len(self._parts))
        # Rows as even as can be: 6 and 5 rather than 10 and 1.
        rows = -(-len(self._parts) // fits) or 1
        across = -(-len(self._parts) // rows) or 1
        if across == self._across and not force:
            return
        for column in range(self._across):
            self._grid.setColumnStretch(column, 0)
        self._across = across
        for number, part in enumerate(self._parts):
            self._grid.addWidget(part, number // across, number % across)
        for column in range(across):
            self._grid.setColumnStretch(column, 1)
