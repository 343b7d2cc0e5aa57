"""A file of candles: first looked at, then imported. For a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.data.importing import storing
from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.preview import PreviewRow, preview
from app.data.importing.proposal import Proposal, propose
from app.data.importing.report import Imported, Report
from app.jobs.candle_store import CandleStore


@dataclass(frozen=True, eq=False)
class Looked:
    """What a file would give, and its first rows; nothing is stored yet."""

    proposal: Proposal
    report: Report
    rows: tuple[PreviewRow, ...]

    @property
    def obstacle(self) -> str:
        """A sentence about what has to be decided or put right before an import, "" when nothing."""
        if self.report.refusal:
            end = "" if self.report.refusal.endswith("?") else "."
            return f"{self.proposal.source.name} {self.report.refusal}{end}"
        return " ".join(question.text for question in self.proposal.questions)


def look_at(
    store: CandleStore, path: Path, options: Options, progress: Callable[[float], None] | None = None
) -> Looked:
    """Return what a file would give, read with these decisions. Raises ImportRefused, or Cancelled from `progress`."""
    proposal = propose(path, options, progress=progress)
    report = dry_run(proposal, now_ms=store.now())
    if not report.refusal and not proposal.questions:
        report = storing.compare(report, proposal, store.shelf())
    return Looked(proposal, report, preview(proposal))


def bring_in(store: CandleStore, looked: Looked) -> Imported:
    """Import a file as it was looked at. Raises ImportRefused, CacheFull, CacheReadOnly; nothing has changed then."""
    return storing.store(looked.proposal, looked.report, store.shelf(), now_ms=store.now())
