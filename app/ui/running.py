"""From the button Run to the page of results: the drawing is saved, run, kept, and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.run_desk import OpenedRun, RunDesk
from app.ui.times import minute

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.data.library.records import Revision, RunOverview, RunRequest, RunSummary
    from app.ui.main_window import MainWindow

# A run that takes longer than this shows that it is on its way.
SLOW_MS = 300


@dataclass(eq=False)
class _UnderWay:
    """A run that was asked for on a page and has not ended; its number is known a moment later."""

    request: RunRequest
    page: QWidget | None
    run_id: int | None = None
    share: float = 0.0
    stopped: bool = False


class Running(QObject):
    """Works on the window's drawing. `shown` carries an OpenedRun to put on the page.

    Before it, `glanced` carries the overview of the run; where no more of it can be read, `unreadable` carries its
    number and why.

    `said` is a sentence, whether it is a bad one, the name of a button and what it does ("" and None without one);
    `busy` tells of a run that takes its time: its name and the share done, and `idle` that none is under way.
    """

    glanced = Signal(object)
    shown = Signal(object)
    unreadable = Signal(int, str)
    said = Signal(str, bool, str, object)
    busy = Signal(str, float)
    idle = Signal()

    def __init__(self, window: MainWindow, desk: RunDesk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        # In the order in which they are done.
        self._runs: list[_UnderWay] = []
        self._wanted: int | None = None
        self._saving = False
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._tell_busy)
        desk.asked.connect(self._asked)
        desk.refused.connect(self._refused)
        desk.progressed.connect(self._progressed)
        desk.answered.connect(self._answered)
        desk.changed.connect(self._changed)
        desk.lost.connect(self._lost)
        desk.glanced.connect(self._glanced)
        desk.opened.connect(self._opened)
        desk.unreadable.connect(self._unreadable)
        # With the library that they were for, the runs are gone.
        window.shelf.replaced.connect(self._end_all)

    def run(self) -> None:
        """Save the drawing if it has changed, run it, and show the result."""
        if self._saving:
            return
        # What was said of an earlier try is over.
        self._window.banner.hide()
        self._saving = True
        self._window.drawings.save(self._run_version, self._not_saved)

    def run_request(self, request: RunRequest) -> None:
        """Run a saved version, keep the result, and show it."""
        self._begin(request)

    def run_again(self, request: RunRequest, run_id: int) -> None:
        """Run what an earlier run asked for, as a new run, even if nothing has changed."""
        self._begin(request, again_of=run_id, anyway=True)

    def open(self, run_id: int) -> None:
        """Show a run of before."""
        self._wanted = run_id
        self._desk.open(run_id)

    def stop(self) -> None:
        """Stop the run that is being done; those that wait for it come next."""
        if self._runs and not self._runs[0].stopped:
            self._runs[0].stopped = True
            self._cancel(self._runs[0])
            self._tell_busy()

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
        # Pressed twice, or pressed again because it takes so long, it is run once.
        if all(run.request != request for run in self._runs):
            self._begin(request)

    def _begin(self, request: RunRequest, *, again_of: int | None = None, anyway: bool = False) -> None:
        run = _UnderWay(request, self._window.pages.currentWidget())
        if not self._runs:
            self._slow.start()
        self._runs.append(run)
        self._desk.run(run, request, again_of=again_of, anyway=anyway)

    def _asked(self, run: _UnderWay, run_id: int) -> None:
        run.run_id = run_id
        if run.stopped:
            self._cancel(run)

    def _cancel(self, run: _UnderWay) -> None:
        if run.run_id is not None:
            self._desk.cancel(run.run_id)

    def _of(self, run_id: int) -> _UnderWay | None:
        return next((run for run in self._runs if run.run_id == run_id), None)

    def _progressed(self, run_id: int, share: float) -> None:
        run = self._of(run_id)
        if run is not None:
            run.share = share
            self._tell_busy()

    def _tell_busy(self) -> None:
        """Tell of the run that is being done, once it takes its time."""
        if not self._runs or self._slow.isActive():
            return
        first, waiting = self._runs[0], len(self._runs) - 1
        text = self.tr("Stopping…") if first.stopped else self.tr("Running…")
        more = self.tr("%1 more after it").replace("%1", str(waiting))
        self.busy.emit(f"{text} ({more})" if waiting else text, first.share)

    def _answered(self, run_id: int, answer_id: int) -> None:
        run = self._of(run_id)
        if run is None:
            return
        self._end(run)
        if self._window.pages.currentWidget() is not run.page:
            # Whoever has gone on to another page is not torn away from it.
            text = self.tr("Run %1 is done.").replace("%1", str(answer_id))
            self.said.emit(text, False, self.tr("Show it"), lambda: self.open(answer_id))
            return
        self.open(answer_id)
        if answer_id != run_id:
            self._window.shelf.ask(
                lambda library: library.runs.summary(answer_id), lambda known: self._say_same(known, run.request)
            )

    def _say_same(self, known: RunSummary, request: RunRequest) -> None:
        text = self.tr("Same inputs, same result: this is run %1 of %2.")
        text = text.replace("%1", str(known.id)).replace("%2", minute(known.asked_ms))
        again = self.tr("Run again anyway")
        self.said.emit(text, False, again, lambda: self.run_again(request, known.id))

    def _changed(self, run_id: int) -> None:
        """Show the new state in the lists; say why when a run of this window has made no result."""
        self._window.shelf.changed.emit()
        if self._of(run_id) is not None:
            self._window.shelf.ask(lambda library: library.runs.summary(run_id), self._follow, lambda _: None)

    def _follow(self, summary: RunSummary) -> None:
        run = self._of(summary.id)
        if run is not None and summary.state in ("failed", "cancelled"):
            self._end(run)
            text = self.tr("The run failed: %1") if summary.state == "failed" else self.tr("No result: %1")
            self.said.emit(text.replace("%1", summary.reason), summary.state == "failed", "", None)

    def _refused(self, run: _UnderWay, reason: str) -> None:
        self._end(run)
        self.said.emit(reason, True, "", None)

    def _lost(self, run_id: int, reason: str) -> None:
        run = self._of(run_id)
        if run is not None:
            self._refused(run, reason)

    def _end(self, run: _UnderWay) -> None:
        if run in self._runs:
            self._runs.remove(run)
        if self._runs:
            self._tell_busy()
        else:
            self._slow.stop()
            self.idle.emit()

    def _end_all(self) -> None:
        for run in tuple(self._runs):
            self._end(run)

    def _glanced(self, overview: RunOverview) -> None:
        if overview.summary.id == self._wanted:
            self.glanced.emit(overview)

    def _opened(self, opened: OpenedRun) -> None:
        if opened.summary.id == self._wanted:
            self._wanted = None
            self.shown.emit(opened)
            self._window.shelf.changed.emit()

    def _unreadable(self, run_id: int, reason: str) -> None:
        if run_id == self._wanted:
            self._wanted = None
            self.said.emit(reason, True, "", None)
            self.unreadable.emit(run_id, reason)
