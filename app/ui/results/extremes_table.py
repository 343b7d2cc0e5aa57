"""The trades that gave most and those that took most."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from app.canvas.theme import Theme, color
from app.engine.completed import TRADES
from app.results.numbers import day, money, percent
from app.ui.results.small_table import SmallTable
from app.ui.results.trades_model import Rows, reason_text


class ExtremesTable(SmallTable):
    """The best trades, then the worst ones, the worst last; `picked` is the number of one that was clicked."""

    picked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Best and worst trades"), 3, parent, yielding=(2,))
        self.theme = theme
        self.empty = self.tr("No closed trades")
        self._trades = Rows(0, TRADES)
        self._shown: tuple[int, ...] = ()
        self.show_titles([self.tr("#"), self.tr("Entered"), self.tr("Left because"), self.tr("Return"), self.tr("P&L")])
        for words in (1, 2):
            self.horizontalHeader().setSectionResizeMode(words, QHeaderView.ResizeMode.Stretch)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Click a trade to see it in the charts and the table"))
        self.cellClicked.connect(lambda row, _: self.picked.emit(self._shown[row]))

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self._show()

    def show_trades(self, trades: Rows, best: Sequence[int], worst: Sequence[int]) -> None:
        """Show some trades by their numbers: the best, the highest first, and the worst, the lowest first."""
        self._trades, self._shown = trades, (*best, *reversed(worst))
        self._show()

    def _show(self) -> None:
        self.setRowCount(len(self._shown))
        for row, number in enumerate(self._shown):
            trade = self._trades[number]
            tint = color(self.theme.good if trade["pnl"] > 0 else self.theme.bad)
            texts = (
                str(number + 1),
                day(int(trade["entry_time"])),
                reason_text(int(trade["exit_reason"])),
                percent(float(trade["return_"]), sign=True, decimals=2),
                money(float(trade["pnl"]), sign=True),
            )
            self.show_row(row, texts, (None, None, None, tint, tint))
        self.be_whole()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.picked.emit(self._shown[self.currentRow()])
        else:
            super().keyPressEvent(event)
