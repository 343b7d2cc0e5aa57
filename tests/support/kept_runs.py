"""A library with runs, made as the window makes them but without one."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from pathlib import Path

from app.data.library.library import Library
from app.data.library.records import RunRequest
from app.engine.assumptions import Assumptions
from app.engine.result import BacktestResult
from app.jobs.market_bars import LAST_YEAR, MarketBars
from app.jobs.run_jobs import RunJobs
from app.strategy.document import Strategy


class _Ears:
    """Remembers which runs have been answered."""

    def __init__(self) -> None:
        self.answers: queue.Queue[int] = queue.Queue()

    def changed(self, run_id: int) -> None:
        """Look at the answers alone."""

    def progressed(self, run_id: int, share: float) -> None:
        """Look at the answers alone."""

    def answered(self, run_id: int, answer_id: int, result: BacktestResult | None) -> None:
        """Remember the run."""
        self.answers.put(run_id)

    def refused(self, run_id: int, reason: str) -> None:
        """Look at the answers alone."""


def keep_runs(folder: Path, drawings: Sequence[Strategy]) -> None:
    """Save drawings in a new library and run each over the last year; it counts as seen.

    A drawing with the name of an earlier one is its next version.
    """
    ears, strategies = _Ears(), dict[str, str]()
    with Library.open(folder) as library:
        jobs = RunJobs(library, MarketBars().of, ears)
        for drawing in drawings:
            revision = library.strategies.save(drawing, strategies.get(drawing.name))
            strategies[drawing.name] = revision.strategy_id
            request = RunRequest(revision.strategy_id, revision.id, None, None, LAST_YEAR.days, Assumptions())
            run_id = jobs.ask(request)
            assert ears.answers.get(timeout=60) == run_id
            library.runs.mark_seen(run_id)
        jobs.close()
