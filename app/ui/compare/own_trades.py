"""Trades that only one of the runs has, as rows of a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.canvas.theme import Theme, color
from app.ui.compare.compared import Compared, shade
from app.ui.results.trades_model import Column, columns, say

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_SHOWN = ("", "side", "entry_time", "exit_time", "entry_price", "exit_price", "return_", "pnl", "exit_reason")


class OwnTrades(QAbstractTableModel):
    """Rows are trades in the order in which they were entered; `only` is the place of a run, -1 for all of them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.columns: tuple[Column, ...] = tuple(column for column in columns() if column.key in _SHOWN)
        self._shown: Compared | None = None
        self._run = np.empty(0, np.int64)
        self._trade = np.empty(0, np.int64)

    def show_trades(self, shown: Compared, only: int = -1) -> None:
        """Show what these runs do not share."""
        self.beginResetModel()
        self._shown = shown
        found = [part if only in (-1, number) else part[:0] for number, part in enumerate(shown.comparison.trades.only)]
        run = np.repeat(np.arange(len(found)), [len(part) for part in found])
        trade = np.concatenate(found)
        entered = np.concatenate(
            [each.trades["entry_time"][part] for each, part in zip(shown.runs, found, strict=True)]
        )
        order = np.argsort(entered, kind="stable")
        self._run, self._trade = run[order], trade[order]
        self.endResetModel()

    def run_of(self, row: int) -> int:
        """Return the number of the run that has the trade in a row."""
        assert self._shown is not None
        return self._shown.summaries[int(self._run[row])].id

    def text(self, row: int, column: int) -> str:
        """Return what a cell says; the first column names the run."""
        if column == 0:
            return say("Run %1").replace("%1", str(self.run_of(row)))
        assert self._shown is not None
        shown, trade = self.columns[column - 1], int(self._trade[row])
        trades = self._shown.runs[int(self._run[row])].trades
        return shown.text(trades[shown.key][trade].item() if shown.key else trade)

    # What Qt asks.

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._run)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return color(shade(self.theme, int(self._run[index.row()])))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return say("Only in") if section == 0 else self.columns[section - 1].title
        return self._side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        words = column == 0 or self.columns[column - 1].words
        return (Qt.AlignmentFlag.AlignLeft if words else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
