"""Which runs a filter means, as SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from sqlalchemy import ColumnElement, Integer, Row, Select, case, cast, func, select

from app.data.library.records import RunFilter, RunOrder, RunRequest
from app.data.library.run_rows import FIGURES, SUMMARY
from app.data.library.tables import runs

# No word goes over the end of a line.
_SEARCHED = func.casefold(runs.c.strategy_name + "\n" + runs.c.symbol + "\n" + runs.c.exchange + "\n" + runs.c.note)
_UNSEEN = (~runs.c.seen) & runs.c.state.in_(("completed", "failed"))


def query(wanted: RunFilter, columns: Sequence[ColumnElement[Any]] = SUMMARY) -> Select[Any]:
    """Return the question for columns of the runs that a filter means, in its order."""
    found = select(*columns).where(*_conditions(wanted)).order_by(*_order(wanted))
    if wanted.limit is not None or wanted.offset:
        found = found.limit(-1 if wanted.limit is None else wanted.limit).offset(wanted.offset)
    return found


def newest_of(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return the question for the different values that columns have in runs which are not deleted, newest first.

    The number of the newest run of each comes last. Columns that are not told apart by have the values of that run.
    """
    newest = func.max(runs.c.id)
    return select(*columns, newest).where(~runs.c.deleted).order_by(newest.desc())


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
        yield func.instr(_SEARCHED, word.casefold()) > 0
    if wanted.unseen is not None:
        yield _UNSEEN if wanted.unseen else ~_UNSEEN
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
    """Return the order: by number, never by the clock, where runs are equal."""
    if wanted.order in ("newest", "oldest"):
        newest = (wanted.order == "newest") != wanted.reverse
        return (runs.c.id.desc() if newest else runs.c.id.asc(),)
    values, rising = _ORDERS[wanted.order]
    ways = (value.asc() if rising != wanted.reverse else value.desc() for value in values)
    return (*(way.nulls_last() for way in ways), runs.c.id.desc())


def _figures(*values: ColumnElement[Any]) -> tuple[tuple[ColumnElement[Any], ...], bool]:
    return values, False


def _rising(*values: ColumnElement[Any]) -> tuple[tuple[ColumnElement[Any], ...], bool]:
    return values, True


# A number and a letter, in minutes.
_MINUTES = cast(runs.c.timeframe, Integer) * case(
    {"m": 1, "h": 60, "d": 1_440, "w": 10_080}, value=func.substr(runs.c.timeframe, -1)
)
# What sorts, and whether the lowest comes first.
_ORDERS: Mapping[RunOrder, tuple[tuple[ColumnElement[Any], ...], bool]] = {
    **{name: _figures(runs.c[name]) for name in get_args(RunOrder) if name in FIGURES},
    "against_hold": _figures(runs.c.total_return - runs.c.buy_and_hold_return),
    "marks": _figures(runs.c.pinned, _UNSEEN),
    "strategy_name": _rising(func.casefold(runs.c.strategy_name)),
    "instrument": _rising(func.casefold(runs.c.symbol), func.casefold(runs.c.exchange)),
    "timeframe": _rising(_MINUTES),
    "state": _rising(runs.c.state, runs.c.cleaned, runs.c.again_of, runs.c.reason),
    "range": _rising(runs.c.start_ms, runs.c.end_ms),
    "note": _rising(func.nullif(func.casefold(func.trim(runs.c.note)), "")),
}
