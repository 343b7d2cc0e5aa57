"""The figures of a result, each as rule 18 words it; docs/metrics.md gives the formulas."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from app.compiled import loop, step
from app.engine.assumptions import Assumptions
from app.errors import CandlesUnavailable
from app.market.candles import Candles, FloatSeries, TimeSeries
from app.market.timeframe import DAY_MS

if TYPE_CHECKING:
    from app.engine.result import Trade

Metric = float | int | None
EquitySums = tuple[float, int, float, int, float, float, float]
TradeSums = tuple[int, float, int, float, float, float, float, int, int, float, float, int, float]

YEAR_MS = 365.25 * DAY_MS
SHORTEST_FOR_YEARLY_MS = 30 * DAY_MS
DAYS_A_YEAR = 365

# Beyond this no figure made of money can be trusted: a square of it would soon leave the range of float64.
MOST_MONEY = 1e100

# Bars of equity that are looked at together for a new peak or trough.
STRETCH = 32


def metrics(
    bars: Candles,
    equity: FloatSeries,
    book: np.ndarray[Any, Any],
    open_trade: Trade | None,
    assumptions: Assumptions,
) -> dict[str, Metric]:
    """Return every metric of rule 24 by name; None where it cannot be computed.

    `book` holds the closed trades, `open_trade` is the position still open. Raises CandlesUnavailable where equity has
    grown beyond all counting.
    """
    capital, final = assumptions.capital, float(equity[-1])
    start, end = int(bars.time[0]), bars.end
    length_ms = end - start
    first_day = (start + bars.step_ms - 1) // DAY_MS
    daily = np.empty((end - 1) // DAY_MS - first_day + 1)
    of_equity, of_trades = _sums(equity, bars.time, bars.step_ms, capital, first_day, daily, book)
    worst, longest_ms, peak, days, mean, deviation, downside = of_equity
    if not final <= peak < MOST_MONEY:  # nor where it is NaN, which it stays to the end
        raise CandlesUnavailable(_beyond_counting(bars, equity))
    yearly = length_ms >= SHORTEST_FOR_YEARLY_MS
    cagr = _yearly(final / capital, YEAR_MS / length_ms) if yearly else None
    scale = math.sqrt(DAYS_A_YEAR)
    volatility = deviation * scale if yearly and days > 1 else None
    return {
        "total_return": final / capital - 1.0,
        "cagr": cagr,
        "max_drawdown": worst,
        "max_drawdown_duration_ms": longest_ms,
        "volatility": volatility,
        "sharpe": mean / deviation * scale if volatility else None,
        "sortino": mean / downside * scale if yearly and downside > 0.0 else None,
        "calmar": _ratio(cagr, -worst),
        **_trade_metrics(len(book), of_trades, open_trade, len(equity)),
        "buy_and_hold_return": buy_and_hold(bars, assumptions.fee_rate),
    }


def _beyond_counting(bars: Candles, equity: FloatSeries) -> str:
    first = bars.time[np.argmin(equity < MOST_MONEY)].astype("datetime64[ms]")
    return (
        f"By {np.datetime_as_string(first, 'm').replace('T', ' ')} UTC the account would hold more money than can be "
        "counted: the prices rise and fall by more than those of any market do. Look at the candles before that "
        "moment, or choose a range without them."
    )


def _yearly(growth: float, exponent: float) -> float | None:
    try:
        # Where nothing is left, the rounding of the cash may leave a little less than that.
        return float(max(growth, 0.0) ** exponent) - 1.0
    except OverflowError:
        return None


def buy_and_hold(bars: Candles, fee_rate: float) -> float:
    """Return what holding from first open to last close gives: all cash, one entry and one exit fee, no slippage."""
    growth = float(bars.close[-1]) / float(bars.open[0])
    return growth * (1.0 - fee_rate) / (1.0 + fee_rate) - 1.0


def _trade_metrics(count: int, sums: TradeSums, open_trade: Trade | None, bars: int) -> dict[str, Metric]:
    won, gained, lost_count, lost, best, worst, total, held, streak, fees, slippage, r_count, r_total = sums
    exposed = held
    if open_trade is not None:
        exposed += open_trade.bars_held
        fees += open_trade.fees
        slippage += open_trade.slippage
    return {
        "exposure": exposed / bars,
        "trades": count,
        "win_rate": _ratio(won, count),
        "profit_factor": _ratio(gained, -lost),
        "expectancy": _ratio(total, count),
        "average_r": _ratio(r_total, r_count),
        "average_win": _ratio(gained, won),
        "average_loss": _ratio(lost, lost_count),
        "best_trade": best if count else None,
        "worst_trade": worst if count else None,
        "average_bars_held": _ratio(held, count),
        "longest_losing_streak": streak,
        "fees_paid": fees,
        "slippage_paid": slippage,
    }


def _ratio(above: float | None, below: float) -> float | None:
    return None if above is None or below == 0 else above / below


@loop
def _sums(
    equity: FloatSeries,
    time: TimeSeries,
    step_ms: int,
    capital: float,
    first_day: int,
    daily: FloatSeries,
    book: Any,
) -> tuple[EquitySums, TradeSums]:
    """Return `equity_figures` and `trade_figures`: one call for both of them."""
    return equity_figures(equity, time, step_ms, capital, first_day, daily), trade_figures(book)


@step
def equity_figures(
    equity: FloatSeries, time: TimeSeries, step_ms: int, capital: float, first_day: int, daily: FloatSeries
) -> EquitySums:
    """Return `drawdown`, and days, mean, deviation and downside of daily returns.

    `daily` is room for one return per UTC day from `first_day` to the day the last bar ends in. Deviation is the
    sample standard deviation (0 for one day), downside the root mean square of the negative returns over all days.
    """
    worst, longest, peak = drawdown(equity, time, step_ms, capital)
    days = daily_returns(equity, time, step_ms, capital, first_day, daily)
    mean, deviation, downside = spread(daily, days)
    return worst, longest, peak, days, mean, deviation, downside


@step
def drawdown(equity: FloatSeries, time: TimeSeries, step_ms: int, capital: float) -> tuple[float, int, float]:
    """Return the deepest fall below the peak before it (<= 0), in ms the longest stay below one, and the last peak."""
    worst, longest = 0.0, 0
    peak, trough, peak_time = capital, capital, time[0]
    i, size = 0, len(equity)
    while i < size:
        if i < 0:  # never so, but the compiler, once told, leaves out the look for negative rows at each access
            break
        until = min(size, i + STRETCH)
        if keeps_between(equity[i:until], trough, peak):
            i = until
        while i < until:
            value = equity[i]
            if value >= peak:
                if trough < peak:
                    longest = max(longest, time[i] + step_ms - peak_time)
                peak, trough, peak_time = value, value, time[i] + step_ms
            elif value < trough:
                trough = value
                worst = min(worst, value / peak - 1.0)
            i += 1
    if trough < peak:
        longest = max(longest, time[size - 1] + step_ms - peak_time)
    return worst, longest, peak


@step
def keeps_between(values: FloatSeries, low: float, high: float) -> bool:
    """Return whether all of `values` are at least `low` and below `high`; without branches, several at once."""
    outside = False
    for i in range(len(values)):
        outside |= (values[i] < low) | (values[i] >= high)
    return not outside


@step
def daily_returns(
    equity: FloatSeries, time: TimeSeries, step_ms: int, capital: float, first_day: int, daily: FloatSeries
) -> int:
    """Write the return of each UTC day into `daily`, and return how many there are."""
    days, before, last = 0, capital, capital
    day_end = (first_day + 1) * DAY_MS
    most_a_day = (DAY_MS - 1) // step_ms + 1
    i, size = 0, len(equity)
    while i < size:
        close_time = time[i] + step_ms
        while close_time > day_end:  # rule 18: a bar belongs to the day its last moment is in
            if before > 0.0:
                daily[days] = last / before - 1.0
                days += 1
                before = last
            day_end += DAY_MS
        i = first_after(time, day_end - step_ms, i, min(size, i + most_a_day))
        last = equity[i - 1]
    if before > 0.0:
        daily[days] = last / before - 1.0
        days += 1
    return days


@step
def first_after(time: TimeSeries, moment: int, low: int, high: int) -> int:
    """Return the first of the rows `low` to `high` - 1 that opens after `moment`, or `high`."""
    if time[high - 1] <= moment:
        return high
    while low < high:
        middle = (low + high) // 2
        if time[middle] <= moment:
            low = middle + 1
        else:
            high = middle
    return low


@step
def spread(daily: FloatSeries, days: int) -> tuple[float, float, float]:
    """Return mean, sample standard deviation and downside deviation of the first `days` returns."""
    total = 0.0
    for i in range(days):
        total += daily[i]
    mean = total / days
    squares, negative = 0.0, 0.0
    for i in range(days):
        squares += (daily[i] - mean) * (daily[i] - mean)
        if daily[i] < 0.0:
            negative += daily[i] * daily[i]
    deviation = math.sqrt(squares / (days - 1)) if days > 1 else 0.0
    return mean, deviation, math.sqrt(negative / days)


@step
def trade_figures(book: Any) -> TradeSums:
    """Return the sums over closed trades that the metrics are made of, in the order `_trade_metrics` names them."""
    won, lost_count, held, streak, longest, r_count = 0, 0, 0, 0, 0, 0
    gained, lost, total, fees, slippage, r_total = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    best, worst = -math.inf, math.inf
    for i in range(len(book)):
        trade = book[i]
        # Plain Python reads numpy's numbers out of the book; what leaves here are Python's.
        pnl, risk = float(trade.pnl), float(trade.risk)
        total += pnl
        best, worst = max(best, pnl), min(worst, pnl)
        held += int(trade.bars_held)
        fees += float(trade.fees)
        slippage += float(trade.slippage)
        streak = streak + 1 if pnl < 0.0 else 0
        longest = max(longest, streak)
        if pnl > 0.0:
            won += 1
            gained += pnl
        elif pnl < 0.0:
            lost_count += 1
            lost += pnl
        if risk > 0.0:
            r_count += 1
            r_total += pnl / risk
    return won, gained, lost_count, lost, best, worst, total, held, longest, fees, slippage, r_count, r_total
