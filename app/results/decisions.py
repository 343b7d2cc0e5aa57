"""What was decided at each close, and what kept an order that was true from acting (rules 4, 7, 8, 10, 11, 14, 15)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.plan import Plan, prepare
from app.engine.position import LIQUIDATION, LONG, REVERSAL, SHORT, SIGNAL, TIME_EXIT
from app.engine.result import BacktestResult
from app.market.candles import Signal

Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Decisions:
    """One value for each close of the range.

    `entry` is the side decided to enter at the next open (1, -1, or 0), `exit` the reason decided to leave (a number of
    EXIT_REASONS, or 0), `filled` whether the entry then came about. `conflict`, `cooling` and `ruined` say what kept an
    entry back. `entry_bars` and `exit_bars` are the bars in which each closed trade was entered and left.
    """

    entry: Signal
    exit: Signal
    filled: Flags
    conflict: Flags
    cooling: Flags
    ruined: Flags
    entry_bars: Rows
    exit_bars: Rows


def decisions(result: BacktestResult, plan: Plan | None = None) -> Decisions:
    """Return what the closes of a run decided, worked out from its orders and trades."""
    plan = plan or prepare(result.strategy)
    size = len(result.bars)
    entry_bars, exit_bars = _bars_of(result, "entry_row"), _bars_of(result, "exit_row")
    cooling = _within(exit_bars, plan.cooldown, size)
    ruined = _within(exit_bars[result.book["reason"] == LIQUIDATION], size, size)
    true = {role: signal == 1 for role, signal in result.orders.items()}
    enters = {
        LONG: true["enter_long"] & ~true["enter_short"] & ~true["exit_long"],
        SHORT: true["enter_short"] & ~true["enter_long"] & ~true["exit_short"],
    }
    side, entry, leave = result.position, np.zeros(size, np.int8), np.zeros(size, np.int8)
    may = (side == 0) & ~cooling & ~ruined
    conflict = may & (true["enter_long"] | true["enter_short"]) & ~enters[LONG] & ~enters[SHORT]
    timed = _timed(result, entry_bars, exit_bars, plan.time_exit)
    for own, own_exit, opposite in ((LONG, "exit_long", "enter_short"), (SHORT, "exit_short", "enter_long")):
        held, reverses = side == own, enters[-own]
        entry[may & enters[own]] = own
        entry[held & reverses & ~cooling] = -own
        conflict |= held & true[opposite] & ~reverses & ~cooling
        leave[held & timed] = TIME_EXIT
        leave[held & true[own_exit]] = SIGNAL
        leave[held & reverses] = REVERSAL
    filled = _filled(result, entry, entry_bars)
    return Decisions(entry, leave, filled, conflict, cooling, ruined, entry_bars, exit_bars)


def open_entry_bar(result: BacktestResult) -> int | None:
    """Return the bar in which the position still open was entered, None without one."""
    if result.open_trade is None:
        return None
    return int(np.searchsorted(result.bars.time, result.open_trade.entry_time, side="right")) - 1


def _bars_of(result: BacktestResult, name: str) -> Rows:
    times = result.traded.time[result.book[name]]
    rows: Rows = np.searchsorted(result.bars.time, times, side="right").astype(np.int64) - 1
    return rows


def _within(bars: Rows, length: int, size: int) -> Flags:
    """Return which closes are among the `length` first ones from any of `bars` on, that bar's own included."""
    edges = np.zeros(size + 1, np.int64)
    np.add.at(edges, bars, 1)
    np.add.at(edges, np.minimum(bars + length, size), -1)
    flags: Flags = np.cumsum(edges[:size]) > 0
    return flags


def _timed(result: BacktestResult, entry_bars: Rows, exit_bars: Rows, bars: int) -> Flags:
    """Return the closes at which a position has been held for the time set (rule 14)."""
    size = len(result.bars)
    timed = np.zeros(size, bool)
    if not bars:
        return timed
    still_open = open_entry_bar(result)
    if still_open is not None:
        entry_bars, exit_bars = np.append(entry_bars, still_open), np.append(exit_bars, size)
    due = entry_bars + bars - 1
    edges = np.zeros(size + 1, np.int64)
    late = due < exit_bars
    np.add.at(edges, due[late], 1)
    np.add.at(edges, exit_bars[late], -1)
    timed |= np.cumsum(edges[:size]) > 0
    return timed


def _filled(result: BacktestResult, entry: Signal, entry_bars: Rows) -> Flags:
    """Return at which closes the entry decided came about at the next open."""
    filled = np.zeros(len(entry) + 1, bool)
    filled[entry_bars] = True
    still_open = open_entry_bar(result)
    if still_open is not None:
        filled[still_open] = True
    came: Flags = filled[1:] & (entry != 0)
    return came
