"""Why there was a trade at a bar, or none: every order, its first failing condition, and what stood in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.engine.plan import Plan, prepare
from app.engine.position import EXIT_REASONS, LONG, PER_BAR, REVERSAL, SHORT
from app.engine.result import BacktestResult
from app.engine.signals import level_distance
from app.engine.why import answer
from app.market.resample import derive
from app.results.conditions import Condition, condition_at, conditions_at
from app.results.decisions import Decisions, Flags, decisions
from app.results.numbers import count, moment
from app.strategy.document import Block, Strategy
from app.strategy.graph import ORDER_ROLES, role_of
from app.strategy.wording import Names

Reason = Literal[
    "acted",
    "pending",
    "condition",
    "unknown",
    "in_position",
    "no_position",
    "cooldown",
    "conflict",
    "zero_size",
    "no_level",
    "liquidated",
]

_SIDES = {LONG: "long", SHORT: "short"}
_SIDE_OF = {"enter_long": LONG, "exit_long": LONG, "enter_short": SHORT, "exit_short": SHORT}


@dataclass(frozen=True)
class OrderAnswer:
    """What became of one order block at a close.

    `reason` is `acted` when its order was filled at the next open, `pending` when there is none, `condition` or
    `unknown` when a condition was not true, and else what kept a true order from acting. `failing` is the condition
    that failed first, in the order of the wires.
    """

    block_id: str
    role: str
    reason: Reason
    sentence: str
    failing: Condition | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class WhyNot:
    """What was decided at the close of a bar, in one sentence, and what became of each order that is connected."""

    bar: int
    close_time: int
    sentence: str
    orders: tuple[OrderAnswer, ...]


class Asking:
    """Answers for the bars of one run; what all of them need is worked out once."""

    def __init__(self, result: BacktestResult) -> None:
        self._result = result
        self._plan: Plan = prepare(result.strategy)
        self._decided: Decisions = decisions(result, self._plan)
        self._orders = connected_orders(result.strategy)
        self._names = Names(result.strategy.blocks)
        self._cold = _cold(result, self._plan)

    def at(self, bar: int) -> WhyNot:
        """Return what the close of `bar` decided and why. Raises IndexError for a bar outside the range."""
        result = self._result
        if not 0 <= bar < len(result.bars):
            raise IndexError(f"There is no bar {bar} in this run.")
        orders = tuple(self._order(block, bar) for block in self._orders)
        return WhyNot(bar, int(result.bars.time[bar]) + result.bars.step_ms, self._summary(bar, orders), orders)

    def _order(self, block: Block, bar: int) -> OrderAnswer:
        conditions = conditions_at(self._result, block.id, bar)
        came = answer(self._result, block.id, bar)
        failing = None
        if came.came:
            reason, sentence = self._fate(role_of(block), bar)
        else:
            failing = _failing(self._result, came.block_id, conditions, bar)
            unknown = failing is None or failing.state == "unknown"
            reason, sentence = ("unknown" if unknown else "condition"), _because(failing)
        sentence = f"{self._names.of(block)}: {sentence}"
        return OrderAnswer(block.id, role_of(block), reason, sentence, failing, conditions)

    def _fate(self, role: str, bar: int) -> tuple[Reason, str]:
        """Return what became of an order whose conditions were all true."""
        side = _SIDE_OF[role]
        if role.startswith("exit"):
            return self._exit_fate(side, bar)
        held = int(self._result.position[bar])
        if self._decided.entry[bar] == side:
            return self._entry_fate(side, bar)
        if held == side:
            return "in_position", f"true, but the position is {_SIDES[side]} already."
        if self._decided.ruined[bar]:
            return "liquidated", "true, but a liquidation had used up all cash."
        against = self._result.orders["enter_short" if side == LONG else "enter_long"][bar] == 1
        own_exit = self._result.orders["exit_long" if side == LONG else "exit_short"][bar] == 1
        if held == -side and self._decided.exit[bar] == REVERSAL:
            return "cooldown", "true; it closed the position, but the cooldown kept it from entering the other side."
        if self._decided.cooling[bar]:
            return "cooldown", f"true, but {self._cooldown_left(bar)}."
        assert against or own_exit  # nothing else keeps a true entry from acting (rule 7)
        other = "the entry of the other side" if against else "its own exit"
        return "conflict", f"true, but {other} was true at the same close, so neither acts."

    def _entry_fate(self, side: int, bar: int) -> tuple[Reason, str]:
        bars = self._result.bars
        if bar + 1 == len(bars):
            return "pending", "true; the order waits for the next open, which lies beyond this run."
        if self._decided.filled[bar]:
            return "acted", f"true; filled {_SIDES[side]} at the open of {moment(int(bars.time[bar + 1]))}."
        if self._decided.ruined[bar + 1]:
            return "liquidated", "true, but closing the position before it used up all cash."
        if self._cold[bar]:
            return "no_level", "true, but the distance of a stop or target was unknown or zero, so nothing was entered."
        return "zero_size", "true, but the size came to zero, so nothing was entered."

    def _exit_fate(self, side: int, bar: int) -> tuple[Reason, str]:
        if int(self._result.position[bar]) != side:
            return "no_position", f"true, but no {_SIDES[side]} position was open."
        if self._decided.entry[bar] == -side and bar + 1 < len(self._result.bars):
            return "acted", "true; the position was reversed at the same open, which closed it as well."
        return _exit_reason(self._result, bar)

    def _cooldown_left(self, bar: int) -> str:
        exits = self._decided.exit_bars
        since = bar - int(exits[exits <= bar].max())
        left = self._plan.cooldown - since - 1
        if not left:
            return "this was the last bar of the cooldown"
        return f"the cooldown after the last exit still lasted {count(left, 'more bar')}"

    def _summary(self, bar: int, orders: tuple[OrderAnswer, ...]) -> str:
        held, decided = int(self._result.position[bar]), self._decided
        acted = [each for each in orders if each.reason in ("acted", "pending")]
        if acted:
            return acted[0].sentence
        leaving = int(decided.exit[bar])
        if leaving:
            return f"The {_SIDES[held]} position is left at the next open: {EXIT_REASONS[leaving].replace('_', ' ')}."
        if held:
            return f"A {_SIDES[held]} position was open and nothing told it to leave."
        stopped = [each for each in orders if each.reason not in ("condition", "unknown", "no_position")]
        entries = [each for each in orders if each.role.startswith("enter")]
        if stopped or entries:
            return f"No trade here. {(stopped or entries)[0].sentence}"
        return "No trade here: nothing is connected to an entry."


def connected_orders(strategy: Strategy) -> tuple[Block, ...]:
    """Return the order blocks that a condition is wired to: entries and exits of longs, then of shorts."""
    connected = {wire.target for wire in strategy.wires}
    return tuple(
        block for role in ORDER_ROLES for block in strategy.blocks if role_of(block) == role and block.id in connected
    )


def _exit_reason(result: BacktestResult, bar: int) -> tuple[Reason, str]:
    if bar + 1 == len(result.bars):
        return "pending", "true; the position is left at the next open, which lies beyond this run."
    return "acted", f"true; the position was left at the open of {moment(int(result.bars.time[bar + 1]))}."


def _failing(result: BacktestResult, block_id: str, conditions: tuple[Condition, ...], bar: int) -> Condition | None:
    """Return the condition that failed first: the block named, or where an AND names none, the first not true."""
    output = next((port for port in result.values if port[0] == block_id), None)
    if output is not None:
        return condition_at(result, output, bar)
    return next((condition for condition in conditions if condition.state != "true"), None)


def _because(failing: Condition | None) -> str:
    if failing is None:
        return "nothing decides yet."
    if failing.state == "unknown":
        return f"unknown, because a value it needs is not there yet: {failing.sentence()}."
    return f"not true that {failing.sentence()}."


def _cold(result: BacktestResult, plan: Plan) -> Flags:
    """Return at which closes the distance of a level was unknown or not above zero (rule 11)."""
    cold = np.zeros(len(result.bars), bool)
    if all(level.mode != PER_BAR for level in (plan.stop_loss, plan.take_profit, plan.trailing_stop)):
        return cold
    fed = derive(result.base, result.strategy.timeframe).bars
    for level in (plan.stop_loss, plan.take_profit, plan.trailing_stop):
        column = level_distance(level, fed)
        if len(column):
            cold |= ~(column[len(fed) - len(cold) :] > 0.0)
    return cold
