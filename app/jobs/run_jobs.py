"""Runs that are kept: each is a record from the moment it is asked for until it is completed, failed or cancelled."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from app.engine.backtest import run
from app.engine.completed import completed
from app.engine.plan import Plan, prepare
from app.engine.result import BacktestResult
from app.engine.version import ENGINE_VERSION
from app.errors import BlockbuildersError, Cancelled, CandlesUnavailable
from app.jobs.known_run import known_run
from app.jobs.library_versions import library_versions
from app.jobs.market_bars import Period, RunBars
from app.jobs.run_quality import Quality, quality_of
from app.strategy.document import Strategy

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import RunRequest

log = logging.getLogger(__name__)

_STOPPED = "It was stopped."
_CLOSED = "Blockbuilders was closed."
Bars = Callable[[Strategy, Period, int], RunBars]


class RunListener(Protocol):
    """Who hears of runs; every method is called in the thread that runs."""

    def changed(self, run_id: int) -> None:
        """Take note that a run has another state: it is pending, running, completed, failed or cancelled now."""

    def progressed(self, run_id: int, share: float) -> None:
        """Take note of the share done, from 0 to 1."""

    def answered(self, run_id: int, answer_id: int, result: BacktestResult | None) -> None:
        """Take the number of the completed run that answers, with its values.

        Without values it is an earlier one: nothing was run, and `run_id` is not in the history.
        """

    def refused(self, run_id: int, reason: str) -> None:
        """Take the reason why not even the end of the run could be recorded."""


@dataclass(frozen=True)
class _Job:
    request: RunRequest
    again_of: int | None
    anyway: bool


class RunJobs:
    """Does runs one after the other in a thread of its own. All methods may be called from any thread."""

    def __init__(self, library: Library, bars: Bars, listener: RunListener, quality: Quality = quality_of) -> None:
        self._library, self._bars, self._listener, self._quality = library, bars, listener, quality
        self._change = threading.Condition()
        self._waiting: deque[tuple[int, _Job]] = deque()
        self._looked_at: set[int] = set()
        self._cancelled: set[int] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="runs", daemon=True)
        self._thread.start()

    def ask(
        self,
        request: RunRequest,
        *,
        again_of: int | None = None,
        anyway: bool = False,
        recorded: Callable[[int], object] | None = None,
    ) -> int:
        """Record a pending run and return its number; it is done when those before it are.

        An equal request on the same candles is answered from its record, also while another run is being done, unless
        it is to be run `anyway`. `recorded` is called with the number before the listener hears of it. Raises
        LibraryNotWritten, NotInLibrary.
        """
        run_id = self._library.runs.begin(request, again_of)
        if recorded is not None:
            recorded(run_id)
        with self._change:
            closed = self._closed
            if not closed:
                self._waiting.append((run_id, _Job(request, again_of, anyway)))
                self._change.notify()
        if closed:
            self._end(run_id, cancelled=_CLOSED)
        return run_id

    def cancel(self, run_id: int) -> None:
        """Stop a run, or let it not begin; one that has ended stays as it is."""
        with self._change:
            self._cancelled.add(run_id)

    def close(self) -> None:
        """Cancel what is under way and wait until nothing runs any more."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join()
        for run_id, _ in self._waiting:
            self._end(run_id, cancelled=_CLOSED)

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: bool(self._waiting) or self._closed)
                if self._closed:
                    return
                run_id, job = self._waiting.popleft()
            self._do(run_id, job)
            with self._change:
                self._cancelled.discard(run_id)

    def _do(self, run_id: int, job: _Job) -> None:
        try:
            self._check(run_id)
            self._library.runs.running(run_id)
            self._listener.changed(run_id)
            self._answer(run_id, job)
        except Cancelled:
            self._end(run_id, cancelled=_CLOSED if self._closed else _STOPPED)
        except BlockbuildersError as error:
            self._end(run_id, failed=str(error))
        except MemoryError:
            self._end(run_id, failed="There is not enough memory for this; try a shorter period.")
        except Exception:
            log.exception("a run failed")
            self._end(run_id, failed="Something is wrong with the app itself, sorry.")

    def _answer(self, run_id: int, job: _Job) -> None:
        """Have an equal run of before in the place of this one, or run, and keep the result."""
        request, runs = job.request, self._library.runs
        strategy, plan, bars = self._inputs(request)
        if bars.wanted is not None:
            raise CandlesUnavailable(
                f"{bars.wanted.share:.0%} of the candles of {strategy.symbol} in this period are not on this computer "
                "yet. Fetch them first, or choose a period that is there."
            )
        if self._answer_from_record(run_id, job, plan, bars):
            return
        result = run(
            plan,
            bars.derived,
            request.assumptions,
            instrument=bars.instrument,
            start=bars.start,
            end=bars.end,
            coverage_end=bars.coverage_end,
            progress=lambda share: self._report(run_id, share),
        )
        # The engine leaves muted blocks out; what is kept is the drawing as it was.
        kept = replace(completed(result), strategy=strategy)
        self._check(run_id)
        runs.complete(run_id, kept, library_versions(), self._quality(result, bars))
        self._listener.changed(run_id)
        self._listener.answered(run_id, run_id, result)

    def _inputs(self, request: RunRequest) -> tuple[Strategy, Plan, RunBars]:
        strategy = self._library.strategies.read(request.revision_id)
        plan = prepare(strategy)
        period = Period(request.days, request.start_ms, request.end_ms)
        return strategy, plan, self._bars(strategy, period, plan.settling_bars)

    def _answer_from_record(self, run_id: int, job: _Job, plan: Plan, bars: RunBars) -> bool:
        known = None if job.anyway else known_run(self._library.runs, job.request, plan, bars)
        if known is None:
            return False
        self._library.runs.withdraw(run_id)
        self._listener.answered(run_id, known.id, None)
        return True

    def _answer_those_that_wait(self) -> None:
        """Answer what is known already among the runs that wait for the one being done, looking at each once."""
        with self._change:
            seen = self._looked_at | self._cancelled
            fresh = [(run_id, job) for run_id, job in self._waiting if run_id not in seen]
            self._looked_at = {run_id for run_id, _ in self._waiting}
        for run_id, job in fresh:
            # Where it cannot be told now, beside the candles of another run, it is told when its turn comes.
            with suppress(BlockbuildersError, MemoryError):
                # Candles are read for those only that may have been run before.
                if not self._library.runs.alike(job.request, ENGINE_VERSION):
                    continue
                _, plan, bars = self._inputs(job.request)
                if bars.wanted is None and self._answer_from_record(run_id, job, plan, bars):
                    with self._change:
                        self._waiting.remove((run_id, job))

    def _report(self, run_id: int, share: float) -> None:
        self._check(run_id)
        self._answer_those_that_wait()
        self._listener.progressed(run_id, share)

    def _check(self, run_id: int) -> None:
        if self._closed or run_id in self._cancelled:
            raise Cancelled(_STOPPED)

    def _end(self, run_id: int, *, failed: str = "", cancelled: str = "") -> None:
        """Record how a run ended that made no result; where not even that can be written, the next start does it."""
        try:
            if cancelled:
                self._library.runs.cancel(run_id, cancelled)
            else:
                self._library.runs.fail(run_id, failed)
        except BlockbuildersError as error:
            self._listener.refused(run_id, f"{failed or cancelled} {error}")
            return
        self._listener.changed(run_id)
