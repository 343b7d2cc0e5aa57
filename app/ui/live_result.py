"""The result below the canvas, which follows the drawing as it changes."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.canvas.editor import Editor
from app.canvas.theme import Theme
from app.canvas.typeset import typeset
from app.data.records import SeriesKey
from app.data.sample_market import LABEL
from app.engine.assumptions import Assumptions
from app.jobs.fetches import Fetch
from app.jobs.live_run import Outcome, Request
from app.jobs.market_bars import Wanted, key_of
from app.jobs.sample_bars import SAMPLE
from app.market.timeframe import MINUTE_MS
from app.strategy.revision import logic_alone
from app.ui.background import Background, Finished
from app.ui.candle_desk import CandleDesk
from app.ui.charts.equity_chart import EquityChart
from app.ui.charts.price_panes import PricePanes
from app.ui.charts.run_view import RunView
from app.ui.charts.time_range import TimeRange
from app.ui.fetch_strip import FetchStrip
from app.ui.figures import Figures
from app.ui.instrument_picker import exchange_name
from app.ui.labels import label
from app.ui.results.paragraph import Paragraph
from app.ui.run_bar import RunBar
from app.ui.run_settings import RunSettings
from app.ui.splitter import Splitter

# A run that takes longer than this shows that it is on its way.
SLOW_MS = 300
# Changes closer together than this are one change: the ghost stays that of the curve before them.
_ONE_CHANGE = 0.9
# To the left and right of the sentences below the charts, together.
_EDGES = 24


class LiveResult(QWidget):
    """Charts and figures of the drawing, run again after every change of it or of the row above."""

    shown = Signal()
    hovered = Signal(int)

    def __init__(
        self,
        editor: Editor,
        background: Background,
        theme: Theme,
        settings: RunSettings,
        desk: CandleDesk,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editor, self._background, self._desk = editor, background, desk
        self._wanted: Wanted | None = None
        self._by_hand = False
        self._asked: Request | None = None
        self.view: RunView | None = None
        self.ghost: RunView | None = None
        self._last_change = 0.0
        self.run_bar = RunBar(editor, settings, desk)
        self.fetch = FetchStrip()
        self.bars = TimeRange(self)
        self.panes = PricePanes(self.bars, theme)
        self.price = self.panes.price
        self.equity = EquityChart(self.bars, theme)
        self.equity.setAccessibleName(self.tr("Equity against buying and holding"))
        self.figures = Figures()
        self.message = label(muted=True, wrap=True)
        self.reason = Paragraph(pixels=12, weight=500)
        self.reason.hide()
        self.assumptions = Paragraph(pixels=12, muted=True)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._build()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.panes.set_theme(theme)
        self.equity.set_theme(theme)

    def refresh(self) -> None:
        """Run the drawing if what is asked for has changed."""
        settings = self.run_bar.settings()
        request = Request(logic_alone(self._editor.strategy), settings.assumptions, settings.period)
        self._say_assumptions(settings.assumptions, self.view.result.base.step_ms if self.view else MINUTE_MS)
        self._desk.follow(key_of(self._editor.strategy))
        if request != self._asked:
            self._asked = request
            self._background.ask(request)

    def forget(self) -> None:
        """Compare with nothing from before: another drawing is opened."""
        self.view = self.ghost = None
        self._asked = None
        self._last_change = 0.0

    def say_reason(self, text: str) -> None:
        """Say what decided at the bar under the pointer, in the place of the assumptions."""
        self.reason.setText(text)
        # What is pointed at stays where it is: the reason takes no less room than the assumptions.
        self.reason.setMinimumHeight(self.assumptions.heightForWidth(self.width() - _EDGES))
        self.reason.setVisible(bool(text))
        self.assumptions.setVisible(not text)

    def minimumSizeHint(self) -> QSize:
        """What wraps, above the charts and below them, takes nothing from them."""
        least = super().minimumSizeHint()
        below = self.assumptions if self.reason.isHidden() else self.reason
        more = sum(
            max(0, part.heightForWidth(self.width() - edges) - counted)
            for part, edges, counted in (
                (self.run_bar, 0, self.run_bar.minimumSizeHint().height()),
                (below, _EDGES, max(below.minimumSizeHint().height(), below.minimumHeight())),
            )
        )
        return QSize(least.width(), least.height() + more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def stop(self) -> None:
        """Stop the run that is on the way."""
        self._background.cancel()

    def _build(self) -> None:
        self.busy = QProgressBar()
        self.busy.setObjectName("busy")
        self.busy.setTextVisible(False)
        self.busy.setRange(0, 100)
        self.busy.setAccessibleName(self.tr("Progress of the run"))
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.clicked.connect(self.stop)
        self.run_bar.layout().addWidget(self._stop)  # type: ignore[union-attr]
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.figures)
        self.message.setContentsMargins(12, 0, 12, 4)
        column.addWidget(self.message)
        column.addWidget(self.equity, 1)
        charts = Splitter("charts", Qt.Orientation.Horizontal)
        charts.addWidget(self.panes)
        charts.addWidget(right)
        charts.setStretchFactor(0, 3)
        charts.setStretchFactor(1, 2)
        charts.setSizes([840, 560])
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 6)
        foot.addWidget(self.reason)
        foot.addWidget(self.assumptions)
        all_ = QVBoxLayout(self)
        all_.setContentsMargins(0, 0, 0, 0)
        all_.setSpacing(0)
        for part in (self.run_bar, self.busy, self.fetch):
            all_.addWidget(part)
        all_.addWidget(charts, 1)
        all_.addLayout(foot)
        keep = self.busy.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.busy.setSizePolicy(keep)
        self._show_busy(False)
        self.message.hide()

    def _connect(self) -> None:
        background, editor = self._background, self._editor
        self._slow.timeout.connect(self._take_longer)
        background.started.connect(self._slow.start)
        background.progressed.connect(lambda share: self.busy.setValue(round(100 * share)))
        background.finished.connect(self._finished)
        editor.strategy_changed.connect(self.refresh)
        self.run_bar.changed.connect(self.refresh)
        self.bars.hovered.connect(self.hovered)
        self.run_bar.picked.connect(self._pick)
        self.fetch.wanted.connect(self._fetch)
        self.fetch.stopped.connect(lambda: self._desk.stop(key_of(editor.strategy)))
        self._desk.fetch_changed.connect(self._show_fetch)
        self._desk.grew.connect(self._read_again)
        self._desk.newer.connect(self._read_newer)

    def _show_busy(self, busy: bool) -> None:
        self.busy.setVisible(busy)
        self._stop.setVisible(busy)

    def _take_longer(self) -> None:
        self._show_busy(True)
        if self.view is None:
            self.message.hide()
            self._show_run()

    def _say_assumptions(self, assumptions: Assumptions, base_step_ms: int) -> None:
        sentences = assumptions.describe(base_step_ms)
        synthetic = self._editor.strategy.exchange == SAMPLE
        sample = self.tr("Prices of a %1.").replace("%1", LABEL) if synthetic else ""
        self.assumptions.setText(" ".join([sample, *sentences[:2]]).strip())
        self.assumptions.setToolTip("\n".join([sample, *sentences]).strip())

    def _finished(self, finished: Finished) -> None:
        outcome, view = finished.outcome, finished.view
        self._slow.stop()
        self._show_busy(False)
        self._say(outcome)
        if outcome.state in ("cancelled", "failed"):
            if self.view is None:
                self._show_run()
            return
        self._take_wanted(outcome)
        self._choose_ghost(view)
        before, self.view = self.view, view
        if view is not None:
            same = before is not None and before.bars.step_ms == view.bars.step_ms
            self.bars.show_bars(len(view.bars), keep=same)
            self._say_assumptions(view.result.assumptions, view.result.base.step_ms)
        self._show_run()
        self.shown.emit()

    def _show_run(self) -> None:
        """Show the run there is; for a drawing that has none yet nothing, rather than that of another one."""
        self.panes.show_run(self.view)
        self.equity.show_run(self.view, self.ghost)
        self.figures.show_run(self.view, self.ghost)

    def _choose_ghost(self, new: RunView | None) -> None:
        """Keep the run before this change: changes in quick succession, as of a dragged slider, are one."""
        now = time.monotonic()
        if self.view is not None and self.view.outcome.state == "done" and new is not None:
            if self.view.outcome.request == new.outcome.request:
                return  # the same drawing on more candles is no change of it
            same = len(self.view.equity) == len(new.equity) and bool((self.view.equity == new.equity).all())
            if not same and now - self._last_change > _ONE_CHANGE:
                self.ghost = self.view
            if not same:
                self._last_change = now
        if self.ghost is not None and new is not None and not _alike(self.ghost, new):
            self.ghost = None

    def _say(self, outcome: Outcome) -> None:
        texts = {
            "unfinished": self.tr("Not finished yet: %1").replace("%1", outcome.message),
            "done": self._quiet(outcome),
        }
        text = texts.get(outcome.state, outcome.message)
        # Candles that can be fetched are no reason for alarm.
        bad = outcome.state == "failed" or (outcome.state == "unavailable" and outcome.wanted is None)
        tone = "warn" if bad else ""
        if self.message.property("tone") != tone:
            self.message.setProperty("tone", tone)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
        self.message.setText(typeset(text))
        self.message.setVisible(bool(text))

    def _quiet(self, outcome: Outcome) -> str:
        result = outcome.result
        if result is not None and not len(result.book) and result.open_trade is None:
            return self.tr("No trade in this period: the conditions were never all met. Point at a bar to see why.")
        return ""

    # Candles that are not stored yet.

    def _pick(self) -> None:
        """Remember that the hand has chosen: what is missing of the choice is fetched without asking."""
        self._by_hand = True

    def _take_wanted(self, outcome: Outcome) -> None:
        self._wanted, by_hand = outcome.wanted, self._by_hand
        self._by_hand = False
        if outcome.wanted is None:
            going = self._desk.fetch_of(key_of(outcome.request.strategy))
            self.fetch.setVisible(going is not None and going.going)
            return
        fetch = self._desk.fetch_of(outcome.wanted.key)
        if by_hand:
            self._fetch()
        elif fetch is not None and (fetch.going or fetch.span == outcome.wanted.span):
            self.fetch.show_fetch(fetch)
        else:
            self.fetch.offer(self._offer(outcome.wanted))

    def _offer(self, wanted: Wanted) -> str:
        if wanted.share > 0.999:
            return (
                self.tr("Candles of %1 come from %2; they are kept here once fetched.")
                .replace("%1", wanted.key.symbol)
                .replace("%2", exchange_name(wanted.key.source))
            )
        return self.tr("%1 % of the candles of this period are not stored yet.").replace(
            "%1", f"{max(1, round(100 * wanted.share))}", 1
        )

    def _fetch(self) -> None:
        if self._wanted is not None:
            self._desk.fetch(self._wanted.key, self._wanted.span)

    def _show_fetch(self, fetch: Fetch) -> None:
        if fetch.key == key_of(self._editor.strategy):
            self.fetch.show_fetch(fetch)

    def _read_newer(self, key: SeriesKey) -> None:
        """Run again when the newest minutes have made a bar more."""
        view = self.view
        if view is None or self._desk.store.now() >= view.bars.end + view.bars.step_ms:
            self._read_again(key)

    def _read_again(self, key: SeriesKey) -> None:
        """Run again when there are other candles than before."""
        self._background.forget(key)
        strategy = self._editor.strategy
        if (key.symbol, key.source) == (strategy.symbol, strategy.exchange):
            self._asked = None
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self.bars.point_at(-1)
        super().hideEvent(event)


def _alike(old: RunView, new: RunView) -> bool:
    """Return whether two runs are of the same market from the same bar on: only then is one a change of the other."""
    same = str(old.result.instrument) == str(new.result.instrument)
    return same and bool(old.bars.time[0] == new.bars.time[0])
