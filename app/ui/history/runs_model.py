"""Runs of the history as rows of a table, each read and written out only where it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor

from app.canvas.theme import Theme, color
from app.ui.history.run_columns import CURVE, MARKS, NOTE, TONED, columns, say, says_stage
from app.ui.results.header import label_safe

if TYPE_CHECKING:
    from app.data.library.records import RunOrder, RunSummary

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
LONGEST_NOTE = 500
_FLAGS = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _FLAGS | Qt.ItemFlag.ItemIsEditable
# Of each cell that is painted Qt asks for more than that.
_TOLD = frozenset(
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
)
# So many neighbours are read at once: more than a screen shows.
_PORTION = 100


class RunsModel(QAbstractTableModel):
    """Rows are runs in the order that `order` says, known by number; `wanted` carries numbers of those to be read.

    `reordered` tells that the trader wants another order, `noted` carries a run's number and its new note.
    """

    wanted = Signal(object)
    reordered = Signal()
    noted = Signal(int, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.columns = columns()
        self._note = self.column(NOTE)
        self.ids: Sequence[int] = ()
        self._rows: dict[int, int] = {}
        self._runs: dict[int, RunSummary] = {}
        self._asked: set[int] = set()
        self._sorted: tuple[int, Qt.SortOrder] = (self.column("when"), Qt.SortOrder.DescendingOrder)
        # Asked for once the rows of a screen have said what they lack.
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._want)

    @property
    def order(self) -> tuple[RunOrder, bool]:
        """By what runs are sorted, and whether the other way round."""
        column, down = self.columns[self._sorted[0]], self._sorted[1] == Qt.SortOrder.DescendingOrder
        return column.order, down != column.falls

    def column(self, key: str) -> int:
        """Return where a column stands."""
        return next(number for number, column in enumerate(self.columns) if column.key == key)

    def show_runs(self, ids: Sequence[int], runs: Mapping[int, RunSummary]) -> None:
        """Show the runs of these numbers, some of which have been read; others are read when they show."""
        same = ids == self.ids
        if not same:
            self.beginResetModel()
            self.ids, self._rows = ids, {run_id: row for row, run_id in enumerate(ids)}
        self._runs, self._asked = dict(runs), set()
        if not same:
            self.endResetModel()
        elif ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(ids) - 1, len(self.columns) - 1))

    def take(self, runs: Mapping[int, RunSummary]) -> None:
        """Take runs that have been read since."""
        self._runs.update(runs)
        rows = sorted(row for row in map(self.row_of, runs) if row >= 0)
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], len(self.columns) - 1))

    def row_of(self, run_id: int) -> int:
        """Return the row of a run, -1 where it does not show."""
        return self._rows.get(run_id, -1)

    def run(self, run_id: int) -> RunSummary | None:
        """Return a run, None where it has not been read."""
        return self._runs.get(run_id)

    def run_at(self, row: int) -> RunSummary | None:
        """Return the run of a row; one that has not been read yet comes soon."""
        run = self._runs.get(self.ids[row])
        if run is None and self.ids[row] not in self._asked:
            self._asked.add(self.ids[row])
            self._ask.start()
        return run

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        run = self.run_at(row)
        return "" if run is None else self.columns[column].text(run)

    def _want(self) -> None:
        rows = [self._rows[run_id] for run_id in self._asked if run_id not in self._runs and run_id in self._rows]
        if rows:
            around = {run_id for row in rows for run_id in near(self.ids, row) if run_id not in self._runs}
            self._asked |= around
            self.wanted.emit(around)

    # What Qt asks.

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        # Asked for every cell there is when all rows are selected.
        return _EDITABLE if index.column() == self._note else _FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _TOLD or not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if column.words else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        run = self.run_at(index.row())
        if run is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if column.key == MARKS else column.text(run)
        if role == Qt.ItemDataRole.EditRole and column.key == NOTE:
            return run.note
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._tone(column.key, run)
        if role == Qt.ItemDataRole.ToolTipRole:
            return label_safe(run.reason if says_stage(column.key, run) and run.reason else column.text(run)) or None
        if role == Qt.ItemDataRole.AccessibleTextRole and column.key == CURVE:
            return say("Equity of the run as a curve") if len(run.sparkline) else say("No curve")
        if role == Qt.ItemDataRole.AccessibleTextRole and column.key == MARKS:
            return column.text(run)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or self.columns[index.column()].key != NOTE:
            return False
        run, note = self.run_at(index.row()), str(value).strip()[:LONGEST_NOTE]
        if run is not None and note != run.note:
            self.noted.emit(run.id, note)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = " ↓" if self._sorted[1] == Qt.SortOrder.DescendingOrder else " ↑"
            title = "" if self.columns[section].key == MARKS else self.columns[section].title
            return title + (arrow if section == self._sorted[0] else "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if self.columns[section].words else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[section].key == MARKS:
            return say("Pinned and new ones")
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        wanted = max(column, 0), order
        if wanted != self._sorted:
            self._sorted = wanted
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
            self.reordered.emit()

    def _tone(self, key: str, run: RunSummary) -> QColor | None:
        if says_stage(key, run):
            return color(self.theme.bad if run.state == "failed" else self.theme.text_muted)
        if key in TONED:
            value = self.columns[self.column(key)].value(run)
            return color(self.theme.good if value > 0 else self.theme.bad) if value else None
        return color(self.theme.text_muted) if key in ("id", "when", "range", NOTE) else None


def near(ids: Sequence[int], row: int) -> Sequence[int]:
    """Return the numbers of the runs that stand around a row."""
    begin = max(0, min(row, len(ids)) - _PORTION // 2)
    return ids[begin : begin + _PORTION]
