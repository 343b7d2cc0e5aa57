"""The run taken apart: months, how trades are spread, why they ended, when they began."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.canvas.theme import Theme
from app.results.breakdown import Breakdown
from app.results.overview import Card
from app.ui.labels import label
from app.ui.results.cards import Cards
from app.ui.results.extremes_table import ExtremesTable
from app.ui.results.groups_table import GroupsTable
from app.ui.results.heat_map import HeatMap
from app.ui.results.plots import ExcursionPlot, GroupPlot, HistogramPlot
from app.ui.results.trades_model import Rows

# So much stands above a part: its title, and some room.
_TITLE = 44


class Statistics(QScrollArea):
    """Everything below each other. `trade_picked` is the number of a trade that was clicked, `figure_picked` a name."""

    trade_picked = Signal(int)
    figure_picked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.months = HeatMap(theme)
        self.histogram = HistogramPlot(theme)
        self.excursions = ExcursionPlot(theme)
        self.excursions.picked.connect(self.trade_picked)
        self.extremes = ExtremesTable(theme)
        self.extremes.picked.connect(self.trade_picked)
        self.exits = GroupsTable(theme, self.tr("Left because"))
        self.sides = GroupsTable(theme, self.tr("Side"))
        self.weekdays = GroupPlot(theme, self.tr("P&L by weekday of entry"), self.tr("Weekday, UTC"))
        self.hours = GroupPlot(theme, self.tr("P&L by hour of entry"), self.tr("Hour, UTC"), every=3)
        self.further = Cards(narrowest=132)
        self.further.picked.connect(self.figure_picked)
        self._themed = (
            self.months, self.histogram, self.excursions, self.exits, self.extremes, self.sides, self.weekdays,
            self.hours,
        )  # fmt: skip
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Statistics"))
        self._inside = self._page()
        self.setWidget(self._inside)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        for part in self._themed:
            part.set_theme(theme)

    def show_further(self, cards: Sequence[Card]) -> None:
        """Show the figures that are not above the charts; what was said of another run goes."""
        self.further.show_cards(cards)
        self._inside.hide()

    def show_breakdown(self, found: Breakdown, trades: Rows) -> None:
        """Show a run with these closed trades."""
        self.months.show_years(found.years)
        self.histogram.show_histogram(found.histogram)
        self.excursions.show_excursions(found.excursions)
        self.exits.show_groups(found.exit_reasons)
        self.extremes.show_trades(trades, found.best, found.worst)
        self.sides.show_groups(found.sides)
        self.weekdays.show_groups(found.weekdays)
        self.hours.show_groups(found.hours)
        self._inside.show()

    def bring(self, part: QWidget) -> None:
        """Scroll to one of the parts, its title above it."""
        top = part.mapTo(self._inside, QPoint(0, 0)).y()
        self.verticalScrollBar().setValue(top - _TITLE)
        part.setFocus()

    def _page(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        sections = (
            (self.tr("Monthly returns, %"), self.months),
            (self.tr("How trades ended"), self.exits),
            (self.tr("Best and worst trades"), self.extremes),
            (self.tr("Long and short"), self.sides),
            ("", self.histogram),
            ("", self.excursions),
            ("", self.weekdays),
            ("", self.hours),
            (self.tr("Further figures"), self.further),
        )
        for number, (title, part) in enumerate(sections):
            if number:
                column.addSpacing(12)
            if title:
                column.addWidget(label(title, weight=600))
            column.addWidget(part)
        column.addStretch(1)
        return inside
