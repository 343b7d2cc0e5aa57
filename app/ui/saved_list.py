"""The saved strategies on Home, the one saved last first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.canvas.theme import Theme
from app.ui.labels import label

if TYPE_CHECKING:
    from app.data.library.records import SavedStrategy
    from app.ui.saved_row import SavedRow

# With fewer than this, looking is quicker than searching.
_SEARCH_FROM = 8
# So many rows are made at once, which fill a screen; the others a few at a time, so that nothing waits for them.
_AT_ONCE = 20
_AT_A_TIME = 3
_FIRST = 2


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
        self._strategies: Sequence[SavedStrategy] = ()
        self._now = 0
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(lambda: self._fill(_AT_A_TIME))
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
        """Show these, in the order given. Rows that are there already stay, with what is being typed in them."""
        self._strategies, self._now = strategies, now_ms
        wanted = {saved.id: saved for saved in strategies}
        for row in self.rows:
            if row.saved.id in wanted:
                row.show_saved(wanted[row.saved.id], now_ms)
            else:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
        self.rows = [row for row in self.rows if row.saved.id in wanted]
        self._fill(_AT_ONCE)
        self._search.setVisible(len(strategies) >= _SEARCH_FROM)
        if len(strategies) < _SEARCH_FROM:
            self._search.clear()
        self.setVisible(bool(strategies))

    def _fill(self, count: int) -> None:
        """Make so many of the rows that are missing, and have all of them stand in their order."""
        from app.ui.saved_row import SavedRow

        rows = {row.saved.id: row for row in self.rows}
        missing = [saved for saved in self._strategies if saved.id not in rows]
        for saved in missing[:count]:
            rows[saved.id] = SavedRow(saved, self._theme, self._now, self)
            self._connect(rows[saved.id])
        self.rows = [rows[saved.id] for saved in self._strategies if saved.id in rows]
        self._put_in_order()
        self._filter(self._search.text())
        if len(missing) > count:
            self._more.start()

    def _put_in_order(self) -> None:
        before: QWidget = self._search
        for place, row in enumerate(self.rows, _FIRST):
            there = self._column.itemAt(place)
            if there is None or there.widget() is not row:
                self._column.insertWidget(place, row)
                row.come_after(before)
            before = row.more

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
