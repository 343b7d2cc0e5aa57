"""The table of trades with its filters: sort, find, copy, save, and ask why."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.canvas.theme import Theme
from app.engine.position import EXIT_REASONS
from app.results import numbers
from app.ui.choice import Choice
from app.ui.labels import label
from app.ui.results.trades_model import OPEN, Rows, TradeFilter, TradesModel, reason_text
from app.ui.row_table import ColumnsButton, Heading, RowTable
from app.ui.wrap_row import WrapRow

_ROW = 28
# Beside what a cell says.
_AROUND = 16
# What is put away first where there is no room for all columns.
_YIELD = ("exit_price", "entry_price", "r_multiple", "exit_time")


class TradesPanel(QWidget):
    """`chosen` is the number of the trade in the current row, `asked` that of one to explain."""

    chosen = Signal(int)
    asked = Signal(int)
    save_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TradesModel(theme)
        self.table = _Table(self.model)
        self.table.setObjectName("trades")
        self.table.setAccessibleName(self.tr("Trades"))
        self.table.setAccessibleDescription(
            self.tr("Left and right go to the trade before and after in time; Return asks why it happened.")
        )
        self.count = label(pixels=12, muted=True)
        self._trade = -1
        self._empty = label(muted=True, wrap=True)
        self._empty.setContentsMargins(16, 4, 16, 12)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.hide()
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar())
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        selection = self.table.selectionModel()
        selection.currentRowChanged.connect(self._row_changed)
        self.table.doubleClicked.connect(lambda index: self.asked.emit(self.model.trade_of(index.row())))
        self.table.stepped.connect(self.step)
        self.table.entered_row.connect(lambda row: self.asked.emit(self.model.trade_of(row)))
        self.model.modelReset.connect(self._say_count)

    def minimumSizeHint(self) -> QSize:
        """Filters that take two lines take nothing from the table."""
        least = super().minimumSizeHint()
        return QSize(least.width(), self._column.totalMinimumHeightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.model.theme = theme
        self.table.viewport().update()

    def show_trades(self, trades: Rows) -> None:
        """Show the trades of a run, none of them chosen."""
        for box in (self.side, self.reason, self.outcome):
            box.setCurrentIndex(0)
        self.search.clear()
        there = set(trades["exit_reason"].tolist())
        while self.reason.count() > 1:
            self.reason.removeItem(1)
        for number in range(len(EXIT_REASONS)):
            if number in there:
                self.reason.addItem(reason_text(number), number)
        self._trade = -1
        self.model.show_trades(trades)
        self._settle_widths()
        for part in (self.save, self.columns):
            part.setEnabled(bool(len(trades)))
        self.why.setEnabled(False)

    @property
    def trade(self) -> int:
        """The number of the trade that is chosen, from 0; -1 for none."""
        return self._trade

    def choose(self, trade: int) -> None:
        """Choose a trade and scroll to it; one that the filters hide brings all trades back."""
        if trade >= 0 and self.model.row_of(trade) < 0:
            self.clear_filters()
        row = self.model.row_of(trade)
        if row < 0:
            return
        index = self.model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.table.scrollTo(index, self.table.ScrollHint.EnsureVisible)

    def step(self, way: int) -> None:
        """Go to the trade before or after the chosen one in time."""
        trade = self.model.next_trade(self._trade, way)
        if trade >= 0:
            self.choose(trade)

    def clear_filters(self) -> None:
        """Show every trade."""
        for box in (self.side, self.reason, self.outcome):
            box.setCurrentIndex(0)
        self.search.clear()
        self._filter()

    def show_lost(self) -> None:
        """Show the trades that lost alone, the greatest loss first."""
        self.clear_filters()
        self.outcome.setCurrentIndex(self.outcome.findData(False))
        self._filter()
        places = [column.key for column in self.model.columns]
        self.table.sortByColumn(places.index("pnl"), Qt.SortOrder.AscendingOrder)
        self.table.setFocus()

    def copied(self) -> str:
        """Return the selected rows as text with tabs, under the titles of the columns that are chosen."""
        shown = self.table.chosen_columns()
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        lines = ["\t".join(self.model.columns[n].title for n in shown)]
        lines += ["\t".join(self.model.text(row, n).replace("−", "-") for n in shown) for row in rows]
        return "\n".join(lines)

    def _bar(self) -> WrapRow:
        self.side, self.reason, self.outcome = Choice(), Choice(), Choice()
        for text, value in ((self.tr("Both sides"), 0), (self.tr("Long"), 1), (self.tr("Short"), -1)):
            self.side.addItem(text, value)
        self.reason.addItem(self.tr("Any exit"), -1)
        for text, won in ((self.tr("Won or lost"), None), (self.tr("Won"), True), (self.tr("Lost"), False)):
            self.outcome.addItem(text, won)
        names = (self.tr("Side"), self.tr("Exit reason"), self.tr("Outcome"))
        for box, name in zip((self.side, self.reason, self.outcome), names, strict=True):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self._filter)
        self.columns = ColumnsButton(self.table)
        self.save = QPushButton(self.tr("CSV…"))
        self.save.setAccessibleName(self.tr("Save the trades as CSV"))
        self.save.setToolTip(self.save.accessibleName())
        self.save.clicked.connect(lambda: self.save_wanted.emit())
        self.why = QPushButton(self.tr("Why?"))
        self.why.setAccessibleName(self.tr("Why this trade?"))
        self.why.setToolTip(self.tr("Explain the chosen trade"))
        self.why.clicked.connect(lambda: self.asked.emit(self._trade))
        self.why.setEnabled(False)
        self._add_search()
        bar = WrapRow()
        bar.setContentsMargins(12, 8, 12, 8)
        bar.setSpacing(8)
        for part in (self.side, self.reason, self.outcome, self.search, self.count):
            bar.addWidget(part)
        bar.add_stretch()
        for button in (self.columns, self.save, self.why):
            bar.addWidget(button)
        return bar

    def _add_search(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find…"))
        self.search.setAccessibleName(self.tr("Find trades"))
        self.search.setToolTip(self.tr("A number, a day, a reason: #12, 2025-03, stop"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(88)
        self.search.setMaximumWidth(130)
        self.search.textChanged.connect(self._filter)

    def _settle_widths(self) -> None:
        """Make every column as wide as what its first rows say, which is enough for all of them."""
        metrics, widths = self.table.fontMetrics(), {}
        for number, column in enumerate(self.model.columns):
            rows = range(min(self.model.rowCount(), 60))
            texts = [column.title + " ↑", *(self.model.text(row, number) for row in rows)]
            widths[column.key] = max(metrics.horizontalAdvance(text) for text in texts) + _AROUND
        last = metrics.horizontalAdvance(f"{len(self.model.trades):,}") + _AROUND
        self.table.fit(widths | {"": max(widths[""], last)})

    def _filter(self) -> None:
        kept = self._trade
        wanted = TradeFilter(
            int(self.side.currentData()), int(self.reason.currentData()), self.outcome.currentData(), self.search.text()
        )
        self.model.filter(wanted)
        if kept >= 0 and self.model.row_of(kept) >= 0:
            self.choose(kept)

    def _say_count(self) -> None:
        shown, all_ = self.model.rowCount(), len(self.model.trades)
        words = numbers.count(all_, self.tr("trade"))
        if shown == all_ and (open_ := int((self.model.trades["exit_time"] == OPEN).sum())):
            words = self.tr("%1 + %2 open").replace("%1", f"{all_ - open_:,}")
            words = words.replace("%2", str(open_))
        text = words if shown == all_ else self.tr("%1 of %2").replace("%1", f"{shown:,}").replace("%2", words)
        self.count.setText(text)
        self._empty.setVisible(not shown)
        self.table.setVisible(bool(shown))
        self._empty.setText(
            self.tr("No trade matches; clear the filters to see all of them.")
            if all_
            else self.tr("No trade in this period: the conditions were never all met. Click a bar to see why.")
        )

    def _row_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self._trade = self.model.trade_of(current.row())
            self.why.setEnabled(True)
            self.chosen.emit(self._trade)


class _Table(RowTable):
    """Whole rows; left and right step through time, Return asks."""

    stepped = Signal(int)
    entered_row = Signal(int)

    def __init__(self, model: TradesModel) -> None:
        headings = [
            Heading(
                each.key,
                each.title,
                each.shown,
                held=not each.key,
                elastic=each.key == "exit_reason",
                yields=_YIELD.index(each.key) + 1 if each.key in _YIELD else 0,
            )
            for each in model.columns
        ]
        super().__init__(model, _ROW, headings)
        self.horizontalHeader().setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.setMinimumHeight(120)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # On a low screen the wheel brings the rows into view before it goes through them.
        if event.angleDelta().y() < 0 and self.visibleRegion().boundingRect().bottom() < self.rect().bottom():
            event.ignore()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            panel = self.parent()
            if isinstance(panel, TradesPanel):
                QGuiApplication.clipboard().setText(panel.copied())
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(-1 if event.key() == Qt.Key.Key_Left else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.entered_row.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
