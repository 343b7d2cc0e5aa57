"""What to ask of whom, so that a span becomes complete: whole months from an archive, the rest in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.data.binance_archive import month_of, month_published_ms
from app.data.records import Span
from app.data.spans import overlap
from app.market.timeframe import DAY_MS

# A month of which less is missing is quicker to have in pages than as a file.
WORTH_A_FILE_MS = 7 * DAY_MS


@dataclass(frozen=True)
class Chunk:
    """One thing to fetch: a `month` as a file, or `pages` of a span. `missing` is what of it is not there yet."""

    kind: Literal["month", "pages"]
    span: Span
    missing: tuple[Span, ...]


def plan(missing: Sequence[Span], *, archive: bool, now_ms: int) -> tuple[Chunk, ...]:
    """Return what to fetch so that `missing` (in order of time) becomes complete, the newest first.

    Nothing missing gives nothing to do. Neighbouring spans in pages are one chunk, so that no page is cut short.
    """
    chunks: list[Chunk] = []
    for part in missing:
        for month, inside in _months(part):
            kind: Literal["month", "pages"] = "pages"
            if archive and month_published_ms(month) <= now_ms and _worth(month, missing):
                kind = "month"
            span = month if kind == "month" else inside
            last = chunks[-1] if chunks else None
            if last and last.kind == kind == "month" and last.span == month:
                chunks[-1] = Chunk(kind, month, (*last.missing, inside))
            elif last and last.kind == kind == "pages" and last.span.end == inside.start:
                joined = Span(last.span.start, inside.end)
                chunks[-1] = Chunk(kind, joined, (joined,))
            else:
                chunks.append(Chunk(kind, span, (inside,)))
    return tuple(reversed(chunks))


def _months(span: Span) -> list[tuple[Span, Span]]:
    """Return the calendar months that a span touches, each with the part of the span that lies in it."""
    months = []
    start = span.start
    while start < span.end:
        month = month_of(start)
        months.append((month, Span(start, min(month.end, span.end))))
        start = month.end
    return months


def _worth(month: Span, missing: Sequence[Span]) -> bool:
    parts = [part for part in (overlap(span, month) for span in missing) if part]
    return sum(part.end - part.start for part in parts) >= WORTH_A_FILE_MS
