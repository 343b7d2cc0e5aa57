"""Runs of the history as rows of a table, written out only where they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from app.canvas.theme import Theme, color
from app.ui.history.run_columns import CURVE, MARKS, NOTE, TONED, columns, say
from app.ui.results.header import label_safe

if TYPE_CHECKING:
    from app.data.library.records import RunSummary

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
LONGEST_NOTE = 500


class RunsModel(QAbstractTableModel):
    """Rows are runs, the newest first unless sorted otherwise. `noted` carries a run's number and its new note."""

    noted = Signal(int, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.columns = columns()
        self.runs: list[RunSummary] = []
        self._found: Sequence[RunSummary] = ()
        self._sorted: tuple[int, Qt.SortOrder] = (self.column("when"), Qt.SortOrder.DescendingOrder)

    @property
    def newest_first(self) -> bool:
        """Whether runs stand in the order in which they were asked for, the last one first."""
        return self._sorted == (self.column("when"), Qt.SortOrder.DescendingOrder)

    def column(self, key: str) -> int:
        """Return where a column stands."""
        return next(number for number, column in enumerate(self.columns) if column.key == key)

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show these, which come newest first."""
        self._found = runs
        self._arrange()

    def row_of(self, run_id: int) -> int:
        """Return the row of a run, -1 where it does not show."""
        return next((row for row, run in enumerate(self.runs) if run.id == run_id), -1)

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        return self.columns[column].text(self.runs[row])

    # What Qt asks.

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        editable = index.isValid() and self.columns[index.column()].key == NOTE
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, run = self.columns[index.column()], self.runs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if column.key == MARKS else column.text(run)
        if role == Qt.ItemDataRole.EditRole and column.key == NOTE:
            return run.note
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if column.words else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._tone(column.key, run)
        if role == Qt.ItemDataRole.ToolTipRole:
            return label_safe(run.reason if column.key == "state" and run.reason else column.text(run)) or None
        if role == Qt.ItemDataRole.AccessibleTextRole and column.key == CURVE:
            return say("Equity of the run as a curve") if len(run.sparkline) else say("No curve")
        if role == Qt.ItemDataRole.AccessibleTextRole and column.key == MARKS:
            return column.text(run)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or self.columns[index.column()].key != NOTE:
            return False
        run, note = self.runs[index.row()], str(value).strip()[:LONGEST_NOTE]
        if note != run.note:
            self.noted.emit(run.id, note)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = " ↓" if self._sorted[1] == Qt.SortOrder.DescendingOrder else " ↑"
            return self.columns[section].title + (arrow if section == self._sorted[0] else "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if self.columns[section].words else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[section].key == MARKS:
            return say("Pinned and new ones")
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted = (max(column, 0), order)
        self._arrange()

    def _tone(self, key: str, run: RunSummary) -> QColor | None:
        if key in TONED:
            value = self.columns[self.column(key)].value(run)
            return color(self.theme.good if value > 0 else self.theme.bad) if value else None
        if key == "state" and run.state == "failed":
            return color(self.theme.bad)
        return color(self.theme.text_muted) if key in ("id", "when", "range", "state", NOTE) else None

    def _arrange(self) -> None:
        self.beginResetModel()
        value, down = self.columns[self._sorted[0]].value, self._sorted[1] == Qt.SortOrder.DescendingOrder
        valued = [(value(run), run) for run in self._found]
        known = sorted((pair for pair in valued if pair[0] is not None), key=lambda pair: pair[0], reverse=down)
        # What is unknown comes last either way.
        self.runs = [run for _, run in known] + [run for found, run in valued if found is None]
        self.endResetModel()
