"""How many units an entry buys or sells (rule 8)."""

from __future__ import annotations

from app.compiled import step
from app.engine.position import Rules

PERCENT_OF_EQUITY, FIXED_QUOTE, FIXED_BASE, RISK_PERCENT = range(1, 5)


@step
def wanted_units(rules: Rules, equity: float, price: float, stop_distance: float) -> float:
    """Return the units the sizing mode asks for, cut to what the equity can pay including the fee (rule 8).

    `stop_distance` is the distance of the first stop, only looked at in the risk mode.
    """
    if rules.size_mode == PERCENT_OF_EQUITY:
        units = equity * rules.size_value / price
    elif rules.size_mode == FIXED_QUOTE:
        units = rules.size_value / price
    elif rules.size_mode == FIXED_BASE:
        units = rules.size_value
    else:
        units = equity * rules.size_value / stop_distance
    return affordable(rules, units, equity, price)


@step
def affordable(rules: Rules, units: float, equity: float, price: float) -> float:
    """Return `units` cut so that price x units + fee does not exceed `equity`."""
    most = equity / (price * (1.0 + rules.fee_rate))
    return most if most < units else units


@step
def rounded(rules: Rules, units: float) -> float:
    """Return `units` rounded down to the instrument's step, where it has one."""
    if rules.size_step > 0.0:
        # Not floor(), whose compiled twin gives an integer: beyond 2**63 steps that is another number.
        return (units / rules.size_step + 1e-9) // 1.0 * rules.size_step
    return units
