"""Prices at which orders fill, and the two ways levels are watched (rules 4, 9 and 12)."""

from __future__ import annotations

from app.compiled import step
from app.engine.position import Rules


@step
def slipped(rules: Rules, price: float, direction: int) -> float:
    """Return `price` made worse by the slippage; `direction` is 1 for a buy and -1 for a sell (rule 9)."""
    return price * (1.0 + direction * rules.slippage_rate)


@step
def gapped_target(rules: Rules, opening: float, target: float) -> float:
    """Return the fill of a take-profit at or beyond which a bar opens (rule 12).

    The minute model does not credit the better open; the bar model fills at the open.
    """
    return opening if rules.bar_fills else target


@step
def watches(rules: Rules, bar: int, entry_bar: int) -> bool:
    """Return whether stops and targets are watched on `bar`: in the bar model not on the entry bar (rule 12)."""
    return not rules.bar_fills or bar > entry_bar
