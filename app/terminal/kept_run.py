"""A run of the library, opened for the length of one command, and judged."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.data.library.records import RunOverview, RunSummary
from app.engine.completed import CompletedRun
from app.engine.result import BacktestResult
from app.errors import BlockbuildersError
from app.market.exchange_names import exchange_name
from app.results.certainty import DataQuality
from app.results.funnel import Funnel, funnels
from app.results.verdict import Verdict, verdict
from app.terminal.judging import judged

if TYPE_CHECKING:
    from app.data.library.library import Library


@dataclass(frozen=True, eq=False)
class Kept:
    """A completed run with what is kept beside it; `tried` variants have been run on its candles."""

    summary: RunSummary
    about: RunOverview
    run: CompletedRun
    tried: int
    look_ahead: dict[str, Any] | None

    @property
    def source(self) -> str:
        """Where the candles are from, in words."""
        return exchange_name(str(self.about.quality.get("source", self.run.instrument.exchange)))


def kept(library: Library, run_id: int) -> Kept:
    """Return a completed run. Raises NotInLibrary, LibraryDamaged."""
    about = library.runs.overview(run_id)
    run = library.runs.whole(about)
    tried = library.runs.variants_tried(run.dataset)
    return Kept(about.summary, about, run, tried, library.runs.remembered(run_id, "look_ahead"))


@dataclass(frozen=True)
class Judged:
    """What speaks against a run; `notes` are about its candles, and about what could not be judged.

    `funnels` are empty where the run could not be repeated.
    """

    verdict: Verdict
    notes: list[str]
    funnels: tuple[Funnel, ...] = ()


def judge(found: Kept) -> Judged:
    """Judge a run, as far as possible by running it again under other assumptions, with progress."""
    quality = DataQuality.of(found.about.quality)
    notes = [str(note) for note in found.about.quality.get("notes", ())]
    try:
        again = _again(found)
    except BlockbuildersError as problem:
        notes.append(f"Other costs and the other fill model were not tried. {problem}")
        return Judged(verdict(found.run, quality=quality, variants_tried=found.tried), notes)
    return Judged(judged(found.run, again, quality, found.tried), notes, funnels(again))


def _again(found: Kept) -> BacktestResult:
    """Return the run with its candles. Raises NotAsItWas, and what opening the candles raises."""
    from app.data.candle_cache import default_path
    from app.jobs.candle_store import CandleStore
    from app.jobs.repeat_run import repeated

    with closing(CandleStore()) as store:
        # A command that reads makes no store of candles.
        return repeated(found.run, found.summary.asked_ms, store if default_path().exists() else None)
