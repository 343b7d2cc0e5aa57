"""The look-ahead check: a run again on candles cut off at many moments must say the same about the time before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.backtest import Progress, run
from app.engine.plan import Plan, prepare
from app.engine.result import BacktestResult
from app.market.resample import derive
from app.results.decisions import decisions
from app.results.numbers import count, moment
from app.strategy.wording import Names, quoted

CUTS = 20

Column = np.ndarray[Any, Any]


@dataclass(frozen=True)
class LookAheadCheck:
    """The outcome: at how many moments was looked, and the first difference found, "" where there is none.

    `differs_at` is the end of the candles that it came up with, in UTC ms, None without a difference.
    """

    cuts: int
    difference: str
    differs_at: int | None
    sentence: str

    @property
    def passed(self) -> bool:
        """Whether something was compared and nothing differed."""
        return self.cuts > 0 and not self.difference


def look_ahead_check(result: BacktestResult, cuts: int = CUTS, progress: Progress | None = None) -> LookAheadCheck:
    """Repeat a run with its candles cut off after `cuts` of its bars and compare everything up to there, bit for bit.

    Compared are the values of every block, the orders, the position and equity at each close, and the trades closed by
    then. `progress` hears of the share done and may raise Cancelled.
    """
    plan, bars = prepare(result.strategy), result.bars
    chosen = cut_bars(result, cuts)
    for done, bar in enumerate(chosen):
        part = progress and _part(progress, done, len(chosen))
        until = int(bars.time[bar]) + bars.step_ms
        difference = next(_differences(result, _cut_run(result, plan, until, part)), None)
        if difference:
            text = (
                f"Look-ahead found: {difference} when the candles from {moment(until)} UTC on are cut off. The result "
                "cannot be trusted; please report this."
            )
            return LookAheadCheck(done + 1, difference, until, text)
    if progress:
        progress(1.0)
    if not chosen:
        return LookAheadCheck(0, "", None, "The run has one bar only: there is nothing to cut off and compare.")
    text = (
        f"Checked at {count(len(chosen), 'moment')}: with all later candles cut off, every value, order, trade and "
        "equity figure up to there is the same to the last bit. Nothing in this run looks ahead."
    )
    return LookAheadCheck(len(chosen), "", None, text)


def cut_bars(result: BacktestResult, cuts: int) -> tuple[int, ...]:
    """Return the last bars of the cuts: half spread evenly over the range, half right around its trades."""
    last = len(result.bars) - 2
    if last < 0:
        return ()
    decided = decisions(result)
    moments = np.concatenate((decided.entry_bars - 1, decided.entry_bars, decided.exit_bars - 1, decided.exit_bars))
    # A mark per bar, because to sort a million numbers would take longer than all the runs.
    around, others = np.zeros(last + 1, bool), np.ones(last + 1, bool)
    around[moments[(moments >= 0) & (moments <= last)]] = True
    picked = _spread(np.flatnonzero(around), cuts // 2)
    others[picked] = False
    return tuple(sorted([*picked.tolist(), *_spread(np.flatnonzero(others), cuts - len(picked)).tolist()]))


def _spread(rows: Column, most: int) -> Column:
    """Return up to `most` of the rows, evenly spread from the first to the last."""
    picked: Column = rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64)] if len(rows) else rows
    return picked


def _part(progress: Progress, done: int, of: int) -> Progress:
    return lambda share: progress((done + share) / of)


def _cut_run(result: BacktestResult, plan: Plan, until: int, progress: Progress | None) -> BacktestResult:
    base = result.base.rows(0, int(np.searchsorted(result.base.time, until)))
    return run(
        plan,
        derive(base, result.strategy.timeframe),
        result.assumptions,
        instrument=result.instrument,
        start=result.start,
        coverage_end=until,
        progress=progress,
    )


def _differences(whole: BacktestResult, cut: BacktestResult) -> Iterator[str]:
    """Yield what the cut run says otherwise about the time that both know."""
    size, names = len(cut.bars), Names(whole.strategy.blocks)
    for port, values in cut.values.items():
        block = whole.strategy.block(port[0])
        name = f"{names.of(block)} ({port[1]})" if block else quoted(port[0])
        yield from _first(whole, f"the value of {name}", whole.values[port][:size], values)
    for role, orders in cut.orders.items():
        yield from _first(whole, f"the order to {role.replace('_', ' ')}", whole.orders[role][:size], orders)
    yield from _first(whole, "the position", whole.position[:size], cut.position)
    yield from _first(whole, "equity", whole.equity[:size], cut.equity)
    closed = whole.book[whole.book["exit_row"] < len(cut.traded)]
    if len(closed) != len(cut.book):
        yield f"the number of trades closed by then is {len(cut.book):,} instead of {len(closed):,}"
        return
    for name in closed.dtype.names or ():
        found = np.flatnonzero(_differs(np.ascontiguousarray(closed[name]), np.ascontiguousarray(cut.book[name])))
        if len(found):
            yield f"the {name.replace('_', ' ')} of trade {int(found[0]) + 1:,} is another one"


def _first(whole: BacktestResult, what: str, known: Column, again: Column) -> Iterator[str]:
    found = np.flatnonzero(_differs(known, again))
    if len(found):
        at = int(found[0])
        yield f"{what} at the bar of {moment(int(whole.bars.time[at]))} is {again[at]} instead of {known[at]}"


def _differs(one: Column, other: Column) -> Column:
    """Return where two columns are not the same to the last bit; one NaN is as good as another."""
    if one.dtype.kind != "f":
        different: Column = one != other
        return different
    different = np.ascontiguousarray(one).view(np.int64) != np.ascontiguousarray(other).view(np.int64)
    if different.any():
        different &= ~(np.isnan(one) & np.isnan(other))
    return different
