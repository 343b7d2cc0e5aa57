"""The one bridge from work in other threads back to the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.data.records import SeriesKey
from app.jobs.candle_store import CandleStore
from app.jobs.live_run import LiveRun, Outcome, Request
from app.jobs.market_bars import MarketBars
from app.ui.charts.run_view import RunView, RunViews


@dataclass(frozen=True, eq=False)
class Finished:
    """An outcome and what is shown of it, None where there is nothing to show."""

    outcome: Outcome
    view: RunView | None


class Background(QObject):
    """Runs the drawing in a thread and tells the window by signals, which arrive in the window's own thread."""

    started = Signal()
    progressed = Signal(float)
    finished = Signal(object)

    def __init__(self, parent: QObject | None = None, store: CandleStore | None = None) -> None:
        super().__init__(parent)
        self._views = RunViews()
        self._bars = MarketBars(store=store)
        self._run = LiveRun(self._bars.of, _Listener(self, self._views))

    def ask(self, request: Request) -> None:
        """Run this as soon as possible."""
        self._run.ask(request)

    def cancel(self) -> None:
        """Stop what runs."""
        self._run.cancel()

    def forget(self, key: SeriesKey) -> None:
        """Read a series anew before it is used next."""
        self._run.between(lambda: self._bars.forget(key))

    def close(self) -> None:
        """Stop for good."""
        self._run.close()


class _Listener:
    def __init__(self, owner: Background, views: RunViews) -> None:
        self._owner, self._views = owner, views
        self._share = 0.0

    def started(self) -> None:
        self._share = 0.0
        self._owner.started.emit()

    def progressed(self, share: float) -> None:
        if share - self._share >= 0.02:
            self._share = share
            self._owner.progressed.emit(share)

    def finished(self, outcome: Outcome) -> None:
        self._owner.finished.emit(Finished(outcome, self._views.of(outcome)))
