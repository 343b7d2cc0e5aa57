"""Arithmetic of half-open spans of time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.data.records import Span
from app.market.candles import TimeSeries


def overlap(one: Span, other: Span) -> Span | None:
    """Return what two spans share, None when that is nothing."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same time as few spans, in order, none touching another."""
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def without(span: Span, taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return the parts of `span` that lie in none of `taken`, in order."""
    left: list[Span] = []
    start = span.start
    for gone in union(taken):
        if gone.end <= start or gone.start >= span.end:
            continue
        if gone.start > start:
            left.append(Span(start, gone.start))
        start = gone.end
    if start < span.end:
        left.append(Span(start, span.end))
    return tuple(left)


def runs(times: TimeSeries, step_ms: int) -> tuple[Span, ...]:
    """Return the spans that rising open times fill when each stands for one step."""
    if not len(times):
        return ()
    breaks = np.flatnonzero(np.diff(times) != step_ms) + 1
    first = np.append(0, breaks)
    last = np.append(breaks, len(times)) - 1
    return tuple(
        Span(start, end + step_ms) for start, end in zip(times[first].tolist(), times[last].tolist(), strict=True)
    )


def within(times: TimeSeries, spans: Iterable[Span]) -> np.ndarray:
    """Return, for rising times, which of them lie in one of the spans."""
    inside = np.zeros(len(times), np.bool_)
    for span in spans:
        first, last = np.searchsorted(times, (span.start, span.end))
        inside[first:last] = True
    return inside
