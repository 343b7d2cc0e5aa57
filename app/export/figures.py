"""The figures of a run by name, title and how they are written, in the order in which reports show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.results.numbers import money, percent, ratio, span, whole

_signed_percent = partial(percent, sign=True)
_signed_money = partial(money, sign=True)


@dataclass(frozen=True)
class Figure:
    """A metric of rule 24 as people know it; `write` gives a dash for what cannot be computed."""

    name: str
    title: str
    write: Callable[[float | None], str]


FIGURES = tuple(
    Figure(*parts)
    for parts in (
        ("total_return", "Total return", _signed_percent),
        ("cagr", "CAGR", _signed_percent),
        ("max_drawdown", "Max drawdown", percent),
        ("max_drawdown_duration_ms", "Longest drawdown", span),
        ("sharpe", "Sharpe", ratio),
        ("sortino", "Sortino", ratio),
        ("calmar", "Calmar", ratio),
        ("volatility", "Volatility a year", percent),
        ("trades", "Trades", whole),
        ("win_rate", "Win rate", percent),
        ("profit_factor", "Profit factor", ratio),
        ("expectancy", "Expectancy a trade", _signed_money),
        ("average_win", "Average win", _signed_money),
        ("average_loss", "Average loss", money),
        ("best_trade", "Best trade", _signed_money),
        ("worst_trade", "Worst trade", _signed_money),
        ("average_r", "Average R", ratio),
        ("longest_losing_streak", "Losses in a row", whole),
        ("exposure", "Exposure", percent),
        ("average_bars_held", "Average bars held", ratio),
        ("fees_paid", "Fees paid", money),
        ("slippage_paid", "Slippage paid", money),
    )
)
HOLDING = Figure("buy_and_hold_return", "Buy and hold", _signed_percent)
