"""Into the cache with the candles of a file, and once more when the cache was lost."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.data.candle_cache import CandleCache
from app.data.importing.dry_run import dry_run
from app.data.importing.originals import Kept, Originals
from app.data.importing.proposal import Proposal, propose
from app.data.importing.refusal import ImportRefused, refuse
from app.data.importing.report import Imported, Overlap, Report
from app.data.quality import note_gaps
from app.data.records import SeriesKey, Span, Stored
from app.errors import BlockbuildersError
from app.market.candles import COLUMNS, Candles

_MOST_DIFFERENT = 0.01


@dataclass(frozen=True)
class Shelf:
    """Where imports go: the cache, and the folder that keeps the original files."""

    cache: CandleCache
    originals: Originals


def compare(report: Report, proposal: Proposal, shelf: Shelf) -> Report:
    """Return the report with how the file agrees with candles that its series has from other files."""
    former = shelf.originals.find(proposal.source.sha256)
    if former is not None and former.series.key == proposal.series.key:
        return report
    return replace(report, overlap=_overlap(report.candles, proposal.series.key, shelf.cache))


def store(proposal: Proposal, report: Report, shelf: Shelf, *, now_ms: int) -> Imported:
    """Import a file: keep the original, then store its candles in one transaction.

    The same file again, read the same way, changes nothing. Read another way it takes the place of what it gave before.
    Raises ImportRefused when a question is open, too much is wrong, or the series has other candles for these times;
    nothing has changed then. CacheFull and CacheReadOnly pass through, and nothing has changed either.
    """
    _check(proposal, report)
    kept = _kept(proposal, report, now_ms)
    former = shelf.originals.find(kept.sha256)
    if former is not None and former.same_as(kept) and _is_there(former, shelf.cache):
        return Imported(Stored(), again=True)
    _check_overlap(proposal, report, former, shelf)
    try:
        shelf.originals.keep(proposal.source)
        shelf.originals.note(kept)
        notes = _make_room(former, kept, shelf, now_ms)
        stored = _put(kept, report, shelf.cache, now_ms)
    except BaseException:
        with suppress(ImportRefused):
            shelf.originals.forget(kept.sha256) if former is None else shelf.originals.note(former)
        with suppress(BlockbuildersError):
            if not shelf.cache.coverage(kept.series.key):
                shelf.cache.delete(kept.series.key)
        raise
    with suppress(BlockbuildersError):  # gaps can be found again at any time
        note_gaps(shelf.cache, kept.series.key, kept.span, now_ms=now_ms)
    return Imported(stored, notes=tuple(notes))


def rebuild(shelf: Shelf, *, now_ms: int) -> tuple[str, ...]:
    """Make every imported series that the cache has lost again from the kept files; return a sentence for each.

    This also finishes what a stopped process had begun to import, so it belongs to the start of whatever opens a cache.
    """
    shelf.originals.tidy()
    told = []
    keys = dict.fromkeys(kept.series.key for kept in shelf.originals.all())
    for key in keys:
        imports = shelf.originals.of(key)
        if all(_is_there(kept, shelf.cache) for kept in imports):
            continue
        problems = _make_again(key, imports, shelf, now_ms)
        told += problems or [f"{key.symbol} was made again from {_files(imports)}."]
    return tuple(told)


def forget(key: SeriesKey, originals: Originals) -> None:
    """Remove the kept files of a series, so that it stays deleted."""
    for kept in originals.of(key):
        originals.forget(kept.sha256)


def _check(proposal: Proposal, report: Report) -> None:
    if report.refusal:
        refuse(proposal.source.name, report.refusal)
    if proposal.questions:
        raise ImportRefused("\n".join(question.text for question in proposal.questions))


def _kept(proposal: Proposal, report: Report, now_ms: int) -> Kept:
    """Return the import with every decision spelled out, so that it does not depend on guessing again."""
    candles = report.candles
    options = replace(
        proposal.options,
        columns=dict(proposal.columns) if "volume" in proposal.columns else {**proposal.columns, "volume": "none"},
        zone=None if proposal.zone.in_rows else str(proposal.zone.zone),
        symbol=proposal.symbol.text if proposal.symbol else None,
        name=proposal.series_name,
        calendar=proposal.calendar,
        dates=proposal.dates,
        decimal=proposal.decimal,
    )
    span = Span(int(candles.time[0]), candles.end)
    source = proposal.source
    return Kept(source.sha256, source.name, now_ms, options, proposal.series, span, len(candles), candles.fingerprint())


def _put(kept: Kept, report: Report, cache: CandleCache, now_ms: int) -> Stored:
    cache.ensure(kept.series)
    return cache.store(
        kept.series.key,
        report.candles,
        kept.span,
        origin="import",
        final=True,
        authoritative=False,
        checksum=kept.sha256,
        now_ms=now_ms,
    )


def _make_room(former: Kept | None, kept: Kept, shelf: Shelf, now_ms: int) -> list[str]:
    """Take out what the same file gave when it was read in another way."""
    if former is None or former.same_as(kept) or shelf.cache.find(former.series.key) is None:
        return []
    others = [other for other in shelf.originals.of(former.series.key) if other.sha256 != kept.sha256]
    shelf.cache.delete(former.series.key)
    told = [f"What {kept.name} gave before ({former.series.key.symbol}) was taken out."]
    return told + (_make_again(former.series.key, others, shelf, now_ms) if others else [])


def _make_again(key: SeriesKey, imports: Sequence[Kept], shelf: Shelf, now_ms: int) -> list[str]:
    """Make a series anew from its files, in the order in which they came; return what went wrong."""
    problems = []
    shelf.cache.delete(key)
    for kept in imports:
        try:
            with shelf.originals.unpacked(kept) as path:
                report = _read_again(kept, path)
            _put(kept, report, shelf.cache, now_ms)
            note_gaps(shelf.cache, key, kept.span, now_ms=now_ms)
        except ImportRefused as problem:
            problems.append(str(problem))
    return problems


def _read_again(kept: Kept, path: Path) -> Report:
    proposal = propose(path, kept.options, kept.name)
    report = dry_run(proposal, now_ms=kept.imported_ms)
    if report.candles.fingerprint() != kept.fingerprint:
        refuse(kept.name, "would give other candles now than when it was imported; import the file once more")
    return report


def _is_there(kept: Kept, cache: CandleCache) -> bool:
    return cache.find(kept.series.key) is not None and not cache.missing(kept.series.key, kept.span)


def _overlap(candles: Candles, key: SeriesKey, cache: CandleCache) -> Overlap:
    """Return how many candles the series has already with the same values, and how many with other ones."""
    if not len(candles):
        return Overlap(0, 0)
    there = cache.read(key, int(candles.time[0]), candles.end)
    _, ours, theirs = np.intersect1d(candles.time, there.time, assume_unique=True, return_indices=True)
    same = np.ones(len(ours), dtype=bool)
    for name in COLUMNS:
        new, old = getattr(candles, name)[ours], getattr(there, name)[theirs]
        same &= (new == old) | (np.isnan(new) & np.isnan(old))
    return Overlap(int(np.count_nonzero(same)), int(np.count_nonzero(~same)))


def _check_overlap(proposal: Proposal, report: Report, former: Kept | None, shelf: Shelf) -> None:
    """Refuse to mix two sources: a few candles may differ between two exports of one, not more."""
    key = proposal.series.key
    if former is not None and former.series.key == key:
        return
    found = _overlap(report.candles, key, shelf.cache)
    if found.different > _MOST_DIFFERENT * (found.same + found.different):
        refuse(
            proposal.source.name,
            f"has {found.different:,} candles with other values than {key.symbol} has for the same times "
            f"({found.same:,} are the same), so it seems to come from another source. Import it under another name, "
            'for example with --name "my broker"',
        )


def _files(imports: Sequence[Kept]) -> str:
    return imports[0].name if len(imports) == 1 else f"{len(imports)} files"
