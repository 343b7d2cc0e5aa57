"""The metrics of the reference simulator, from the words of rules 18 and 24."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.reference_values import Bar, Trade

DAY_MS = 86_400_000


def metrics_of(
    bars: Sequence[Bar],
    equity: Sequence[float],
    held: Sequence[int],
    trades: Sequence[Trade],
    open_trade: Trade | None,
    capital: float,
    fee: float,
) -> dict[str, float | int | None]:
    """Return every metric of rule 24; None is absent."""
    length = bars[-1].end - bars[0].time
    growth = equity[-1] / capital
    drawdown, duration = drawdown_of(bars, equity, capital)
    cagr = power(growth, 365.25 * DAY_MS / length)
    cagr = None if cagr is None else cagr - 1
    days = daily_returns(bars, equity, capital)
    mean = sum(days) / len(days)
    deviation = math.sqrt(sum((r - mean) ** 2 for r in days) / (len(days) - 1)) if len(days) > 1 else None
    downside = math.sqrt(sum(r * r for r in days if r < 0) / len(days))
    long_enough = length >= 30 * DAY_MS
    pnl = [trade.pnl for trade in trades]
    wins, losses = [p for p in pnl if p > 0], [p for p in pnl if p < 0]
    every = [*trades, open_trade] if open_trade is not None else list(trades)
    return {
        "total_return": growth - 1,
        "cagr": cagr if long_enough else None,
        "max_drawdown": drawdown,
        "max_drawdown_duration_ms": duration,
        "volatility": deviation * math.sqrt(365) if long_enough and deviation is not None else None,
        "sharpe": ratio(mean * math.sqrt(365), deviation) if long_enough else None,
        "sortino": ratio(mean * math.sqrt(365), downside) if long_enough else None,
        "calmar": ratio(cagr, abs(drawdown)) if long_enough else None,
        "exposure": sum(side != 0 for side in held) / len(bars),
        "trades": len(trades),
        "win_rate": ratio(len(wins), len(trades)),
        "profit_factor": ratio(sum(wins), abs(sum(losses))),
        "expectancy": average(pnl),
        "average_r": average([trade.r_multiple for trade in trades if trade.r_multiple is not None]),
        "average_win": average(wins),
        "average_loss": average(losses),
        "best_trade": max(pnl, default=None),
        "worst_trade": min(pnl, default=None),
        "average_bars_held": average([trade.bars_held for trade in trades]),
        "longest_losing_streak": longest_losing_streak(pnl),
        "fees_paid": sum(trade.fees for trade in every),
        "slippage_paid": sum(trade.slippage for trade in every),
        "buy_and_hold_return": bars[-1].close * (1 - fee) / (bars[0].open * (1 + fee)) - 1,
    }


def drawdown_of(bars: Sequence[Bar], equity: Sequence[float], capital: float) -> tuple[float, int]:
    """Return the deepest fall from a running peak (<= 0) and the longest time below one, in ms."""
    peak, last_at_peak, below = capital, bars[0].time, False  # 16: the capital stands before the first close
    deepest, longest = 0.0, 0
    for bar, value in zip(bars, equity, strict=True):
        if value >= peak:
            if below:
                longest = max(longest, bar.end - last_at_peak)
            peak, last_at_peak, below = value, bar.end, False
        else:
            below = True
            deepest = min(deepest, value / peak - 1)
    if below:
        longest = max(longest, bars[-1].end - last_at_peak)
    return deepest, longest


def daily_returns(bars: Sequence[Bar], equity: Sequence[float], capital: float) -> list[float]:
    """Return the returns from UTC day to UTC day."""
    closes = {(bar.end - 1) // DAY_MS: value for bar, value in zip(bars, equity, strict=True)}
    returns, before = [], capital
    for day in range(min(closes), max(closes) + 1):
        now = closes.get(day, before)  # a day without a bar repeats the last close
        returns.append(now / before - 1)
        before = now
        if now == 0:
            break  # a day at zero is the last
    return returns


def longest_losing_streak(pnl: Sequence[float]) -> int:
    longest = run_length = 0
    for value in pnl:
        run_length = run_length + 1 if value < 0 else 0
        longest = max(longest, run_length)
    return longest


def average(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def ratio(above: float | None, below: float | None) -> float | None:
    """Return the quotient, None where it cannot be computed."""
    return None if above is None or not below else above / below


def power(base: float, exponent: float) -> float | None:
    try:
        return base**exponent
    except OverflowError:
        return None
