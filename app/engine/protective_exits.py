"""Stop loss, take profit, trailing stop, liquidation: where they stand, when they are touched (rules 10 to 13)."""

from __future__ import annotations

import math

from app.compiled import step
from app.engine.fill_models import gapped_target
from app.engine.position import (
    DISTANCE,
    FRACTION,
    LIQUIDATION,
    NO_LEVEL,
    SHORT,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
    Rules,
    State,
)


@step
def distance(mode: int, value: float, now: float, price: float) -> float:
    """Return how far from the entry `price` a level stands, NaN where unknown and infinity where there is none.

    `now` is the distance at the bar that decided the entry, for levels whose distance changes per bar (rule 11).
    """
    if mode == NO_LEVEL:
        return math.inf
    if mode == FRACTION:
        return price * value
    if mode == DISTANCE:
        return value
    return now


@step
def nearest_stop(rules: Rules, state: State) -> None:
    """Set the level that counts as the stop now, and the reason it would give; a tie is the fixed stop's (rule 13)."""
    level = state.fixed_stop
    reason = STOP_LOSS
    best = state.target
    if rules.trail_mode != NO_LEVEL:
        away = state.best * rules.trail_value if rules.trail_mode == FRACTION else state.trail
        trailing = state.best - state.side * away
        if state.side * (trailing - level) > 0.0:
            level = trailing
            reason = TRAILING_STOP
        if state.side * (best - state.best) > 0.0:
            best = state.best
    if state.side == SHORT and state.liquidation < level:  # rule 12: it acts as the stop where it is nearer
        level = state.liquidation
        reason = LIQUIDATION
    state.stop = level
    state.stop_reason = reason
    state.floor, state.ceiling = (best, level) if state.side == SHORT else (level, best)


@step
def may_touch(rules: Rules, state: State, high: float, low: float) -> bool:
    """Return whether a bar of this range can touch a level at all; if not, its minutes need no look.

    A trailing stop can follow within the bar at most to where the bar's best price would put it.
    """
    side = state.side
    adverse, favourable = (high, low) if side == SHORT else (low, high)
    if side * (favourable - state.target) >= 0.0 or side * (adverse - state.stop) <= 0.0:
        return True
    if rules.trail_mode == NO_LEVEL or side * (favourable - state.best) <= 0.0:
        return False
    away = favourable * rules.trail_value if rules.trail_mode == FRACTION else state.trail
    return side * (adverse - (favourable - side * away)) <= 0.0


@step
def touch(rules: Rules, state: State, opening: float, high: float, low: float) -> tuple[int, float, int]:
    """Return reason (0: none), price before slippage and ambiguity of an exit in one base bar (rule 12)."""
    side = state.side
    if side * (opening - state.stop) <= 0.0:  # rule 12a
        return state.stop_reason, opening, 0
    if side * (opening - state.target) >= 0.0:
        return TAKE_PROFIT, gapped_target(rules, opening, state.target), 0
    adverse, favourable = (high, low) if side == SHORT else (low, high)
    reached = side * (favourable - state.target) >= 0.0
    if side * (adverse - state.stop) <= 0.0:  # rule 12b: the stop wins
        return state.stop_reason, state.stop, int(reached)
    if reached:  # rule 12c
        return TAKE_PROFIT, state.target, 0
    return 0, 0.0, 0
