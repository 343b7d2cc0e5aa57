"""Fetching candles in the background: one at a time, the newest months first, until done or stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from app.errors import BlockbuildersError, Cancelled
from app.jobs.candle_store import CandleStore

if TYPE_CHECKING:
    from app.data.backfill import Outcome
    from app.data.backfill_progress import Progress
    from app.data.records import SeriesKey, Span

log = logging.getLogger(__name__)

# So often, in seconds, the window hears of progress and of candles that have come.
_TELL_S, _GROW_S = 0.1, 1.0

State = Literal["waiting", "fetching", "done", "stopped", "failed"]


@dataclass(frozen=True)
class Fetch:
    """One span of one series on its way; `message` is a sentence at its end, "" when all went well."""

    key: SeriesKey
    span: Span
    state: State = "waiting"
    progress: Progress | None = None
    message: str = ""

    @property
    def going(self) -> bool:
        """Whether it waits or fetches."""
        return self.state in ("waiting", "fetching")


class FetchListener(Protocol):
    """Who hears of fetches; called in the thread that fetches or asks."""

    def fetch_changed(self, fetch: Fetch) -> None:
        """Take note of how a fetch is."""

    def candles_grew(self, key: SeriesKey) -> None:
        """Take note that there are more candles of a series than before."""


class Fetches:
    """Carries out fetches one after the other in a thread of its own, which begins with the first."""

    def __init__(
        self, store: CandleStore, listener: FetchListener, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._listener, self._clock = store, listener, clock
        self._change = threading.Condition()
        self._fetches: dict[SeriesKey, Fetch] = {}
        self._stopped: set[SeriesKey] = set()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._told = self._grown = 0.0
        self._ends: tuple[object, ...] = ()

    def ask(self, key: SeriesKey, span: Span) -> None:
        """Fetch what is missing of a span; one of the same series that waits is replaced, one under way is widened."""
        with self._change:
            before = self._fetches.get(key)
            if before is not None and before.going and before.span == span:
                return
            if before is not None and before.state == "fetching":
                self._stopped.add(key)
            # Taken out and put back: the order of asking is the order of fetching.
            self._fetches.pop(key, None)
            fetch = self._fetches[key] = Fetch(key, span)
            self._change.notify()
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="fetches", daemon=True)
                self._thread.start()
        self._listener.fetch_changed(fetch)

    def stop(self, key: SeriesKey) -> None:
        """Stop fetching a series; what has come is kept."""
        with self._change:
            fetch = self._fetches.get(key)
            if fetch is None or not fetch.going:
                return
            self._stopped.add(key)
            if fetch.state == "waiting":
                self._fetches[key] = fetch = replace(fetch, state="stopped", message=_STOPPED)
                self._stopped.discard(key)
        self._listener.fetch_changed(fetch)

    def of(self, key: SeriesKey) -> Fetch | None:
        """Return how the newest fetch of a series is, None where there was none."""
        with self._change:
            return self._fetches.get(key)

    def all(self) -> tuple[Fetch, ...]:
        """Return the newest fetch of every series, in the order of asking."""
        with self._change:
            return tuple(self._fetches.values())

    def close(self) -> None:
        """Stop everything, and wait for the thread as long as an answer may take."""
        with self._change:
            self._closed = True
            self._stopped.update(self._fetches)
            self._change.notify()
        if self._thread is not None:
            self._thread.join(timeout=10.0)

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or self._next() is not None)
                if self._closed:
                    return
                fetch = self._next()
                assert fetch is not None
                self._stopped.discard(fetch.key)
                fetch = self._fetches[fetch.key] = replace(fetch, state="fetching")
            self._tell(fetch)
            state, message = self._fetched(fetch)
            with self._change:
                current = self._fetches.get(fetch.key)
                if current is None or current.span != fetch.span or current.state != "fetching":
                    continue  # asked for anew meanwhile
                fetch = self._fetches[fetch.key] = replace(current, state=state, message=message)
            self._tell(fetch)
            self._listener.candles_grew(fetch.key)

    def _next(self) -> Fetch | None:
        return next((fetch for fetch in self._fetches.values() if fetch.state == "waiting"), None)

    def _fetched(self, fetch: Fetch) -> tuple[State, str]:
        try:
            outcome = self._carried_out(fetch)
        except Cancelled:
            return "stopped", _STOPPED
        except BlockbuildersError as problem:
            return "failed", str(problem)
        except Exception:
            log.exception("fetching candles failed")
            return "failed", "Something is wrong with the app itself, sorry. What had come is kept; try again."
        if outcome.problem is not None:
            return "failed", str(outcome.problem)
        return "done", next(iter(outcome.notes), "")

    def _carried_out(self, fetch: Fetch) -> Outcome:
        cache = self._store.cache()
        self._ends = ()
        with self._store.feeds() as feeds:
            backfill = feeds.backfill(
                cache, fetch.key.source, now=self._store.now, report=lambda progress: self._report(fetch.key, progress)
            )
            return backfill.fetch(fetch.key, fetch.span)

    def _report(self, key: SeriesKey, progress: Progress) -> None:
        if key in self._stopped or self._closed:
            raise Cancelled("The fetch was stopped.")
        now = self._clock()
        if now - self._told >= _TELL_S:
            self._told = now
            with self._change:
                fetch = self._fetches[key] = replace(self._fetches[key], progress=progress)
            self._tell(fetch)
        if now - self._grown >= _GROW_S:
            self._grown = now
            ends = tuple(covered.span for covered in self._store.cache().coverage(key))
            if ends != self._ends:
                self._ends = ends
                self._listener.candles_grew(key)

    def _tell(self, fetch: Fetch) -> None:
        if not self._closed:
            self._listener.fetch_changed(fetch)


_STOPPED = "Stopped. What had come is kept; fetching goes on from there."
