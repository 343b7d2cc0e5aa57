"""The bridge between kept runs and the window: asked for, followed, opened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.errors import BlockbuildersError
from app.jobs.candle_store import CandleStore
from app.jobs.market_bars import MarketBars
from app.jobs.repeat_run import repeated
from app.jobs.run_jobs import RunJobs
from app.ui.results.extras import Extras
from app.ui.shelf import Shelf

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import RunOverview, RunRequest, RunSummary
    from app.engine.completed import CompletedRun
    from app.engine.result import BacktestResult


@dataclass(frozen=True, eq=False)
class OpenedRun:
    """A completed run from the history, with what the results page may use beside it."""

    summary: RunSummary
    run: CompletedRun
    extras: Extras


class RunDesk(QObject):
    """Runs are asked for here, each with a ticket of the caller's choice.

    `asked` carries the ticket and the number of a run just recorded, `refused` the ticket and why none could be.
    After that, `changed` carries the number of a run with another state, `progressed` its share done, `answered` the
    number of the run that holds the answer, `lost` why its end could not be recorded. Of a run that is opened,
    `glanced` carries the overview of the library, then `opened` an OpenedRun, or `unreadable` its number and a reason.
    """

    asked = Signal(object, int)
    refused = Signal(object, str)
    changed = Signal(int)
    progressed = Signal(int, float)
    answered = Signal(int, int)
    lost = Signal(int, str)
    glanced = Signal(object)
    opened = Signal(object)
    unreadable = Signal(int, str)

    def __init__(self, shelf: Shelf, store: CandleStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._store = shelf, store
        self._jobs: RunJobs | None = None
        self._gate = threading.Lock()
        self._closed = False
        # The values of the runs of this session, so that they need not be worked out again when one is opened.
        self._results: dict[int, BacktestResult] = {}
        shelf.leavers.append(self._let_go)

    def run(self, ticket: object, request: RunRequest, *, again_of: int | None = None, anyway: bool = False) -> None:
        """Record a run and have it done; an equal one of before is the answer, unless it is to be run `anyway`."""

        def ask(library: Library) -> None:
            jobs = self._jobs_of(library)
            jobs.ask(request, again_of=again_of, anyway=anyway, recorded=lambda run_id: self.asked.emit(ticket, run_id))

        self._shelf.ask(ask, None, lambda error: self.refused.emit(ticket, str(error)))

    def cancel(self, run_id: int) -> None:
        """Stop a run."""
        if self._jobs is not None:
            self._jobs.cancel(run_id)

    def open(self, run_id: int) -> None:
        """Read a completed run, and count it as seen: `glanced` carries what is known at once, `opened` all of it."""

        def work(library: Library) -> OpenedRun:
            overview = library.runs.overview(run_id)
            self.glanced.emit(overview)
            return self._read(library, overview)

        self._shelf.ask(work, self.opened.emit, lambda error: self.unreadable.emit(run_id, str(error)))

    def close(self) -> None:
        """Cancel what is under way; before the library is closed."""
        with self._gate:
            self._closed = True
        if self._jobs is not None:
            self._jobs.close()

    def _let_go(self) -> None:
        """Cancel what is under way and forget the library, in whose place another one comes."""
        with self._gate:
            jobs, self._jobs = self._jobs, None
        if jobs is not None:
            jobs.close()
        self._results = {}

    def _jobs_of(self, library: Library) -> RunJobs:
        with self._gate:
            if self._closed:
                raise BlockbuildersError("Blockbuilders is being closed.")
            if self._jobs is None:
                self._jobs = RunJobs(library, MarketBars(store=self._store).of, _Ears(self))
            return self._jobs

    def _read(self, library: Library, overview: RunOverview) -> OpenedRun:
        run_id, kept = overview.summary.id, library.runs.whole(overview)
        if not overview.summary.seen and not library.read_only:
            library.runs.mark_seen(run_id)
        made_ms, store = overview.summary.asked_ms, self._store

        def repeat(progress: Callable[[float], None]) -> BacktestResult:
            return repeated(kept, made_ms, store, progress)

        variants = library.runs.variants_tried(kept.dataset)
        extras = Extras(self._results.get(run_id), repeat, overview.quality, variants)
        return OpenedRun(overview.summary, kept, extras)

    def keep(self, run_id: int, result: BacktestResult) -> None:
        """Remember the values of the newest run."""
        self._results = {run_id: result}


class _Ears:
    """Hears of runs in the thread that does them, and tells the window."""

    def __init__(self, desk: RunDesk) -> None:
        self._desk = desk

    def changed(self, run_id: int) -> None:
        self._desk.changed.emit(run_id)

    def progressed(self, run_id: int, share: float) -> None:
        self._desk.progressed.emit(run_id, share)

    def answered(self, run_id: int, answer_id: int, result: BacktestResult | None) -> None:
        if result is not None:
            self._desk.keep(answer_id, result)
        self._desk.answered.emit(run_id, answer_id)

    def refused(self, run_id: int, reason: str) -> None:
        self._desk.lost.emit(run_id, reason)
