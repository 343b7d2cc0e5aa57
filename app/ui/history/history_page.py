"""All runs that were kept: found, looked at, and put in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.canvas.theme import Theme
from app.results.numbers import count
from app.ui.history.clean_up_strip import CleanUpStrip
from app.ui.history.filter_bar import FilterBar
from app.ui.history.runs_model import RunsModel
from app.ui.history.runs_table import RunsTable
from app.ui.labels import label
from app.ui.row_table import ColumnsButton
from app.ui.wrap_row import WrapRow

if TYPE_CHECKING:
    from app.data.library.records import RunSummary

_FEWEST, _MOST = 2, 6


class HistoryPage(QWidget):
    """What is wanted of runs comes as signals, with the number of a run or a list of numbers."""

    opened = Signal(int)
    again = Signal(int)
    pinned = Signal(object, bool)
    noted = Signal(int, str)
    deleted = Signal(object)
    compared = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName(self.tr("History"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = RunsModel(theme)
        self.table = RunsTable(self.model)
        self.filter = FilterBar()
        self.clean_up = CleanUpStrip()
        self._settled = False
        self._none = label(muted=True, wrap=True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setContentsMargins(48, 0, 48, 48)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._none)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filter)
        column.addWidget(self._stack, 1)
        column.addLayout(self._buttons())
        column.addWidget(self.clean_up)
        self._connect()
        self.show_runs((), {})

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.model.theme = theme
        self.table.viewport().update()

    def show_runs(self, ids: Sequence[int], runs: Mapping[int, RunSummary]) -> None:
        """Show the runs of these numbers, some of which have been read; what was selected stays so."""
        picked, current = self.table.picked(), self.table.current_run()
        place = self.table.verticalScrollBar().value()
        same = ids == self.model.ids
        self.model.show_runs(ids, runs)
        if ids and not self._settled:
            self._settled = True
            self.table.settle_widths()
        if not same:
            self.table.pick(picked, current)
            self.table.verticalScrollBar().setValue(place)
        self.filter.count.setText(count(len(ids), self.tr("run")))
        self._none.setText(
            self.tr("No run matches. Clear the filters to see all of them.")
            if not self.filter.empty
            else self.tr("No runs yet. Draw a strategy and press Run: every result is kept here, exactly as it was.")
        )
        self._stack.setCurrentIndex(1 if ids else 0)
        self._follow()

    def show_unreadable(self, reason: str) -> None:
        """Say why what runs there are cannot be shown."""
        self.show_runs((), {})
        self._none.setText(reason)

    def showing(self) -> tuple[int, Sequence[int]]:
        """Return the first row that shows, and the numbers of the runs that have to be known: those selected."""
        return self.table.top_row(), self.table.picked()[:_MOST]

    def menu(self) -> QMenu:
        """Return the menu of everything that can be done with the selected runs."""
        menu = QMenu(self)
        for button in self.buttons:
            action = menu.addAction(button.text())
            action.setObjectName(button.objectName())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        return menu

    def _buttons(self) -> WrapRow:
        entries: tuple[tuple[str, str, str, Callable[[], object]], ...] = (
            ("open", self.tr("Open"), self.tr("Show the run exactly as it was"), self._open),
            ("compare", self.tr("Compare"), self.tr("Two to six completed runs side by side"), self._compare),
            ("again", self.tr("Run again on fresh data"), self.tr("The same version, on today's candles"), self._again),
            ("pin", self.tr("Pin"), self.tr("A pinned run is left alone when cleaning up"), self._pin),
            ("note", self.tr("Note…"), self.tr("Write a note on the run (F2)"), self.table.write_note),
            ("delete", self.tr("Delete"), self.tr("Take the run off the list"), self._delete),
        )
        self.buttons: list[QPushButton] = []
        row = WrapRow()
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        for name, text, about, does in entries:
            button = QPushButton(text)
            button.setObjectName(name)
            button.setToolTip(about)
            button.clicked.connect(lambda _=False, does=does: does())
            self.buttons.append(button)
            row.addWidget(button)
        self.columns = ColumnsButton(self.table)
        self.storage = label(pixels=12, muted=True)
        self.clean = QPushButton(self.tr("Clean up…"))
        self.clean.setToolTip(self.tr("Give room on the disk back"))
        row.add_stretch()
        row.addWidget(self.columns)
        row.addWidget(self.storage)
        row.addWidget(self.clean)
        return row

    def button(self, name: str) -> QPushButton:
        """Return the button of an entry."""
        return next(button for button in self.buttons if button.objectName() == name)

    def _connect(self) -> None:
        self.table.entered.connect(self.opened)
        self.table.starred.connect(self._star)
        self.table.delete_wanted.connect(self._delete)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        self.model.noted.connect(self.noted)
        self.model.dataChanged.connect(lambda *_: self._follow())

    def _show_menu(self, at: QPoint) -> None:
        if self.table.picked():
            self.menu().popup(self.table.viewport().mapToGlobal(at))

    def _star(self, run_id: int) -> None:
        run = self.model.run(run_id)
        if run is not None:
            self.pinned.emit([run_id], not run.pinned)

    def _all_pinned(self, picked: Sequence[int]) -> bool:
        runs = [self.model.run(each) for each in picked]
        return bool(runs) and all(run is not None and run.pinned for run in runs)

    def _follow(self) -> None:
        """Let the buttons work that fit what is selected."""
        picked = self.table.picked()
        runs = [self.model.run(each) for each in picked[: _MOST + 1]]
        whole = [run for run in runs if run is not None and run.state == "completed" and not run.cleaned]
        works = {
            "open": len(picked) == 1,
            "compare": _FEWEST <= len(picked) <= _MOST and len(whole) == len(picked),
            "again": len(picked) == 1,
            "pin": bool(picked),
            "note": len(picked) == 1,
            "delete": bool(picked),
        }
        for button in self.buttons:
            button.setEnabled(works[button.objectName()])
        self.button("pin").setText(self.tr("Unpin") if self._all_pinned(picked) else self.tr("Pin"))

    def _open(self) -> None:
        self.opened.emit(self.table.picked()[0])

    def _again(self) -> None:
        self.again.emit(self.table.picked()[0])

    def _pin(self) -> None:
        picked = self.table.picked()
        self.pinned.emit(picked, not self._all_pinned(picked))

    def _delete(self) -> None:
        if picked := self.table.picked():
            self.deleted.emit(picked)

    def _compare(self) -> None:
        self.compared.emit(sorted(self.table.picked()))
