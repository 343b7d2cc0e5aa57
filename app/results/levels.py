"""Where stop, trailing stop, target and liquidation of a trade stood, base bar by base bar (rules 10 to 13)."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.backtest import rules_of
from app.engine.plan import Plan, prepare
from app.engine.position import (
    FRACTION,
    LIQUIDATION,
    LONG,
    NO_LEVEL,
    PER_BAR,
    SHORT,
    STOP_LOSS,
    TRAILING_STOP,
    Rules,
)
from app.engine.protective_exits import distance
from app.engine.result import BacktestResult
from app.engine.signals import level_distance
from app.engine.simulate import place_levels
from app.market.candles import FloatSeries, TimeSeries
from app.market.resample import derive

Distances = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Levels:
    """The levels of one position, one value for each bar it lived through, from the entry's own to the exit's own.

    The bars are the base bars, in the bar fill model the strategy's. A value is where the level stands while that bar
    is watched; a column is None where there is no such level. `stop` is the nearest of the stops, the one that counts,
    and `stop_reason` what it would be called (a number of EXIT_REASONS). Before row `watched_from` nothing but a
    liquidation ends the position. `row` is the first of these bars among those of the run.
    """

    row: int
    time: TimeSeries
    stop_loss: FloatSeries | None
    trailing_stop: FloatSeries | None
    take_profit: FloatSeries | None
    liquidation: FloatSeries | None
    stop: FloatSeries | None
    stop_reason: NDArray[np.int8]
    watched_from: int


def levels(result: BacktestResult, number: int | None, plan: Plan | None = None) -> Levels:
    """Return the levels of closed trade `number`, or with None those of the position still open.

    Raises IndexError when there is no such trade.
    """
    plan = plan or prepare(result.strategy)
    rules = rules_of(plan, result.assumptions, result.instrument)
    first, last = _rows(result, number)
    state = _entered(result, number, rules, _distances(result, plan, rules, first))
    bars = result.traded.rows(first, last + 1)
    side = int(state.side)
    trailing = _trailing(rules, state, bars.high if side == LONG else bars.low)
    fixed = np.full(len(bars), state.fixed_stop)
    stop, reason = fixed.copy(), np.full(len(bars), STOP_LOSS, np.int8)
    for level, its_reason in ((trailing, TRAILING_STOP), (np.full(len(bars), state.liquidation), LIQUIDATION)):
        # Rules 12 and 13: the nearer one counts, a tie is the one before.
        with np.errstate(invalid="ignore"):
            nearer = side * (level - stop) > 0.0
        if its_reason != LIQUIDATION or side == SHORT:
            stop[nearer], reason[nearer] = level[nearer], its_reason
    return Levels(
        row=first,
        time=bars.time,
        stop_loss=_there(fixed),
        trailing_stop=_there(trailing),
        take_profit=_there(np.full(len(bars), state.target)),
        liquidation=_there(np.full(len(bars), state.liquidation)),
        stop=_there(stop),
        stop_reason=reason,
        watched_from=rules.bar_fills,
    )


def _rows(result: BacktestResult, number: int | None) -> tuple[int, int]:
    """Return the rows of the bars in which the position was entered and left."""
    if number is not None:
        row = result.book[number]
        return int(row["entry_row"]), int(row["exit_row"])
    if result.open_trade is None:
        raise IndexError("No position is open at the end of this run.")
    return int(np.searchsorted(result.traded.time, result.open_trade.entry_time)), len(result.traded) - 1


def _distances(result: BacktestResult, plan: Plan, rules: Rules, entry_row: int) -> Distances:
    """Return the distances of stop, target and trailing stop at the bar that decided an entry, 0 unless they change."""
    if PER_BAR not in (rules.stop_mode, rules.target_mode, rules.trail_mode):
        return 0.0, 0.0, 0.0
    fed = derive(result.base, result.strategy.timeframe).bars
    decided = int(np.searchsorted(fed.time, result.traded.time[entry_row], side="right")) - 2
    before = fed.rows(0, decided + 1)  # rule 21: what comes later changes nothing
    series = [level_distance(level, before) for level in (plan.stop_loss, plan.take_profit, plan.trailing_stop)]
    stop, target, trail = (float(column[decided]) if len(column) else 0.0 for column in series)
    return stop, target, trail


def _entered(result: BacktestResult, number: int | None, rules: Rules, now: Distances) -> Any:
    """Return the position as the engine has it right after the entry has filled."""
    trade = result.trades[number] if number is not None else result.open_trade
    assert trade is not None  # its rows have been found
    price, units = trade.entry_price, trade.units
    side = LONG if trade.side == "long" else SHORT
    cash = _cash(result, len(result.book) if number is None else number)
    fee = units * price * rules.fee_rate
    cash -= units * price + fee if side == LONG else fee
    state = SimpleNamespace(side=side, units=units, entry_price=price, cash=cash)
    modes = ((rules.stop_mode, rules.stop_value), (rules.target_mode, rules.target_value))
    stop, target = (distance(*mode, at, price) for mode, at in zip(modes, now[:2], strict=True))
    place_levels(rules, state, stop, target, distance(rules.trail_mode, rules.trail_value, now[2], price))  # type: ignore[arg-type]
    return state


def _cash(result: BacktestResult, trades: int) -> float:
    """Return the cash after so many closed trades, added up in the engine's order."""
    cash, fee_rate = result.assumptions.capital, result.assumptions.fee_rate
    names = ("side", "entry_price", "exit_price", "units", "reason")
    for side, entry, left, units, reason in zip(*(result.book[name][:trades].tolist() for name in names), strict=True):
        if reason == LIQUIDATION:
            return 0.0
        entry_fee, exit_fee = units * entry * fee_rate, units * left * fee_rate
        cash -= units * entry + entry_fee if side == LONG else entry_fee
        cash = cash + (units * left if side == LONG else units * (entry - left)) - exit_fee
    return cash


def _trailing(rules: Rules, state: Any, favourable: FloatSeries) -> FloatSeries:
    """Return where the trailing stop stands in each bar: behind the best price of the bars before it (rule 13)."""
    side = int(state.side)
    if rules.trail_mode == NO_LEVEL:
        return np.full(len(favourable), -side * np.inf)
    reached = np.concatenate(([state.entry_price], favourable[:-1]))
    best = np.maximum.accumulate(reached) if side == LONG else np.minimum.accumulate(reached)
    away = best * rules.trail_value if rules.trail_mode == FRACTION else state.trail
    result: FloatSeries = best - side * away
    return result


def _there(column: FloatSeries) -> FloatSeries | None:
    return column if np.isfinite(column).all() else None
