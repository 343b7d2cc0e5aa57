"""The results page: figures, charts, trades, doubts and reasons of one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QScrollArea, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.canvas.theme import Theme
from app.engine.completed import CompletedRun
from app.errors import BlockbuildersError
from app.export.files import write_file
from app.export.trades_csv import trades_csv
from app.results.glance import Glance
from app.results.overview import overview
from app.results.story import TradeStory, trade_story
from app.ui.charts.price_panes import PricePanes
from app.ui.charts.time_range import TimeRange
from app.ui.labels import label
from app.ui.results.cards import Cards
from app.ui.results.causes import lead_to_cause
from app.ui.results.conditions_strip import ConditionsStrip
from app.ui.results.equity_panes import DrawdownPane, EquityPane
from app.ui.results.extras import Extras
from app.ui.results.findings_list import FindingsList
from app.ui.results.header import Header
from app.ui.results.making import Making, Values
from app.ui.results.price_pane import PricePane
from app.ui.results.result_view import ResultView, with_values
from app.ui.results.shown_levels import shown_levels
from app.ui.results.statistics import Statistics
from app.ui.results.tall import Column, Tall
from app.ui.results.trades_model import trade_table
from app.ui.results.trades_panel import TradesPanel
from app.ui.results.why_panel import WhyPanel
from app.ui.splitter import Splitter

# Widths at which the figures of a trade, and the drawing that explains it, can be read.
_TRADES, _STORY = 826, 420


class ResultsPage(QWidget):
    """Shows one completed run, or says why there is none.

    `bar_asked` and `trade_asked` tell what the trader wants explained; the page answers by itself. `said` is a
    sentence for the window, and whether something went wrong.
    """

    bar_asked = Signal(int)
    trade_asked = Signal(int)
    said = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName(self.tr("Results"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.run: CompletedRun | None = None
        self.view: ResultView | None = None
        self.values: Values | None = None
        self.complete = False
        self._wanted: tuple[str, int] | None = None
        self.choose_target: Callable[[str], str] = self._ask_for_target
        self.bars = TimeRange(self)
        self.header = Header()
        self.cards = Cards()
        self.price = PricePane(self.bars, theme)
        self.panes = PricePanes(self.bars, theme, price=self.price)
        self.equity = EquityPane(self.bars, theme)
        self.drawdown = DrawdownPane(self.bars, theme)
        self.trades = TradesPanel(theme)
        self.findings = FindingsList()
        self.statistics = Statistics(theme)
        self.why = WhyPanel(theme)
        self.conditions = ConditionsStrip()
        self.making = Making(self)
        self._name_parts()
        self._lay_out()
        self._connect()
        self.show_nothing(self.tr("No result yet"), self.tr("Run a strategy, and what it made is shown here."))

    # What is shown.

    def show_run(self, run: CompletedRun, extras: Extras | None = None) -> None:
        """Show a run: its figures and trades at once, the rest as it is made."""
        extras = extras or Extras()
        self.show_glance(run, len(run.bars), extras.quality)
        self.show_rest(run, extras)

    def show_glance(self, run: Glance, bars: int, quality: Mapping[str, object]) -> None:
        """Show what is known of a run of so many bars before these are read: `show_rest` is to follow."""
        self.making.drop()
        self.run, self.view, self.values, self._wanted = None, None, None, None
        self.complete = False
        self.header.show_run(run, bars)
        cards = overview(run)
        self.cards.show_cards([card for card in cards if card.key])
        _reach_after(self.header.last, self.cards.cards)
        self.statistics.show_further([card for card in cards if not card.key])
        self.conditions.show_run(run, quality)
        self._show_charts(None)
        self.price.choose(-1)
        self.price.mark(-1)
        self.bars.show_bars(0, keep=False)
        self.trades.show_trades(trade_table(run))
        self.trades.save.setEnabled(False)
        self.findings.say(self.tr("Looking for reasons to doubt…"))
        self.why.forget(self.tr("Click a bar in the price chart, or choose a trade, to see why."))
        self.why.show_strategy(run.strategy)
        self._stack.setCurrentIndex(1)

    def show_rest(self, run: CompletedRun, extras: Extras) -> None:
        """Show all of the run that was shown at a glance, as it is made."""
        self.run = run
        self.bars.show_bars(len(run.bars), keep=False)
        self.trades.save.setEnabled(bool(self.trades.model.rowCount()))
        self.making.begin(run, extras)

    def show_unreadable(self, reason: str) -> None:
        """Say why what was shown at a glance is all there is."""
        self.findings.say(reason)
        self.why.forget(reason)

    def show_nothing(self, name: str, text: str) -> None:
        """Say why there is nothing to show: no run yet, or one that failed or was cancelled."""
        self.making.drop()
        self.run = self.view = self.values = None
        self.header.show_name(name, "")
        self._message.setText(" ".join(text.split()))
        self._stack.setCurrentIndex(0)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        for part in (self.panes, self.equity, self.drawdown, self.trades, self.statistics, self.why):
            part.set_theme(theme)

    def close_down(self) -> None:
        """Stop what is made in the background."""
        self.making.stop()

    # Asking.

    def ask_bar(self, bar: int) -> None:
        """Explain what was decided at the close of a bar."""
        if self.run is None or not 0 <= bar < len(self.run.bars):
            return
        self.bar_asked.emit(bar)
        self.open_why()
        self.why.show_story("", ())
        self._answer("bar", bar)

    def ask_trade(self, trade: int) -> None:
        """Explain a trade: the bar that decided it, and its story."""
        if self.run is None or not 0 <= trade < len(self.trades.model.trades):
            return
        self.trade_asked.emit(trade)
        if trade != self.trades.trade:
            self.trades.choose(trade)
        self.open_why()
        self._answer("trade", trade)

    def open_why(self) -> None:
        """Bring the reasons up, with room enough to read the drawing unless the hand has said how much."""
        if self.side.currentWidget() is self.why:
            return
        self.side.setCurrentWidget(self.why)
        left, right = self.across.sizes()
        if right < left and not self.across.by_hand:
            all_ = left + right
            kept = max(all_ * 45 // 100, min(_TRADES, all_ - _STORY))
            self.across.setSizes([kept, all_ - kept])

    def _answer(self, what: str, number: int) -> None:
        if self.values is None:
            self._wanted = (what, number)
            if self.making.busy:
                self.why.say(self.tr("The values of every block are being worked out…"))
            return
        if what == "trade":
            story = self._story(number)
            if story is not None:
                self.why.show_story(self.tr("Trade %1").replace("%1", str(number + 1)), story.sentences)
                self._show_bar(max(story.entry_bar - 1, 0))
        else:
            self._show_bar(number)

    def _show_bar(self, bar: int) -> None:
        self.why.show_bar(bar)
        self.price.mark(bar)
        self.bars.bring(bar)

    def _story(self, trade: int) -> TradeStory | None:
        if self.values is None or self.run is None:
            return None
        return trade_story(self.values.result, trade if trade < len(self.run.trades) else None)

    def _trade_chosen(self, trade: int) -> None:
        """Let a trade stand out in the chart, and explain it where reasons are being looked at."""
        if self.view is None or trade < 0:
            return
        marks = self.view.trades
        self.price.mark(-1)
        self.bars.reveal(int(marks.entry[trade]), int(marks.exit[trade]))
        levels = None
        if self.values is not None and self.run is not None:
            levels = shown_levels(self.values.result, trade if trade < len(self.run.trades) else None)
        self.price.choose(trade, levels)
        if self.side.currentWidget() is self.why:
            self._answer("trade", trade)

    def _step_bar(self, way: int) -> None:
        if self.why.answer is not None and self.run is not None:
            self.ask_bar(min(max(self.why.answer.bar + way, 0), len(self.run.bars) - 1))

    # Parts that arrive.

    def _take(self, part: str, made: Any) -> None:
        match part:
            case "view":
                self._show_charts(made)
                self._trade_chosen(self.trades.trade)
            case "breakdown" if self.run is not None:
                self.statistics.show_breakdown(made, self.run.trades)
            case "values":
                self._take_values(made)
            case "no values":
                self.why.forget(made)
            case "verdict" if self.run is not None:
                self.complete = made.complete
                self.findings.show_verdict(made.verdict.findings, complete=made.complete)
                _reach_after(self._doubts, self.findings.parts)
                self.conditions.show_trials(self.run, made.verdict.other, made.verdict.costs, complete=made.complete)

    def _show_charts(self, view: ResultView | None) -> None:
        self.view = view
        self.panes.show_run(view)
        self.equity.show_run(view)
        self.drawdown.show_run(view)

    def _take_values(self, values: Values) -> None:
        assert self.view is not None
        self.values = values
        self.view = with_values(self.view, values.overlays, values.panes)
        self.panes.show_run(self.view)
        self.why.be_ready(values.result, values.asking)
        self.why.show_funnels(values.funnels)
        if self._wanted is not None:
            self._answer(*self._wanted)
        if self.trades.trade >= 0:
            self._trade_chosen(self.trades.trade)

    # Saving.

    def save_trades(self, path: Path) -> None:
        """Write the trades to a file and say so, or what stands in the way."""
        if self.run is None:
            return
        try:
            write_file(path, trades_csv(self.run))
        except BlockbuildersError as error:
            self.said.emit(str(error), True)
            return
        self.said.emit(self.tr("Saved to %1.").replace("%1", path.name), False)

    def _save_chosen(self) -> None:
        assert self.run is not None
        words = "".join(c if c.isalnum() or c in " -_" else " " for c in self.run.strategy.name).split()
        if name := self.choose_target(f"{' '.join(words)[:60] or 'strategy'} trades.csv"):
            self.save_trades(Path(name))

    def _ask_for_target(self, name: str) -> str:
        return QFileDialog.getSaveFileName(self, self.tr("Save the trades"), name, "CSV (*.csv)")[0]

    # Layout.

    def _name_parts(self) -> None:
        self.price.setAccessibleName(self.tr("Price with trades"))
        self.price.setAccessibleDescription(
            self.tr("Left and right go from trade to trade, with Ctrl from bar to bar; Return asks why.")
        )
        self.equity.setAccessibleName(self.tr("Equity against buying and holding"))
        self.drawdown.setAccessibleName(self.tr("Drawdown"))
        self.price.setMinimumHeight(100)
        self.equity.setMinimumHeight(84)
        self.drawdown.setMinimumHeight(72)

    def _lay_out(self) -> None:
        self._message = label(muted=True, wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setContentsMargins(48, 0, 48, 48)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._message)
        self._stack.addWidget(self._content())
        all_ = _close_together(QVBoxLayout(self))
        all_.addWidget(self.header)
        all_.addWidget(self._stack, 1)

    def _content(self) -> QWidget:
        left = Splitter("charts", Qt.Orientation.Vertical)
        for part, share in ((self.panes, 6), (self.equity, 3), (self.drawdown, 2), (self.trades, 4)):
            left.addWidget(part)
            left.setStretchFactor(left.count() - 1, share)
        left.setSizes([300, 140, 84, 230])
        self.across = Splitter("across", Qt.Orientation.Horizontal)
        self.across.addWidget(Tall(left))
        self.across.addWidget(self._side())
        self.across.setStretchFactor(0, 3)
        self.across.setStretchFactor(1, 2)
        self.across.setSizes([840, 440])
        self.cards.layout().setContentsMargins(16, 8, 16, 8)  # type: ignore[union-attr]
        scrolled = QWidget()
        figures = _close_together(Column(scrolled))
        figures.addWidget(self.cards)
        figures.addWidget(self.across, 1)
        # Whatever is scrolled to, what is taken for granted and the state of the candles stay in view.
        content = QWidget()
        column = _close_together(QVBoxLayout(content))
        column.addWidget(Tall(scrolled), 1)
        column.addWidget(self.conditions)
        return content

    def _side(self) -> QTabWidget:
        self._doubts = _scrolled(self.findings, self.tr("Findings"))
        self.side = QTabWidget()
        self.side.setObjectName("side")
        self.side.setAccessibleName(self.tr("About the run"))
        self.side.setDocumentMode(True)
        self.side.tabBar().setDrawBase(False)
        self.side.setMinimumWidth(300)
        for part, name in (
            (self._doubts, self.tr("Findings")),
            (self.statistics, self.tr("Statistics")),
            (self.why, self.tr("Why?")),
        ):
            self.side.addTab(part, name)
        return self.side

    def _connect(self) -> None:
        self.making.made.connect(self._take)
        self.header.logarithmic.connect(self.equity.set_logarithmic)
        self.header.fit_wanted.connect(self.bars.fit)
        for chart in (self.price, self.equity, self.drawdown):
            chart.stepped.connect(self.trades.step)
            chart.bar_clicked.connect(self.ask_bar)
            chart.trade_asked.connect(lambda: self.ask_trade(self.trades.trade))
        self.price.trade_clicked.connect(self.trades.choose)
        self.trades.chosen.connect(self._trade_chosen)
        self.trades.asked.connect(self.ask_trade)
        self.trades.save_wanted.connect(self._save_chosen)
        self.statistics.trade_picked.connect(self.trades.choose)
        for figures in (self.cards.picked, self.statistics.figure_picked):
            figures.connect(lambda name: lead_to_cause(self, name))
        self.why.stepped.connect(self._step_bar)


def _reach_after(first: QWidget, parts: Sequence[QWidget]) -> None:
    """Let Tab go from one widget to these, which were made later and would be reached last of all."""
    for one, next_ in pairwise((first, *parts)):
        QWidget.setTabOrder(one, next_)


def _close_together(column: QVBoxLayout) -> QVBoxLayout:
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _scrolled(part: QWidget, name: str) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setAccessibleName(name)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(part)
    return scroll
