"""The saved strategies on Home, the one saved last first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.canvas.theme import Theme
from app.ui.labels import label

if TYPE_CHECKING:
    from app.data.library.records import SavedStrategy
    from app.ui.saved_row import SavedRow

# With fewer than this, looking is quicker than searching.
_SEARCH_FROM = 8


class SavedList(QWidget):
    """Rows of saved strategies; hidden while there are none. All signals carry the strategy's id first.

    `renamed` adds the new name, `history_wanted` the name there is.
    """

    opened = Signal(str)
    renamed = Signal(str, str)
    duplicated = Signal(str)
    exported = Signal(str)
    deleted = Signal(str)
    history_wanted = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[SavedRow] = []
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search your strategies"))
        self._search.setClearButtonEnabled(True)
        self._search.setMaximumWidth(240)
        self._search.textChanged.connect(self._filter)
        self._none = label(self.tr("No strategy of this name or instrument."), muted=True)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Your strategies"), pixels=15, weight=600))
        head.addStretch(1)
        head.addWidget(self._search)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self._none)
        self.hide()

    def show_strategies(self, strategies: Sequence[SavedStrategy], now_ms: int) -> None:
        """Show these, in the order given."""
        from app.ui.saved_row import SavedRow

        focused = next((row.saved.id for row in self.rows if row.hasFocus()), None)
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [SavedRow(saved, self._theme, now_ms, self) for saved in strategies]
        for row in self.rows:
            self._connect(row)
            self._column.addWidget(row)
            if row.saved.id == focused:
                row.setFocus()
        self._search.setVisible(len(self.rows) >= _SEARCH_FROM)
        if len(self.rows) < _SEARCH_FROM:
            self._search.clear()
        self._filter(self._search.text())
        self.setVisible(bool(self.rows))

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        for row in self.rows:
            row.set_theme(theme)

    def _connect(self, row: SavedRow) -> None:
        key = row.saved.id
        row.clicked.connect(lambda: self.opened.emit(key))
        row.renamed.connect(lambda name: self.renamed.emit(key, name))
        wishes = {"duplicate": self.duplicated, "export": self.exported, "delete": self.deleted}
        row.wanted.connect(
            lambda wish: self.history_wanted.emit(key, row.saved.name) if wish == "history" else wishes[wish].emit(key)
        )

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for row in self.rows:
            said = f"{row.saved.name} {row.saved.symbol} {row.saved.exchange} {row.saved.timeframe}".casefold()
            row.setVisible(all(word in said for word in words))
        self._none.setVisible(bool(words) and all(row.isHidden() for row in self.rows))
