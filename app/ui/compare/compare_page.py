"""Two to six runs side by side: figures, curves, drawings, trades."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.canvas.theme import Theme
from app.canvas.typeset import typeset
from app.results.numbers import count
from app.ui.choice import Choice
from app.ui.compare.compared import Compared
from app.ui.compare.curves_plot import CurvesPlot
from app.ui.compare.difference_view import DifferenceView
from app.ui.compare.figures_table import FiguresTable
from app.ui.compare.marks import Legend
from app.ui.compare.own_trades import OwnTrades
from app.ui.compare.run_keys import RunKeys
from app.ui.labels import label
from app.ui.row_table import RowTable
from app.ui.splitter import Splitter

_ROW = 28


class ComparePage(QWidget):
    """`closed` tells that the trader wants back to the history, `opened` carries a run to look at alone."""

    closed = Signal()
    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName(self.tr("Comparison of runs"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.shown: Compared | None = None
        self.title = label(pixels=16, weight=600)
        self.back = QPushButton(self.tr("Back to the history"))
        self.back.clicked.connect(self.closed)
        self.keys = RunKeys(theme)
        self.keys.opened.connect(self.opened)
        self.plot, self.figures = CurvesPlot(theme), FiguresTable(theme)
        self.drawing, self.legend = DifferenceView(theme), Legend(theme)
        self.sentences = label(wrap=True)
        self.sentences.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentences.setContentsMargins(16, 8, 16, 8)
        self.sentences.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.pair, self.only = Choice(), Choice()
        self.pair.setAccessibleName(self.tr("Which two runs"))
        self.only.setAccessibleName(self.tr("Whose trades"))
        self.pair.currentIndexChanged.connect(lambda _: self._show_pair())
        self.only.currentIndexChanged.connect(lambda _: self._show_trades())
        self.shared = label(pixels=12, muted=True, wrap=True)
        self.trades = OwnTrades(theme)
        self.table = self._trades_table()
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        for part in (self.keys, self.plot, self.figures, self.drawing, self.legend):
            part.set_theme(theme)
        self.trades.theme = theme
        self.table.viewport().update()

    def show_runs(self, shown: Compared) -> None:
        """Show these runs."""
        self.shown = shown
        self.title.setText(self.tr("Comparing %1").replace("%1", count(len(shown.runs), self.tr("run"))))
        self.keys.show_runs(shown)
        self.plot.show_runs(shown)
        self.figures.show_runs(shown)
        run = self.tr("Run %1")
        names = [run.replace("%1", str(summary.id)) for summary in shown.summaries]
        for box in (self.pair, self.only):
            box.blockSignals(True)
            box.clear()
        for name in names[1:]:
            self.pair.addItem(self.tr("From %1 to %2").replace("%1", names[0].lower()).replace("%2", name.lower()))
        self.only.addItem(self.tr("Trades that only one run has"), -1)
        for number, name in enumerate(names):
            own = len(shown.comparison.trades.only[number])
            self.only.addItem(self.tr("%1 alone has %2").replace("%1", name).replace("%2", f"{own:,}"), number)
        for box in (self.pair, self.only):
            box.blockSignals(False)
        self.pair.setVisible(len(names) > 2)
        self._show_pair()
        self._show_trades()
        self._share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Give the figures room for every run, up to two thirds, unless the hand has said how much."""
        if not self.top.by_hand:
            all_ = sum(self.top.sizes())
            needed = self.figures.horizontalHeader().length() + self.figures.verticalScrollBar().sizeHint().width()
            figures = max(all_ * 2 // 5, min(needed, all_ * 2 // 3))
            self.top.setSizes([all_ - figures, figures])

    def _show_pair(self) -> None:
        """Show how one of the further runs differs from the first: its drawing, data, settings, engine."""
        if self.shown is None:
            return
        place = max(self.pair.currentIndex(), 0)
        found, new = self.shown.comparison.drawings[place], self.shown.runs[place + 1]
        self.drawing.show_difference(self.shown.runs[0].strategy, new.strategy, found)
        lines = list(found.sentences()) or [self.tr("The drawings are the same.")]
        lines += self.shown.comparison.circumstances[place] or [self.tr("Candles, settings and engine are the same.")]
        if moved := self.shown.left_otherwise[place]:
            text = self.tr("%1 entered alike and left at another time or price.")
            lines.append(text.replace("%1", count(moved, self.tr("trade"))))
        self.sentences.setText("\n".join(f"– {typeset(line)}" for line in lines))

    def _show_trades(self) -> None:
        if self.shown is None:
            return
        only = self.only.currentData()
        self.trades.show_trades(self.shown, -1 if only is None else int(only))
        self.table.resizeColumnsToContents()
        text = self.tr("%1 are in all of the runs: same side, entry and exit.")
        self.shared.setText(text.replace("%1", count(self.shown.comparison.trades.shared, self.tr("trade"))))

    # Layout.

    def _trades_table(self) -> RowTable:
        table = RowTable(self.trades, _ROW)
        table.setObjectName("runs")
        table.setAccessibleName(self.tr("Trades that only one run has"))
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setResizeContentsPrecision(60)
        return table

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        self.top = _splitter("figures", Qt.Orientation.Horizontal, (self.plot, self.figures), (3, 2))
        below = QTabWidget()
        below.setObjectName("side")
        below.setAccessibleName(self.tr("What differs"))
        below.setDocumentMode(True)
        below.tabBar().setDrawBase(False)
        below.addTab(self._drawings(), self.tr("Drawing, data and settings"))
        below.addTab(self._trades_part(), self.tr("Trades"))
        self.tabs = below
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.keys)
        column.addWidget(_splitter("down", Qt.Orientation.Vertical, (self.top, below), (1, 1)), 1)

    def _drawings(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("What differs, in sentences"))
        scroll.setWidget(self.sentences)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 8, 0, 0)
        pair = QHBoxLayout()
        pair.setContentsMargins(16, 0, 16, 0)
        pair.addWidget(self.pair)
        pair.addStretch(1)
        column.addLayout(pair)
        column.addWidget(scroll, 1)
        picture = QWidget()
        below = QVBoxLayout(picture)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.drawing, 1)
        below.addWidget(self.legend)
        return _splitter("drawing", Qt.Orientation.Horizontal, (picture, side), (3, 2))

    def _trades_part(self) -> QWidget:
        part = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(12)
        head.addWidget(self.only)
        head.addWidget(self.shared, 1)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        return part


def _splitter(name: str, way: Qt.Orientation, parts: tuple[QWidget, ...], shares: tuple[int, ...]) -> Splitter:
    result = Splitter(name, way)
    for number, (part, share) in enumerate(zip(parts, shares, strict=True)):
        result.addWidget(part)
        result.setStretchFactor(number, share)
    result.setSizes([400 * share for share in shares])
    return result
