"""What a trader should know before believing a result: the verdict, and what only the orders tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from app.engine.completed import completed
from app.engine.result import BacktestResult
from app.results.certainty import DataQuality
from app.results.finding import Finding
from app.results.funnel import Funnel, funnels
from app.results.numbers import count
from app.results.verdict import verdict
from app.terminal.sources import Source


def findings(result: BacktestResult, source: Source) -> tuple[Finding, ...]:
    """Return the findings about a result that need no further run, the gravest first."""
    return verdict(completed(result), quality=quality_of(result, source)).findings


def quality_of(result: BacktestResult, source: Source) -> DataQuality | None:
    """Return how many candles are missing, None for a file of which nobody knows when its market is open."""
    from app.jobs.run_quality import data_quality

    return data_quality(result, source.calendar) if source.calendar else None


def about_orders(result: BacktestResult) -> Iterator[str]:
    """Yield why there may be no trade at all: the funnel of each entry, and whether it was unknown at times."""
    if len(result.book) or result.open_trade:
        return
    yield from sieved(funnels(result))
    entries = [signal for order, signal in result.orders.items() if order.startswith("enter")]
    if any(np.any(signal == 1) for signal in entries):
        return
    yield "No entry condition was true on any bar of the range."
    unknown = max((int(np.count_nonzero(signal == -1)) for signal in entries), default=0)
    if unknown:
        bars = f"{unknown:,} of {count(len(result.bars), 'bar')}"
        yield f"An entry condition was unknown on {bars}: an indicator warms up there, or lacks a value such as volume."


def sieved(found: Iterable[Funnel]) -> Iterator[str]:
    """Yield each funnel as a sentence: how many bars its conditions let through."""
    for funnel in found:
        left = "; ".join(f"{each.words}: {each.bars:,}" for each in funnel.stages if each.kind == "condition")
        if left:
            yield f"The funnel of '{funnel.order_id}': {count(funnel.stages[0].bars, 'bar')}; {left}."
