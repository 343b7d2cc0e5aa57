"""The kept run that answers a request, found without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engine.backtest import inputs
from app.engine.plan import Plan
from app.engine.version import ENGINE_VERSION
from app.jobs.library_versions import library_versions
from app.jobs.market_bars import RunBars

if TYPE_CHECKING:
    from app.data.library.records import RunRequest, RunSummary
    from app.data.library.runs import Runs


def known_run(runs: Runs, request: RunRequest, plan: Plan, bars: RunBars) -> RunSummary | None:
    """Return the newest kept run whose result a run of this request on these bars would repeat to the last bit.

    It is whole, and nothing that has a say in a result differs: candles, range, instrument, drawing, settings, engine
    and libraries. None where there is no such run.
    """
    alike = runs.alike(request, ENGINE_VERSION)
    if not alike:
        # Naming the candles takes a while where there are many.
        return None
    now = inputs(
        plan,
        bars.derived,
        instrument=bars.instrument,
        start=bars.start,
        end=bars.end,
        coverage_end=bars.coverage_end,
    )
    wanted = now.dataset.fingerprint, now.start, now.end
    for run in alike:
        if (run.dataset_fingerprint, run.start_ms, run.end_ms) != wanted:
            continue
        kept = runs.intact(run.id)
        if kept is not None and (kept.instrument, kept.dataset, kept.libraries) == (
            now.instrument,
            now.dataset,
            library_versions(),
        ):
            return run
    return None
