"""From the button Run to the page of results: the drawing is saved, run, kept, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.run_desk import OpenedRun, RunDesk
from app.ui.times import minute

if TYPE_CHECKING:
    from app.data.library.records import Revision, RunRequest, RunSummary
    from app.ui.main_window import MainWindow

# A run that takes longer than this shows that it is on its way.
SLOW_MS = 300


class Running(QObject):
    """Works on the window's drawing. `shown` carries an OpenedRun to put on the page.

    `said` is a sentence, whether it is a bad one, the name of a button and what it does ("" and None without one);
    `busy` tells of a run that takes its time: its name and the share done, and `idle` that none is under way.
    """

    shown = Signal(object)
    said = Signal(str, bool, str, object)
    busy = Signal(str, float)
    idle = Signal()

    def __init__(self, window: MainWindow, desk: RunDesk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._under_way: int | None = None
        self._request: RunRequest | None = None
        self._wanted: int | None = None
        self._saving = False
        self._share = 0.0
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._tell_busy)
        desk.asked.connect(self._asked)
        desk.progressed.connect(self._progressed)
        desk.answered.connect(self._answered)
        desk.changed.connect(self._changed)
        desk.opened.connect(self._opened)
        desk.refused.connect(self._refused)
        # With the library that it was for, the run is gone.
        window.shelf.replaced.connect(self._end)

    def run(self) -> None:
        """Save the drawing if it has changed, run it, and show the result."""
        if self._saving or self._request is not None:
            return
        self._saving = True
        self._window.drawings.save(self._run_version, self._not_saved)

    def run_request(self, request: RunRequest) -> None:
        """Run a saved version, keep the result, and show it."""
        self._begin(request)
        self._desk.run(request)

    def run_again(self, request: RunRequest, run_id: int) -> None:
        """Run what an earlier run asked for, as a new run, even if nothing has changed."""
        self._begin(request)
        self._desk.run(request, again_of=run_id, anyway=True)

    def open(self, run_id: int) -> None:
        """Show a run of before."""
        self._wanted = run_id
        self._desk.open(run_id)

    def stop(self) -> None:
        """Stop the run that is under way."""
        if self._under_way is not None:
            self._desk.cancel(self._under_way)

    def _not_saved(self) -> None:
        self._saving = False

    def _run_version(self, revision: Revision) -> None:
        from app.data.library.records import RunRequest

        self._saving = False
        builder = self._window.builder
        assert builder is not None
        settings = builder.result.run_bar.settings()
        period = settings.period
        request = RunRequest(
            revision.strategy_id, revision.id, period.start, period.end, period.days, settings.assumptions
        )
        self._begin(request)
        self._desk.run(request)

    def _begin(self, request: RunRequest) -> None:
        self._request, self._share = request, 0.0
        self._slow.start()

    def _asked(self, run_id: int) -> None:
        if self._request is None:
            return
        self._under_way = run_id
        # It may have ended before its number was known here.
        self._look(run_id)

    def _progressed(self, run_id: int, share: float) -> None:
        if run_id == self._under_way:
            self._share = share
            if not self._slow.isActive():
                self._tell_busy()

    def _tell_busy(self) -> None:
        if self._request is not None:
            self.busy.emit(self.tr("Running…"), self._share)

    def _answered(self, run_id: int, new: bool) -> None:
        request = self._request
        self._end()
        self.open(run_id)
        if not new and request is not None:
            self._window.shelf.ask(
                lambda library: library.runs.summary(run_id), lambda known: self._say_same(known, request)
            )

    def _say_same(self, known: RunSummary, request: RunRequest) -> None:
        text = self.tr("Same inputs, same result: this is run %1 of %2.")
        text = text.replace("%1", str(known.id)).replace("%2", minute(known.asked_ms))
        again = self.tr("Run again anyway")
        self.said.emit(text, False, again, lambda: self.run_again(request, known.id))

    def _changed(self, run_id: int) -> None:
        """Show the new state in the lists; say why when a run of this window has made no result."""
        self._window.shelf.changed.emit()
        if run_id == self._under_way:
            self._look(run_id)

    def _look(self, run_id: int) -> None:
        self._window.shelf.ask(lambda library: library.runs.summary(run_id), self._follow, lambda _: None)

    def _follow(self, summary: RunSummary) -> None:
        if summary.id == self._under_way and summary.state in ("failed", "cancelled"):
            self._end()
            text = self.tr("The run failed: %1") if summary.state == "failed" else self.tr("No result: %1")
            self.said.emit(text.replace("%1", summary.reason), summary.state == "failed", "", None)

    def _refused(self, reason: str) -> None:
        self._end()
        self.said.emit(reason, True, "", None)

    def _end(self) -> None:
        self._slow.stop()
        self._under_way = self._request = None
        self.idle.emit()

    def _opened(self, opened: OpenedRun) -> None:
        if opened.summary.id == self._wanted:
            self._wanted = None
            self.shown.emit(opened)
            self._window.shelf.changed.emit()
