"""Which spans of a series were asked for and answered, and which source counts where two have answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from app.data.records import Covered, Origin, Span
from app.data.spans import overlap, without
from app.market.candles import Candles

# Monthly archives have been wrong where daily files and the exchange itself were right, so a final answer of a better
# source stays. An import is a series of its own; it never competes.
_RANK: dict[Origin, int] = {"archive month": 1, "archive day": 2, "rest": 3, "import": 3}

Coverage = tuple[Covered, ...]
Counter = Callable[[Span], int]


def better(coverage: Sequence[Covered], span: Span, origin: Origin) -> tuple[Span, ...]:
    """Return the parts of `span` that a better source than `origin` has finally answered."""
    kept = (overlap(entry.span, span) for entry in coverage if entry.final and _RANK[entry.origin] > _RANK[origin])
    return tuple(part for part in kept if part)


def covering(
    coverage: Sequence[Covered], answer: Covered, kept: Iterable[Span], before: Counter, after: Counter
) -> Coverage:
    """Return the coverage with an answer in it, outside the spans `kept`; neighbours of one kind become one entry.

    `before` and `after` count the candles in a span before and after the answer was stored.
    """
    pieces = without(answer.span, kept)
    entries = [part for entry in coverage for part in _cut(entry, pieces, before)]
    entries += [replace(answer, span=piece, rows=after(piece)) for piece in pieces]
    return _merged(entries)


def counting(rows: Candles) -> Counter:
    """Return what counts these candles in a span."""

    def count(span: Span) -> int:
        first, last = np.searchsorted(rows.time, (span.start, span.end))
        return int(last - first)

    return count


def _cut(entry: Covered, pieces: Sequence[Span], before: Counter) -> list[Covered]:
    """Return what is left of an entry when the pieces are taken out, with its candles counted anew."""
    lost = [part for part in (overlap(entry.span, piece) for piece in pieces) if part]
    if not lost:
        return [entry]
    left = without(entry.span, lost)
    # What lies in the pieces is at hand; one part left over then needs no counting of its own.
    rows = entry.rows - sum(map(before, lost))
    counts = [before(span) for span in left[:-1]]
    counts.append(rows - sum(counts))
    return [replace(entry, span=span, rows=count) for span, count in zip(left, counts, strict=False)]


def _merged(entries: list[Covered]) -> Coverage:
    merged: list[Covered] = []
    for entry in sorted(entries, key=lambda entry: entry.span):
        last = merged[-1] if merged else None
        if last and last.span.end == entry.span.start and _kind(last) == _kind(entry):
            merged[-1] = replace(
                last,
                span=Span(last.span.start, entry.span.end),
                rows=last.rows + entry.rows,
                fetched_ms=max(last.fetched_ms, entry.fetched_ms),
            )
        else:
            merged.append(entry)
    return tuple(merged)


def _kind(entry: Covered) -> tuple[Origin, bool, str | None]:
    return entry.origin, entry.final, entry.checksum
