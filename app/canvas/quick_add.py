"""The small window that opens where a block is wanted: type, choose, done."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.kind_list import KindList
from app.canvas.search import Fit, matches
from app.canvas.search_popup import SearchPopup
from app.canvas.theme import Theme

_WIDTH, _HEIGHT, _LEAST_HEIGHT = 340, 380, 200
_REMEMBERED = 6


class QuickAdd(SearchPopup):
    """Searches kinds of blocks; `chosen` gives the one that was taken."""

    chosen = Signal(object)
    taking_keys = (*SearchPopup.taking_keys, Qt.Key.Key_Tab)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        self.list = KindList(theme)
        self.fit: Fit | None = None
        self.recent: list[str] = []
        super().__init__(self.list, parent)
        self.nothing.setText(self.tr("No block answers to this. Try a shorter word."))
        self.setFixedSize(_WIDTH, _HEIGHT)
        self.search.setAccessibleName(self.tr("Find a block"))
        self.list.setAccessibleName(self.tr("Blocks found"))
        self.list.itemClicked.connect(self.take_current)

    def open(self, at: QPoint, fit: Fit | None = None) -> None:
        """Open at a point of the parent, wholly inside it."""
        self.fit = fit
        hint = self.tr("Find what comes next") if fit else self.tr("Find a block: RSI, oversold, stop …")
        self.search.setPlaceholderText(hint)
        room = self._over.rect().adjusted(8, 8, -8, -8)
        height = max(min(_HEIGHT, room.height()), _LEAST_HEIGHT)
        self.setFixedHeight(height)
        x = max(min(at.x(), room.right() - _WIDTH), room.left())
        y = max(min(at.y(), room.bottom() - height), room.top())
        self.move(x, y)
        self.begin()

    def show_found(self, text: str) -> bool:
        kinds = matches(text, self.fit, self.recent)
        self.list.show_kinds(kinds)
        return bool(kinds)

    def take_current(self) -> None:
        kind = self.list.chosen()
        if kind is not None:
            self.remember(kind.id)
            self.close_down()
            self.chosen.emit(kind)

    def remember(self, kind_id: str) -> None:
        """Show this kind among the first the next time."""
        self.recent = [kind_id, *(other for other in self.recent if other != kind_id)][:_REMEMBERED]
