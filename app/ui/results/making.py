"""Makes what the results page shows, in a thread, the quickest first; a newer run takes the place of an older one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from app.engine.completed import CompletedRun
from app.engine.result import BacktestResult
from app.errors import BlockbuildersError, Cancelled
from app.results.breakdown import breakdown
from app.results.funnel import Funnel, funnels
from app.results.repeat import Repeat, repeater
from app.results.verdict import Verdict, verdict
from app.results.why_not import Asking
from app.ui.charts.pane_view import PaneView, panes
from app.ui.charts.run_view import Overlay, overlays
from app.ui.results.extras import Extras
from app.ui.results.result_view import result_view

log = logging.getLogger(__name__)

Part = Literal["view", "breakdown", "verdict", "values", "no values"]


@dataclass(frozen=True, eq=False)
class Values:
    """A result with the values of its blocks, and what is made of them."""

    result: BacktestResult
    asking: Asking
    overlays: tuple[Overlay, ...]
    panes: tuple[PaneView, ...]
    funnels: tuple[Funnel, ...]


@dataclass(frozen=True, eq=False)
class Doubts:
    """A verdict, and whether all of it is known: what takes repeated runs comes later."""

    verdict: Verdict
    complete: bool


class Making(QObject):
    """`made` tells the part and what it is; nothing of an older run arrives once a newer one is begun."""

    made = Signal(str, object)
    _arrived = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._round = 0
        self._threads: list[threading.Thread] = []
        self._arrived.connect(self._pass_on)

    def begin(self, run: CompletedRun, extras: Extras) -> None:
        """Make the parts of a run."""
        self._round += 1
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._work, args=(self._round, run, extras), name="results", daemon=True)
        self._threads.append(thread)
        thread.start()

    @property
    def busy(self) -> bool:
        """Whether parts are still to come."""
        return any(thread.is_alive() for thread in self._threads)

    def drop(self) -> None:
        """Make nothing more of the run there is."""
        self._round += 1

    def stop(self) -> None:
        """Make nothing more, and wait until nothing is made."""
        self.drop()
        for thread in self._threads:
            thread.join()

    def _pass_on(self, round_: int, part: str, made: Any) -> None:
        if round_ == self._round:
            self.made.emit(part, made)

    def _work(self, round_: int, run: CompletedRun, extras: Extras) -> None:
        def hand_over(part: Part, made: object) -> None:
            self._report(round_)
            self._arrived.emit(round_, part, made)

        found: Verdict | None = None
        try:
            hand_over("view", result_view(run))
            hand_over("breakdown", breakdown(run))
            found = verdict(run, quality=extras.data_quality(), variants_tried=extras.variants)
            hand_over("verdict", Doubts(found, complete=False))
            repeat = self._repeated(round_, run, extras, hand_over)
            if repeat is not None:
                found = verdict(run, repeat, quality=extras.data_quality(), variants_tried=extras.variants)
        except Cancelled:
            return
        except Exception:
            log.exception("a part of the results page failed")
            self._arrived.emit(round_, "no values", self.tr("Something is wrong with the app itself, sorry."))
        if found is not None:
            self._arrived.emit(round_, "verdict", Doubts(found, complete=True))

    def _report(self, round_: int, _share: float = 0.0) -> None:
        if round_ != self._round:
            raise Cancelled("Another run is shown.")

    def _repeated(
        self, round_: int, run: CompletedRun, extras: Extras, hand_over: Callable[[Part, object], None]
    ) -> Repeat | None:
        """Hand over the values of the blocks, or why there are none; return what repeats the run."""

        def report(share: float) -> None:
            self._report(round_, share)

        try:
            result = extras.result or (extras.repeat(report) if extras.repeat else None)
        except Cancelled:
            raise
        except BlockbuildersError as error:
            hand_over("no values", str(error))
            return None
        if result is None or result.result_hash != run.result_hash:
            here = self.tr("This run cannot be repeated as it was: its candles or the app have changed since.")
            hand_over("no values", here if result else self.tr("The values of the blocks are not kept with this run."))
            return None
        hand_over("values", Values(result, Asking(result), overlays(result), panes(result), funnels(result)))
        return repeater(result, report)
