"""What storing an answer does to the candles of its span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.data.candle_rows import differ, joined, picked
from app.data.records import Span, Stored
from app.data.spans import within
from app.market.candles import Candles, TimeSeries, flaw


@dataclass(frozen=True, eq=False)
class Changes:
    """The candles of a span after an answer, and how they differ from those before.

    `was` and `becomes` are the candles that took other values, row by row. `touched` reaches from the first to the
    last candle that is new, different or gone; None when nothing is.
    """

    after: Candles
    added: TimeSeries
    was: Candles
    becomes: Candles
    gone: Candles
    touched: Span | None

    @property
    def stored(self) -> Stored:
        """The same as counts."""
        return Stored(len(self.added), len(self.was), len(self.gone))


def changes(old: Candles, new: Candles, kept: Sequence[Span], *, authoritative: bool) -> Changes:
    """Return what an answer `new` does to the candles `old` of the same span.

    In the spans `kept` the old candles stay as they are. Elsewhere the new values count; an old candle that the answer
    lacks goes only when the answer is authoritative, because an exchange may leave out what it has.
    """
    if kept:
        new = picked(new, ~within(new.time, kept))
    place = np.searchsorted(new.time, old.time)
    there = np.zeros(len(old), np.bool_)
    inside = place < len(new)
    there[inside] = new.time[place[inside]] == old.time[inside]
    added = np.ones(len(new), np.bool_)
    added[place[there]] = False
    differs = np.zeros(len(old), np.bool_)
    differs[there] = differ(picked(old, there), picked(new, place[there]))
    goes = ~there & ~within(old.time, kept) if authoritative else np.zeros(len(old), np.bool_)
    fresh = added.copy()
    fresh[place[differs]] = True
    touched = np.concatenate([new.time[fresh], old.time[goes]])
    return Changes(
        after=joined(picked(old, ~(differs | goes)), picked(new, fresh)),
        added=new.time[added],
        was=picked(old, differs),
        becomes=picked(new, place[differs]),
        gone=picked(old, goes),
        touched=Span(int(touched.min()), int(touched.max()) + old.step_ms) if len(touched) else None,
    )


def check_answer(step_ms: int, candles: Candles, covered: Span) -> None:
    """Raise ValueError when these are not sound candles of that length inside the span they are the answer for."""
    if candles.step_ms != step_ms:
        raise ValueError(f"Candles of {candles.step_ms} ms cannot be stored in a series of {step_ms} ms.")
    if covered.start >= covered.end:
        raise ValueError("An answer covers some time.")
    if len(candles) and not (covered.start <= candles.time[0] and candles.time[-1] < covered.end):
        raise ValueError("These candles lie outside the span that they are said to cover.")
    problem = flaw(candles)
    if problem:
        raise ValueError(problem)
