"""Runs that are kept: each is a record from the moment it is asked for until it is completed, failed or cancelled."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Protocol

from app.engine.backtest import run
from app.engine.completed import completed
from app.engine.plan import prepare
from app.engine.result import BacktestResult
from app.engine.version import ENGINE_VERSION
from app.errors import BlockbuildersError, Cancelled, CandlesUnavailable
from app.jobs.market_bars import Period, RunBars
from app.jobs.run_quality import Quality, quality_of
from app.strategy.document import Strategy

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import RunRequest

log = logging.getLogger(__name__)

_LIBRARIES = ("numpy", "TA-Lib", "numba")
_STOPPED = "It was stopped."
_CLOSED = "Blockbuilders was closed."
Bars = Callable[[Strategy, Period, int], RunBars]


class RunListener(Protocol):
    """Who hears of runs; every method is called in the thread that runs."""

    def changed(self, run_id: int) -> None:
        """Take note that a run has another state: it is pending, running, completed, failed or cancelled now."""

    def progressed(self, run_id: int, share: float) -> None:
        """Take note of the share done, from 0 to 1."""

    def answered(self, run_id: int, result: BacktestResult, *, new: bool) -> None:
        """Take a completed run with its values; when it is not `new`, an equal request had been run before."""

    def refused(self, reason: str) -> None:
        """Take the reason why not even a record of the run could be made."""


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
        self._running: int | None = None
        self._cancelled: set[int] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="runs", daemon=True)
        self._thread.start()

    def ask(self, request: RunRequest, *, again_of: int | None = None, anyway: bool = False) -> int:
        """Record a pending run and return its number; it is done when those before it are.

        An equal request on the same candles is answered from its record, unless it is to be run `anyway`.
        Raises LibraryNotWritten, NotInLibrary.
        """
        run_id = self._library.runs.begin(request, again_of)
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
            self._end(run_id, cancelled="Blockbuilders was closed." if self._closed else _STOPPED)
        except BlockbuildersError as error:
            self._end(run_id, failed=str(error))
        except MemoryError:
            self._end(run_id, failed="There is not enough memory for this; try a shorter period.")
        except Exception:
            log.exception("a run failed")
            self._end(run_id, failed="Something is wrong with the app itself, sorry.")

    def _answer(self, run_id: int, job: _Job) -> None:
        """Run, and keep the result, or have the equal one of before in its place."""
        request, runs = job.request, self._library.runs
        strategy = self._library.strategies.read(request.revision_id)
        plan = prepare(strategy)
        bars = self._bars(strategy, Period(request.days, request.start_ms, request.end_ms), plan.settling_bars)
        if bars.wanted is not None:
            raise CandlesUnavailable(
                f"{bars.wanted.share:.0%} of the candles of {strategy.symbol} in this period are not on this computer "
                "yet. Fetch them first, or choose a period that is there."
            )
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
        known = None if job.anyway else runs.same(request, result.dataset.fingerprint, ENGINE_VERSION)
        if known is not None and known.result_hash == result.result_hash:
            runs.withdraw(run_id)
            self._listener.answered(known.id, result, new=False)
            return
        # The engine leaves muted blocks out; what is kept is the drawing as it was.
        kept = replace(completed(result), strategy=strategy)
        self._check(run_id)
        runs.complete(run_id, kept, library_versions(), self._quality(result, bars))
        self._listener.changed(run_id)
        self._listener.answered(run_id, result, new=True)

    def _report(self, run_id: int, share: float) -> None:
        self._check(run_id)
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
            self._listener.refused(f"{failed or cancelled} {error}")
            return
        self._listener.changed(run_id)


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that have a say in results, "none" for one that is not installed."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found
