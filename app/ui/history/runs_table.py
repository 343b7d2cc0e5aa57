"""The table of runs: whole rows, a menu, and keys for what is done most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.ui.history.run_columns import CURVE, MARKS, NAME, NOTE, Column
from app.ui.history.run_marks import RunMarks
from app.ui.history.runs_model import RunsModel
from app.ui.row_table import Heading, RowTable

_ROW = 40
_ROWS_MEASURED = 60
_AROUND, _WIDEST = 20, 220
# What is put away first where there is no room for all columns.
_YIELD = ("id", NOTE, "timeframe", "state", "trades", CURVE)


class RunsTable(RowTable):
    """`entered` carries the number of the run that is wanted on the page of results, `starred` that of one to pin.

    `delete_wanted` tells the Delete key.
    """

    entered = Signal(int)
    starred = Signal(int)
    delete_wanted = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, _ROW, [_heading(column) for column in model.columns], parent)
        self._model = model
        self.setObjectName("runs")
        self._marks = RunMarks(model)
        for key in (MARKS, CURVE):
            self.setItemDelegateForColumn(model.column(key), self._marks)
        self.setAccessibleName(self.tr("Runs"))
        self.setAccessibleDescription(self.tr("Return opens a run, F2 writes its note, Delete removes it."))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.horizontalHeader().setSortIndicator(model.column("when"), Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(self._open)
        self.clicked.connect(self._click)

    def settle_widths(self) -> None:
        """Make every column as wide as what its first rows say."""
        metrics, widths = self.fontMetrics(), {}
        for number, column in enumerate(self._model.columns):
            rows = range(min(self._model.rowCount(), _ROWS_MEASURED))
            texts = [f"{column.title}    ", *(self._model.text(row, number) for row in rows)]
            fitting = max(metrics.horizontalAdvance(text) for text in texts) + _AROUND
            widths[column.key] = column.width or min(fitting, _WIDEST)
        self.fit(widths)

    def picked(self) -> list[int]:
        """Return the numbers of the selected runs, in the order in which they show."""
        # Asked for rows, the selection would look at every cell.
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.count())]
        rows = sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})
        return [self._model.ids[row] for row in rows]

    def pick(self, run_ids: Sequence[int], current: int | None) -> None:
        """Select these runs, as far as they show."""
        flags = QItemSelectionModel.SelectionFlag
        rows = sorted(row for row in map(self._model.row_of, run_ids) if row >= 0)
        chosen, last = QItemSelection(), self._model.columnCount() - 1
        for begin, end in _stretches(rows):
            chosen.select(self._model.index(begin, 0), self._model.index(end, last))
        row = -1 if current is None else self._model.row_of(current)
        if row >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(row, 1), flags.NoUpdate)
        self.selectionModel().select(chosen, flags.ClearAndSelect)

    def current_run(self) -> int | None:
        """Return the number of the run in the current row."""
        index = self.currentIndex()
        return self._model.ids[index.row()] if index.isValid() else None

    def top_row(self) -> int:
        """Return the first row that shows."""
        return max(self.rowAt(0), 0)

    def write_note(self) -> None:
        """Let the note of the current run be typed."""
        if self.currentIndex().isValid():
            index = self._model.index(self.currentIndex().row(), self._model.column(NOTE))
            self.show_column(NOTE)
            self.scrollTo(index)
            self.edit(index)

    def dataChanged(
        self,
        first: QModelIndex | QPersistentModelIndex,
        last: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        if self.state() == self.State.EditingState:
            # A note that is being typed would be written over.
            self.viewport().update()
        else:
            super().dataChanged(first, last, list(roles))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == self.State.EditingState:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_F2:
            self.write_note()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.entered.emit(self._model.ids[index.row()])

    def _click(self, index: QModelIndex) -> None:
        if self._model.columns[index.column()].key == MARKS:
            self.starred.emit(self._model.ids[index.row()])


def _heading(column: Column) -> Heading:
    return Heading(
        column.key,
        column.title,
        shown=column.shown,
        held=column.key == NAME,
        elastic=column.key == NAME,
        least=column.width,
        yields=_YIELD.index(column.key) + 1 if column.key in _YIELD else 0,
    )


def _stretches(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of rows that follow each other without a gap."""
    begin = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at] != rows[at - 1] + 1:
            yield rows[begin], rows[at - 1]
            begin = at
