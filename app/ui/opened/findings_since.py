"""What can be said of a kept run later on: of its candles, of a run that repeats it, and of its look-ahead check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app.engine.completed import CompletedRun
from app.engine.result import Dataset
from app.errors import BlockbuildersError
from app.jobs.candle_store import CandleStore
from app.jobs.sample_bars import SAMPLE
from app.results.reproduced import reproduced
from app.ui.times import minute

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.results.look_ahead import LookAheadCheck


def data_since(store: CandleStore, dataset: Dataset, made_ms: int) -> str | None:
    """Return a sentence when the candles are not those of the run any more, or cannot be looked at."""
    from app.data.snapshots import data_changed_since

    if dataset.exchange == SAMPLE:
        return None
    try:
        return data_changed_since(store.cache(), dataset, made_ms)
    except BlockbuildersError as error:
        return str(error)


def what_changed(library: Library, old_id: int, new: CompletedRun) -> str:
    """Return in sentences how a run differs from the one that it repeats."""
    begin = _tr("Compared with run %1:").replace("%1", str(old_id))
    try:
        found = reproduced(library.runs.open(old_id), new)
    except BlockbuildersError as error:
        return f"{begin} {error}"
    return " ".join((begin, found.sentence, *found.inputs, *found.outcome))


def look_ahead_finding(found: LookAheadCheck, now_ms: int) -> dict[str, Any]:
    """Return the outcome of a check as what is kept of it."""
    return {
        "cuts": found.cuts,
        "difference": found.difference,
        "differs_at": found.differs_at,
        "sentence": found.sentence,
        "passed": found.passed,
        "checked_ms": now_ms,
    }


def look_ahead_words(finding: dict[str, Any] | None) -> tuple[str, str]:
    """Return what was kept of a check as a sentence and its tone; nothing where there was no check."""
    if finding is None:
        return "", ""
    when = minute(int(finding.get("checked_ms", 0)))
    text = _tr("Look-ahead check of %1: %2").replace("%1", when).replace("%2", str(finding.get("sentence", "")))
    return text, "bad" if finding.get("difference") else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("OpenedRun", text)
