"""Closed trades in groups: by exit reason, side, weekday and hour of entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.completed import CompletedRun
from app.engine.position import EXIT_REASONS, LONG, SHORT
from app.market.timeframe import DAY_MS, HOUR_MS

Trades = np.ndarray[Any, Any]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# 1 January 1970 was a Thursday.
_FIRST_WEEKDAY = 3


@dataclass(frozen=True)
class Group:
    """What some closed trades have in common, by `label`, and what they gave; None where there is nothing to divide.

    Money is in quote currency after all costs; `average_return` and `win_rate` are fractions.
    """

    label: str
    trades: int
    wins: int
    pnl: float
    win_rate: float | None
    average_pnl: float | None
    average_return: float | None
    average_win: float | None
    average_loss: float | None
    profit_factor: float | None
    best: float | None
    worst: float | None
    average_bars_held: float | None


def by_exit_reason(run: CompletedRun) -> tuple[Group, ...]:
    """Return a group for each exit reason that came up, the most frequent first."""
    groups = _groups(run.trades, run.trades["exit_reason"], range(1, len(EXIT_REASONS)), EXIT_REASONS.__getitem__)
    return tuple(sorted((group for group in groups if group.trades), key=lambda group: -group.trades))


def by_side(run: CompletedRun) -> tuple[Group, ...]:
    """Return the long trades and the short ones."""
    return _groups(run.trades, run.trades["side"], (LONG, SHORT), lambda side: "long" if side == LONG else "short")


def by_weekday(run: CompletedRun) -> tuple[Group, ...]:
    """Return the trades of each weekday of entry, UTC, from Monday to Sunday."""
    weekday = (run.trades["entry_time"] // DAY_MS + _FIRST_WEEKDAY) % 7
    return _groups(run.trades, weekday, range(7), WEEKDAYS.__getitem__)


def by_hour(run: CompletedRun) -> tuple[Group, ...]:
    """Return the trades of each hour of entry, UTC, from 00 to 23."""
    return _groups(run.trades, run.trades["entry_time"] % DAY_MS // HOUR_MS, range(24), lambda hour: f"{hour:02}")


def group(label: str, trades: Trades) -> Group:
    """Return the figures of some trades, rows of TRADES."""
    pnl = trades["pnl"]
    won, lost = pnl[pnl > 0], pnl[pnl < 0]
    total, gained, spent = added(pnl), added(won), added(lost)
    size = len(trades)
    return Group(
        label=label,
        trades=size,
        wins=len(won),
        pnl=total,
        win_rate=_ratio(len(won), size),
        average_pnl=_ratio(total, size),
        average_return=_ratio(added(trades["return_"]), size),
        average_win=_ratio(gained, len(won)),
        average_loss=_ratio(spent, len(lost)),
        profit_factor=_ratio(gained, -spent),
        best=float(pnl.max()) if size else None,
        worst=float(pnl.min()) if size else None,
        average_bars_held=_ratio(float(trades["bars_held"].sum()), size),
    )


def added(amounts: NDArray[np.float64]) -> float:
    """Return the sum, one after the other, so that it is the same on every machine."""
    return float(np.add.accumulate(amounts)[-1]) if len(amounts) else 0.0


def _groups(
    trades: Trades, keys: NDArray[np.integer[Any]], wanted: range | tuple[int, ...], label: Callable[[int], str]
) -> tuple[Group, ...]:
    return tuple(group(label(key), trades[keys == key]) for key in wanted)


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None
