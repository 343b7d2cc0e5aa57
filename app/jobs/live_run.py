"""The strategy being drawn, run again after every change, in a thread of its own: the newest request wins."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from app.engine.assumptions import Assumptions
from app.engine.backtest import run
from app.engine.plan import prepare
from app.engine.result import BacktestResult
from app.errors import BlockbuildersError, Cancelled, StrategyInvalid
from app.jobs.market_bars import LAST_YEAR, CandlesMissing, Period, RunBars, Wanted
from app.strategy.document import Strategy
from app.strategy.validate import nothing_enters

log = logging.getLogger(__name__)

# A run this short may finish although a newer request waits, so that a curve follows the hand on a slider.
PATIENCE = 0.25

_BROKEN = "Something is wrong with the app itself, sorry. The drawing is safe; undo the last change."

State = Literal["done", "nothing yet", "unfinished", "unavailable", "cancelled", "failed"]


@dataclass(frozen=True)
class Request:
    """What to run: a strategy over a period of its candles."""

    strategy: Strategy
    assumptions: Assumptions = Assumptions()
    period: Period = LAST_YEAR


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of a request.

    `result` is there when `state` is `done` or `nothing yet`; for an `unfinished` drawing it is that of an empty one,
    so that the market can still be shown. `message` is a sentence, "" when all is well. `wanted` names candles of the
    period that are not stored.
    """

    request: Request
    state: State
    message: str = ""
    result: BacktestResult | None = None
    seconds: float = 0.0
    wanted: Wanted | None = None


class Listener(Protocol):
    """Who hears of runs; every method is called in the thread that runs."""

    def started(self) -> None:
        """Take note that a run has begun."""

    def progressed(self, share: float) -> None:
        """Take note of the share done, from 0 to 1."""

    def finished(self, outcome: Outcome) -> None:
        """Take an outcome; no other run is on the way unless `started` is called again."""


class LiveRun:
    """Runs the newest request, one at a time. `ask`, `cancel` and `close` may be called from any thread."""

    def __init__(
        self,
        bars: Callable[[Strategy, Period, int], RunBars],
        listener: Listener,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bars = bars
        self._listener = listener
        self._clock = clock
        self._change = threading.Condition()
        self._waiting: Request | None = None
        self._errands: list[Callable[[], None]] = []
        self._cancelled = False
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="live-run", daemon=True)
        self._thread.start()

    def ask(self, request: Request) -> None:
        """Run this request as soon as possible, in the place of any that has not begun."""
        with self._change:
            self._waiting = request
            self._change.notify()

    def cancel(self) -> None:
        """Stop the run that is on the way and forget the one that waits."""
        with self._change:
            self._cancelled = True
            self._waiting = None

    def between(self, work: Callable[[], None]) -> None:
        """Have this done in the thread of the runs before the next of them."""
        with self._change:
            self._errands.append(work)

    def close(self) -> None:
        """Stop for good and wait until nothing runs any more."""
        with self._change:
            self._closed = self._cancelled = True
            self._waiting = None
            self._change.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting is not None or self._closed)
                if self._closed:
                    return
                request, self._waiting = self._waiting, None
                self._cancelled = False
                errands, self._errands = self._errands, []
            assert request is not None
            for errand in errands:
                errand()
            self._listener.started()
            outcome = self._outcome(request)
            if not self._closed and not (outcome.state == "cancelled" and self._waiting):
                self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        """Hand over an outcome; where that fails, say so: the thread goes on whatever happens."""
        try:
            self._listener.finished(outcome)
        except Exception:
            log.exception("a live run cannot be shown")
            self._listener.finished(Outcome(outcome.request, "failed", _BROKEN))

    def _outcome(self, request: Request) -> Outcome:
        begun = self._clock()
        try:
            outcome = self._run(request, begun)
        except Cancelled:
            outcome = Outcome(request, "cancelled", "The run was stopped. Any change starts it again.")
        except CandlesMissing as missing:
            outcome = Outcome(request, "unavailable", str(missing), wanted=missing.wanted)
        except BlockbuildersError as error:
            outcome = Outcome(request, "unavailable", str(error))
        except MemoryError:
            outcome = Outcome(request, "failed", "There is not enough memory for this; try a shorter period.")
        except Exception:
            log.exception("a live run failed")
            outcome = Outcome(request, "failed", _BROKEN)
        return replace(outcome, seconds=self._clock() - begun)

    def _run(self, request: Request, begun: float) -> Outcome:
        strategy = request.strategy
        state: State = "done"
        message = ""
        try:
            plan = prepare(strategy)
        except StrategyInvalid as error:
            state, message = "unfinished", error.problems[0].message
            plan = prepare(replace(strategy, blocks=(), wires=(), layout={}))
        else:
            if nothing := nothing_enters(strategy):
                state, message = "nothing yet", nothing.message
        bars = self._bars(strategy, request.period, plan.settling_bars)
        found = run(
            plan,
            bars.derived,
            request.assumptions,
            instrument=bars.instrument,
            start=bars.start,
            end=bars.end,
            coverage_end=bars.coverage_end,
            progress=lambda share: self._report(share, begun),
        )
        return Outcome(request, state, message, found, wanted=bars.wanted)

    def _report(self, share: float, begun: float) -> None:
        superseded = self._waiting is not None and self._clock() - begun > PATIENCE
        if self._cancelled or superseded:
            raise Cancelled("The run was stopped.")
        self._listener.progressed(share)
