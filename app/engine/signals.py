"""Every block's values over the bars, each computed once (rules 4 to 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from app.blocks import standard
from app.compiled import loop
from app.engine.plan import MARKET_COLUMNS, Level, Plan
from app.engine.position import ENTER_LONG, ENTER_SHORT, EXIT_LONG, EXIT_SHORT, PER_BAR, Distances
from app.market.candles import Candles, FloatSeries, Signal

_NOTHING = np.empty(0)


class Values(NamedTuple):
    """What the blocks say per bar: the value of each output, the signal of each order, the changing distances.

    `true_orders` holds the orders that are true at each close, added up into one number per bar.
    """

    outputs: Mapping[tuple[str, str], np.ndarray[Any, Any]]
    orders: Mapping[str, Signal]
    true_orders: Signal
    distances: Distances

    def after(self, bars: int) -> Values:
        """Return the values from row `bars` on, as views of the same memory."""
        if bars == 0:
            return self
        stop, target, trail = self.distances
        return Values(
            {name: values[bars:] for name, values in self.outputs.items()},
            {role: signal[bars:] for role, signal in self.orders.items()},
            self.true_orders[bars:],
            (stop[bars:], target[bars:], trail[bars:]),
        )


def evaluate(plan: Plan, bars: Candles, report: Callable[[float], None] | None = None) -> Values:
    """Compute every block of the plan over `bars`; `report` hears of the share done."""
    size = len(bars)
    columns = [getattr(bars, name) for name in MARKET_COLUMNS]
    slots: list[Any] = [*columns, np.zeros(size, np.int8), *plan.constants]
    slots += [None] * (plan.slots - len(slots))
    for done, step in enumerate(plan.steps):
        if report is not None:
            report(done / len(plan.steps))
        arguments = [slots[at] if isinstance(at, int) else [slots[one] for one in at] for at in step.arguments]
        result = step.compute(*arguments, **step.params)
        if len(step.results) == 1:
            slots[step.results[0]] = result
        else:
            for slot, values in zip(step.results, result, strict=True):
                slots[slot] = values
    orders: dict[str, Signal] = {role: slots[slot] for role, slot in plan.orders.items()}
    stop, target, trail = plan.stop_loss, plan.take_profit, plan.trailing_stop
    distances = level_distance(stop, bars), level_distance(target, bars), level_distance(trail, bars)
    true_orders = np.empty(size, np.int8)
    _add_up(orders["enter_long"], orders["exit_long"], orders["enter_short"], orders["exit_short"], true_orders)
    outputs = {name: slots[slot] for name, slot in plan.outputs.items()}
    return Values(outputs, orders, true_orders, distances)


@loop
def _add_up(enter_long: Signal, exit_long: Signal, enter_short: Signal, exit_short: Signal, total: Signal) -> None:
    for i in range(len(total)):
        orders = ENTER_LONG if enter_long[i] > 0 else 0
        orders |= EXIT_LONG if exit_long[i] > 0 else 0
        orders |= ENTER_SHORT if enter_short[i] > 0 else 0
        orders |= EXIT_SHORT if exit_short[i] > 0 else 0
        total[i] = orders


def level_distance(level: Level, bars: Candles) -> FloatSeries:
    """Return the distance of a level at each close (rule 11), nothing where it does not change from bar to bar."""
    if level.mode != PER_BAR:
        return _NOTHING
    return level.value * standard.atr(bars.high, bars.low, bars.close, level.period)
