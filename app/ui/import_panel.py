"""Importing a file of candles: what it seems to hold, what has to be decided, its first rows, and then the import."""

from __future__ import annotations

import math
import re
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.data.importing.options import Options, read_columns
from app.data.importing.preview import PreviewRow
from app.data.importing.refusal import ImportRefused
from app.data.importing.report import Imported
from app.errors import Cancelled
from app.jobs import import_job
from app.jobs.import_job import Looked
from app.ui import data_words as words
from app.ui.candle_desk import CandleDesk
from app.ui.choice import Choice
from app.ui.labels import label

_ROWS = 6


class ImportPanel(QFrame):
    """One file on its way in; `imported` carries a sentence about what was done."""

    imported = Signal(str)
    _progressed = Signal(float)

    def __init__(self, desk: CandleDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._desk = desk
        self._path = Path()
        self._round = 0
        self.looked: Looked | None = None
        self.title = label(pixels=15, weight=600)
        self.found = label(muted=True, wrap=True)
        self.obstacle = label(wrap=True)
        self.obstacle.setProperty("tone", "warn")
        self.notes = label(pixels=12, muted=True, wrap=True)
        self.table = _table()
        self.table.setAccessibleName(self.tr("First rows of the file"))
        self.busy = QProgressBar()
        self.busy.setTextVisible(False)
        self.busy.setRange(0, 1000)
        self.busy.setAccessibleName(self.tr("Reading the file"))
        self._make_fields()
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._import)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.close_file)
        self._lay_out()
        self._progressed.connect(lambda share: self.busy.setValue(round(1000 * share)))
        self.hide()

    def look_at(self, path: Path) -> None:
        """Begin with a file; nothing is decided for it yet."""
        self._path = path
        for field in (self.symbol, self.name, self.zone, self.columns):
            field.clear()
            field.setPlaceholderText("")
        for part in (self.found, self.table, self._form, self.notes, self.go):
            part.hide()
        for box in (self.dates, self.decimal, self.calendar):
            box.setCurrentIndex(0)
        self.title.setText(path.name[:80])
        self.found.setText(self.tr("Looking at what is in it…"))
        self.found.show()
        self.show()
        self._look()

    def close_file(self) -> None:
        """Let go of the file; nothing was stored."""
        self._round += 1
        self.looked = None
        self.hide()

    def options(self) -> Options:
        """Return what was decided here. Raises ImportRefused where it cannot be understood."""
        typed = {name: field.text().strip() or None for name, field in self._typed.items()}
        columns = self.columns.text().strip()
        return Options(
            columns=read_columns(columns) if columns else {},
            dates=self.dates.currentData(),
            decimal=self.decimal.currentData(),
            calendar=self.calendar.currentData(),
            **typed,
        )

    def _look(self) -> None:
        """Read the file with what is decided now; an older look counts no more."""
        self._round += 1
        round_, path, store = self._round, self._path, self._desk.store
        try:
            options = self.options()
        except ImportRefused as refused:
            self._fail(round_, str(refused))
            return
        self.busy.setValue(0)
        self.busy.show()
        self.go.setEnabled(False)
        self.obstacle.hide()

        def progress(share: float) -> None:
            if self._round != round_:
                raise Cancelled("Another look has begun.")
            self._progressed.emit(share)

        self._desk.later(
            lambda: import_job.look_at(store, path, options, progress),
            lambda looked: self._show(round_, looked),
            lambda told: self._fail(round_, told),
        )

    def _show(self, round_: int, looked: Looked) -> None:
        if round_ != self._round:
            return
        self.looked = looked
        self.busy.hide()
        proposal, report = looked.proposal, looked.report
        count = f"{len(report.candles):,}"
        frame = str(proposal.timeframe)
        facts = [
            proposal.layout.title,
            self.tr("%1 candles of %2").replace("%1", count).replace("%2", frame),
            proposal.zone.zone.title() if not proposal.zone.in_rows else self.tr("times name their zone"),
            *proposal.how,
        ]
        if len(report.candles):
            facts.insert(2, f"{words.day(int(report.candles.time[0]))} – {words.day(report.candles.end)}")
        self.found.setText("  ·  ".join(facts))
        self._hint(proposal.symbol.text if proposal.symbol else "", looked)
        self._fill(looked.rows)
        self.notes.setText("\n".join(self._worth_knowing(looked)))
        self.notes.setVisible(bool(self.notes.text()))
        self._say_obstacle(in_words(looked.obstacle))
        self.go.setText(self.tr("Import %1 candles").replace("%1", count))
        self.go.setEnabled(not looked.obstacle)
        for part in (self.found, self.table, self._form, self.go):
            part.show()

    def _hint(self, symbol: str, looked: Looked) -> None:
        """Show in the empty fields what was found."""
        proposal = looked.proposal
        self.symbol.setPlaceholderText(symbol or self.tr("for example EUR/USD"))
        self.name.setPlaceholderText(proposal.series_name)
        self.zone.setPlaceholderText(str(proposal.zone.zone))
        self.columns.setPlaceholderText(", ".join(f"{part}={column}" for part, column in proposal.columns.items()))

    def _fail(self, round_: int, sentence: str) -> None:
        if round_ != self._round:
            return
        self.looked = None
        self.busy.hide()
        for part in (self.found, self.table, self.notes, self.go):
            part.hide()
        self._form.show()
        self._say_obstacle(in_words(sentence))

    def _say_obstacle(self, text: str) -> None:
        self.obstacle.setText(text)
        self.obstacle.setVisible(bool(text))

    def _import(self) -> None:
        looked, store, round_ = self.looked, self._desk.store, self._round
        if looked is None:
            return
        self.go.setEnabled(False)
        self.go.setText(self.tr("Importing…"))
        self._desk.later(
            lambda: import_job.bring_in(store, looked),
            lambda done: self._imported(looked, done),
            lambda told: self._fail(round_, told),
        )

    def _imported(self, looked: Looked, done: Imported) -> None:
        self.close_file()
        name = looked.proposal.series.key.symbol
        if done.again:
            told = self.tr("This file was imported before as %1; nothing has changed.").replace("%1", name)
        else:
            told = self.tr("Imported as %1: %2 new candles.").replace("%1", name)
            told = " ".join([told.replace("%2", f"{done.stored.added:,}"), *done.notes])
        self._desk.grew.emit(looked.proposal.series.key)
        self.imported.emit(told)

    def _worth_knowing(self, looked: Looked) -> list[str]:
        report = looked.report
        found = [*looked.proposal.notes, *report.notes]
        first = f" {looked.proposal.rows.unit} {report.bad[0].line}: {report.bad[0].reason}." if report.bad else ""
        for number, one, many in (
            (report.bad_rows, self.tr("1 bad row is left out.") + first, self.tr("%1 bad rows are left out.") + first),
            (
                report.repeated,
                self.tr("1 row is there twice and taken once."),
                self.tr("%1 rows are there twice and taken once."),
            ),
            (len(report.gaps), self.tr("1 gap between the candles."), self.tr("%1 gaps between the candles.")),
            (
                len(report.jumps),
                self.tr("1 large price jump, kept as it is."),
                self.tr("%1 large price jumps, kept as they are."),
            ),
        ):
            if number:
                found.append(one if number == 1 else many.replace("%1", f"{number:,}"))
        return [in_words(text) for text in found]

    def _fill(self, rows: tuple[PreviewRow, ...]) -> None:
        self.table.setRowCount(min(len(rows), _ROWS))
        for at, row in enumerate(rows[:_ROWS]):
            time = words.moment(row.time) if row.time is not None else "–"
            values = ("–" if math.isnan(value) else f"{value:,.8g}" for value in row.values)
            for column, text in enumerate((str(row.line), time, *values)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
                self.table.setItem(at, column, item)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + 28 * self.table.rowCount() + 4)

    def _make_fields(self) -> None:
        self.symbol, self.name, self.zone, self.columns = (QLineEdit() for _ in range(4))
        self._typed = {"symbol": self.symbol, "name": self.name, "zone": self.zone}
        self.dates = self._choice(
            (self.tr("as found"), None), (self.tr("day first"), "dmy"), (self.tr("month first"), "mdy")
        )
        self.decimal = self._choice((self.tr("as found"), None), ("1.5", "point"), ("1,5", "comma"))
        self.calendar = self._choice(
            (self.tr("as found"), None),
            (self.tr("always open"), "24x7"),
            (self.tr("currencies"), "fx"),
            (self.tr("metals"), "metals"),
        )
        self.zone.setToolTip(self.tr("For example UTC, UTC+2 or Europe/Berlin"))
        self.columns.setToolTip(self.tr("For example time=Date+Time, open=Open, high=High, low=Low, close=Close"))
        for field in (self.symbol, self.name, self.zone, self.columns):
            field.editingFinished.connect(lambda field=field: self._decided(field))
        for box in (self.dates, self.decimal, self.calendar):
            box.activated.connect(lambda _: self._look())

    def _decided(self, field: QLineEdit) -> None:
        if field.isModified():
            field.setModified(False)
            self._look()

    def _choice(self, *options: tuple[str, str | None]) -> Choice:
        box = Choice()
        for text, value in options:
            box.addItem(text, value)
        return box

    def _lay_out(self) -> None:
        self._form = QWidget()
        grid = QGridLayout(self._form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        fields = (
            (self.tr("Instrument"), self.symbol),
            (self.tr("Name of the source"), self.name),
            (self.tr("Time zone"), self.zone),
            (self.tr("Dates"), self.dates),
            (self.tr("Decimals"), self.decimal),
            (self.tr("Market hours"), self.calendar),
        )
        for place, (text, field) in enumerate(fields):
            field.setAccessibleName(text)
            grid.addWidget(label(text, pixels=12, muted=True), 0, place)
            grid.addWidget(field, 1, place)
        self.columns.setAccessibleName(self.tr("Columns"))
        grid.addWidget(label(self.tr("Columns"), pixels=12, muted=True), 2, 0)
        grid.addWidget(self.columns, 3, 0, 1, len(fields))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.obstacle, 1)
        foot.addStretch(0)
        foot.addWidget(self.cancel)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for part in (self.title, self.busy, self.found, self.table, self._form, self.notes):
            column.addWidget(part)
        column.addLayout(foot)


def in_words(text: str) -> str:
    """Return a sentence that names options of the command line as one about the fields of this panel."""
    return re.sub(r"--(symbol|zone|dates|decimal|map|name|calendar)\b", lambda found: _FIELDS[found[1]], text)


_FIELDS = {
    "symbol": "the instrument",
    "zone": "the time zone",
    "dates": "dates",
    "decimal": "decimals",
    "map": "the columns",
    "name": "the name of the source",
    "calendar": "the market hours",
}


def _table() -> QTableWidget:
    table = QTableWidget(0, 7)
    table.setHorizontalHeaderLabels(
        [table.tr(name) for name in ("Row", "Opens (UTC)", "Open", "High", "Low", "Close", "Volume")]
    )
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(28)
    table.setShowGrid(False)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    return table
