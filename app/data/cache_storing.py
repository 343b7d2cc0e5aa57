"""Putting an answer into the file of the candle cache: its candles, the gaps they fill, and that it was asked for."""

from __future__ import annotations

from dataclasses import replace

from app.data import cache_tables as tables
from app.data.cache_changes import Changes, changes
from app.data.cache_coverage import Counter, Coverage, better, counting, covering
from app.data.cache_tables import Shelved
from app.data.candle_rows import none
from app.data.duck_file import DuckFile
from app.data.records import Covered, Span
from app.data.spans import overlap, runs, without
from app.market.candles import Candles


def put_answer(
    file: DuckFile, entry: Shelved, before: Coverage, candles: Candles, answer: Covered, *, authoritative: bool
) -> tuple[Changes, Coverage]:
    """Write an answer in one transaction; return what it changed and the coverage after it."""
    kept = better(before, answer.span, answer.origin)
    old = _old(file, entry, answer.span, before)
    change = changes(old, candles, kept, authoritative=authoritative)
    after = covering(before, answer, kept, _counter(file, entry, old, answer.span), counting(change.after))
    with file.transaction():
        tables.put_revisions(file, entry, change, answer.origin, answer.fetched_ms)
        tables.put_changes(file, entry, change)
        _fill_gaps(file, entry, change)
        tables.put_coverage(file, entry, before, after)
    return change, after


def _old(file: DuckFile, entry: Shelved, span: Span, coverage: Coverage) -> Candles:
    """Return the stored candles of a span; where nothing is covered there are none."""
    if any(overlap(covered.span, span) for covered in coverage):
        return tables.candles(file, entry, span)[0]
    return none(entry.step_ms)


def _counter(file: DuckFile, entry: Shelved, old: Candles, inside: Span) -> Counter:
    at_hand = counting(old)

    def count(span: Span) -> int:
        whole = inside.start <= span.start and span.end <= inside.end
        return at_hand(span) if whole else tables.count(file, entry, span)

    return count


def _fill_gaps(file: DuckFile, entry: Shelved, change: Changes) -> None:
    """Take the candles that have come out of the known gaps."""
    if not len(change.added):
        return
    filled = runs(change.added, entry.step_ms)
    known = tables.gaps(file, entry, Span(filled[0].start, filled[-1].end))
    left = [replace(gap, span=span) for gap in known for span in without(gap.span, filled)]
    if left != known:
        tables.put_gaps(file, entry, known, left)
