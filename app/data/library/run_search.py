"""Which runs a filter means, as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from app.data.library.records import RunFilter, RunRequest
from app.data.library.run_rows import SUMMARY
from app.data.library.tables import runs

_SEARCHED = ("strategy_name", "symbol", "exchange", "note")


def query(wanted: RunFilter) -> Select[Any]:
    """Return the question for the summaries that a filter means, in its order."""
    found = select(*SUMMARY).where(*_conditions(wanted)).order_by(*_order(wanted))
    if wanted.limit is not None or wanted.offset:
        found = found.limit(-1 if wanted.limit is None else wanted.limit).offset(wanted.offset)
    return found


def repeated_by(request: RunRequest, revision: Row[Any], engine_version: int) -> Select[Any]:
    """Return the question for the whole runs, newest first, that a request would repeat on the same candles."""
    assumptions = request.assumptions
    return (
        select(*SUMMARY)
        .where(
            runs.c.strategy_id == request.strategy_id,
            runs.c.state == "completed",
            ~runs.c.deleted,
            ~runs.c.cleaned,
            runs.c.logic_hash == revision.logic_hash,
            runs.c.symbol == revision.symbol,
            runs.c.exchange == revision.exchange,
            runs.c.engine_version == engine_version,
            runs.c.asked_start_ms.is_not_distinct_from(request.start_ms),
            runs.c.asked_end_ms.is_not_distinct_from(request.end_ms),
            runs.c.asked_days.is_not_distinct_from(request.days),
            runs.c.capital == assumptions.capital,
            runs.c.fee_rate == assumptions.fee_rate,
            runs.c.slippage_rate == assumptions.slippage_rate,
            runs.c.fill_model == assumptions.fill_model,
        )
        .order_by(runs.c.id.desc())
    )


def _conditions(wanted: RunFilter) -> Iterator[ColumnElement[bool]]:
    yield runs.c.deleted.is_(wanted.deleted)
    for name in ("strategy_id", "symbol", "exchange", "timeframe", "pinned"):
        value = getattr(wanted, name)
        if value is not None:
            yield runs.c[name] == value
    if wanted.states is not None:
        yield runs.c.state.in_(wanted.states)
    for word in wanted.text.split():
        yield or_(*(runs.c[name].icontains(word, autoescape=True) for name in _SEARCHED))
    if wanted.unseen is not None:
        unseen = (~runs.c.seen) & runs.c.state.in_(("completed", "failed"))
        yield unseen if wanted.unseen else ~unseen
    bounds = (
        (wanted.since_ms, runs.c.asked_ms.__ge__),
        (wanted.until_ms, runs.c.asked_ms.__le__),
        (wanted.range_from_ms, runs.c.end_ms.__gt__),
        (wanted.range_to_ms, runs.c.start_ms.__lt__),
        (wanted.least_return, runs.c.total_return.__ge__),
        (wanted.least_trades, runs.c.trades.__ge__),
        (wanted.deepest_drawdown, runs.c.max_drawdown.__ge__),
    )
    for bound, compare in bounds:
        if bound is not None:
            yield compare(bound)


def _order(wanted: RunFilter) -> tuple[ColumnElement[Any], ...]:
    """Return the order: best first for figures, and by number, never by the clock, where they are equal."""
    if wanted.order == "oldest":
        return (runs.c.id.asc(),)
    if wanted.order == "newest":
        return (runs.c.id.desc(),)
    return (runs.c[wanted.order].desc().nulls_last(), runs.c.id.desc())
