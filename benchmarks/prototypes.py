"""The reference strategy written out by hand, twice, as fast as we know how: what the engine is measured against.

Everything an engine has to be able to do and this one strategy does not need is left out. `columnar` computes whole
columns, indicators with TA-Lib, and then walks over the bars once. `fused` does everything in a single walk and keeps
no column but the equity. Both follow the rules of the minute fill model on the bars they are given.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from talib import _ta_lib as talib

from benchmarks.candles import Columns
from benchmarks.engines import CAPITAL, FAST, FEE, RSI, RSI_LIMIT, SLOW, STOP, TARGET

Floats = NDArray[np.float64]

ENTER, LEAVE = 1, 2
BY_SIGNAL, BY_STOP, BY_TARGET = 1, 2, 3


class Book(NamedTuple):
    """Columns of closed trades: rows of entry and exit, their prices, and the reason."""

    entry: NDArray[np.int64]
    exit: NDArray[np.int64]
    entry_price: Floats
    exit_price: Floats
    reason: NDArray[np.int8]


class Outcome(NamedTuple):
    """What a prototype gives; `figures` are return, drawdown, Sharpe, Sortino, win rate and profit factor."""

    trades: int
    equity: Floats
    book: Book
    figures: tuple[float, ...]


def columnar(columns: Columns, bars_a_year: float) -> Outcome:
    """Return the backtest: columns of indicators, a column of orders, one walk, one pass for the figures."""
    close = columns["close"]
    orders = _orders(talib.EMA(close, FAST), talib.EMA(close, SLOW), talib.RSI(close, RSI))
    equity, book = _room(len(close))
    trades = _walk(columns["open"], columns["high"], columns["low"], close, orders, equity, book)
    return Outcome(trades, equity, book, _figures(equity, book, trades, bars_a_year))


def fused(columns: Columns, bars_a_year: float) -> Outcome:
    """Return the backtest: all in one walk."""
    equity, book = _room(len(columns["close"]))
    prices = columns["open"], columns["high"], columns["low"], columns["close"]
    trades, figures = _all_in_one(*prices, equity, book, bars_a_year)
    return Outcome(trades, equity, book, figures)


def _room(bars: int) -> tuple[Floats, Book]:
    most = bars // 2 + 1
    rows = np.empty(most, np.int64), np.empty(most, np.int64)
    return np.empty(bars), Book(*rows, np.empty(most), np.empty(most), np.empty(most, np.int8))


@njit(cache=True, nogil=True)
def _orders(fast: Any, slow: Any, rsi: Any) -> Any:
    """Return per bar what its close decides."""
    orders = np.zeros(len(fast), np.int8)
    for i in range(SLOW, len(fast)):
        if fast[i] > slow[i]:
            if fast[i - 1] <= slow[i - 1] and rsi[i] < RSI_LIMIT:
                orders[i] = ENTER
        elif fast[i] < slow[i] and fast[i - 1] >= slow[i - 1]:
            orders[i] = LEAVE
    return orders


@njit(cache=True, nogil=True)
def _walk(opens: Any, highs: Any, lows: Any, closes: Any, orders: Any, equity: Any, book: Any) -> int:
    """Fill equity and book, and return the number of closed trades."""
    cash, units, stop, target = CAPITAL, 0.0, 0.0, 0.0
    waiting, trades = 0, 0
    for i in range(len(closes)):
        reason, price = 0, 0.0
        if waiting == ENTER:
            price = opens[i]
            units, cash = cash / (price * (1.0 + FEE)), 0.0
            stop, target = price - price * STOP, price + price * TARGET
            book.entry[trades], book.entry_price[trades] = i, price
        elif waiting == LEAVE:
            reason, price = BY_SIGNAL, opens[i]
        if units > 0.0 and reason == 0:
            if lows[i] <= stop:
                reason, price = BY_STOP, min(opens[i], stop)
            elif highs[i] >= target:
                reason, price = BY_TARGET, target
        if reason:
            cash, units = units * price * (1.0 - FEE), 0.0
            book.exit[trades], book.exit_price[trades], book.reason[trades] = i, price, reason
            trades += 1
        equity[i] = cash + units * closes[i]
        waiting = orders[i] if (orders[i] == ENTER) == (units == 0.0) else 0
    return trades


@njit(cache=True, nogil=True)
def _figures(equity: Any, book: Any, trades: int, bars_a_year: float) -> tuple[float, ...]:
    before, peak, worst, total, squares, negative = CAPITAL, CAPITAL, 0.0, 0.0, 0.0, 0.0
    for i in range(len(equity)):
        value = equity[i]
        change = value / before - 1.0
        before = value
        total += change
        squares += change * change
        if change < 0.0:
            negative += change * change
        peak = max(peak, value)
        worst = max(worst, 1.0 - value / peak)
    won, gained, lost = 0, 0.0, 0.0
    for i in range(trades):
        gain = book.exit_price[i] * (1.0 - FEE) / (book.entry_price[i] * (1.0 + FEE)) - 1.0
        if gain > 0.0:
            won += 1
            gained += gain
        else:
            lost -= gain
    return _summary(len(equity), before, worst, total, squares, negative, won, gained, lost, trades, bars_a_year)


@njit(cache=True, nogil=True)
def _summary(
    bars: int,
    final: float,
    worst: float,
    total: float,
    squares: float,
    negative: float,
    won: int,
    gained: float,
    lost: float,
    trades: int,
    bars_a_year: float,
) -> tuple[float, ...]:
    mean, scale = total / bars, np.sqrt(bars_a_year)
    return (
        final / CAPITAL - 1.0,
        worst,
        mean / np.sqrt(squares / bars - mean * mean) * scale,
        mean / np.sqrt(negative / bars) * scale,
        won / trades,
        gained / lost,
    )


@njit(cache=True, nogil=True)
def _all_in_one(
    opens: Any, highs: Any, lows: Any, closes: Any, equity: Any, book: Any, bars_a_year: float
) -> tuple[int, tuple[float, ...]]:
    # The indicators at the first bar at which all of them are known.
    fast, slow, up, down = 0.0, 0.0, 0.0, 0.0
    for i in range(FAST):
        fast += closes[i] / FAST
    for i in range(SLOW):
        slow += closes[i] / SLOW
    for i in range(1, RSI + 1):
        change = closes[i] - closes[i - 1]
        up += max(change, 0.0) / RSI
        down += max(-change, 0.0) / RSI
    fast_weight, slow_weight, rsi_weight = 2.0 / (FAST + 1.0), 2.0 / (SLOW + 1.0), 1.0 / RSI
    for i in range(FAST, SLOW):
        fast += fast_weight * (closes[i] - fast)
    for i in range(RSI + 1, SLOW):
        change = closes[i] - closes[i - 1]
        up += (max(change, 0.0) - up) * rsi_weight
        down += (max(-change, 0.0) - down) * rsi_weight
    equity[:SLOW] = CAPITAL

    cash, units, entry, stop, target = CAPITAL, 0.0, 0.0, 0.0, np.inf
    waiting, trades, won, gained, lost = 0, 0, 0, 0.0, 0.0
    before, peak, worst, total, squares, negative = CAPITAL, CAPITAL, 0.0, 0.0, 0.0, 0.0
    for i in range(SLOW, len(closes)):
        reason, price, close = 0, 0.0, closes[i]
        if waiting == ENTER:
            entry = opens[i]
            units, cash = cash / (entry * (1.0 + FEE)), 0.0
            stop, target = entry - entry * STOP, entry + entry * TARGET
            book.entry[trades], book.entry_price[trades] = i, entry
        elif waiting == LEAVE:
            reason, price = BY_SIGNAL, opens[i]
        if units > 0.0 and reason == 0:
            if lows[i] <= stop:
                reason, price = BY_STOP, min(opens[i], stop)
            elif highs[i] >= target:
                reason, price = BY_TARGET, target
        if reason:
            cash, units = units * price * (1.0 - FEE), 0.0
            gain = price * (1.0 - FEE) / (entry * (1.0 + FEE)) - 1.0
            if gain > 0.0:
                won += 1
                gained += gain
            else:
                lost -= gain
            book.exit[trades], book.exit_price[trades], book.reason[trades] = i, price, reason
            trades += 1
        value = cash + units * close
        equity[i] = value
        if value != before:
            change = value / before - 1.0
            before = value
            total += change
            squares += change * change
            if change < 0.0:
                negative += change * change
            peak = max(peak, value)
            worst = max(worst, 1.0 - value / peak)

        change = close - closes[i - 1]
        up += (max(change, 0.0) - up) * rsi_weight
        down += (max(-change, 0.0) - down) * rsi_weight
        was = fast - slow
        fast += fast_weight * (close - fast)
        slow += slow_weight * (close - slow)
        waiting = 0
        if fast > slow:
            if was <= 0.0 and units == 0.0 and 100.0 * up < RSI_LIMIT * (up + down):
                waiting = ENTER
        elif fast < slow and was >= 0.0 and units > 0.0:
            waiting = LEAVE
    figures = _summary(len(closes), before, worst, total, squares, negative, won, gained, lost, trades, bars_a_year)
    return trades, figures


def minute_walk(hours: Columns, minutes: Columns, stop: float, target: float, trail: float) -> Outcome:
    """Return the backtest on hours with every minute looked at, one after the other; rates are fractions, 0 for none.

    Rows of the book count minutes. There are no figures.
    """
    close = hours["close"]
    orders = _orders(talib.EMA(close, FAST), talib.EMA(close, SLOW), talib.RSI(close, RSI))
    equity, book = _room(len(close))
    prices = minutes["open"], minutes["high"], minutes["low"], minutes["close"]
    trades = _walk_minutes(*prices, orders, len(minutes["close"]) // len(close), stop, target, trail, equity, book)
    return Outcome(trades, equity, book, ())


@njit(cache=True, nogil=True)
def _walk_minutes(
    opens: Any,
    highs: Any,
    lows: Any,
    closes: Any,
    orders: Any,
    minutes_a_bar: int,
    stop_rate: float,
    target_rate: float,
    trail_rate: float,
    equity: Any,
    book: Any,
) -> int:
    cash, units, fixed, target, best = CAPITAL, 0.0, 0.0, 0.0, 0.0
    waiting, trades = 0, 0
    for i in range(len(closes)):
        reason, price = 0, 0.0
        if waiting == ENTER:
            price = best = opens[i]
            units, cash = cash / (price * (1.0 + FEE)), 0.0
            fixed = price - price * stop_rate if stop_rate > 0.0 else 0.0
            target = price + price * target_rate if target_rate > 0.0 else np.inf
            book.entry[trades], book.entry_price[trades] = i, price
        elif waiting == LEAVE:
            reason, price = BY_SIGNAL, opens[i]
        if units > 0.0 and reason == 0:
            stop = max(fixed, best - best * trail_rate) if trail_rate > 0.0 else fixed
            if opens[i] <= stop:
                reason, price = BY_STOP, opens[i]
            elif opens[i] >= target:
                reason, price = BY_TARGET, target
            elif lows[i] <= stop:
                reason, price = BY_STOP, stop
            elif highs[i] >= target:
                reason, price = BY_TARGET, target
            best = max(best, highs[i])
        if reason:
            cash, units = units * price * (1.0 - FEE), 0.0
            book.exit[trades], book.exit_price[trades], book.reason[trades] = i, price, reason
            trades += 1
        waiting = 0
        if (i + 1) % minutes_a_bar == 0:
            bar = i // minutes_a_bar
            equity[bar] = cash + units * closes[i]
            if (orders[bar] == ENTER) == (units == 0.0):
                waiting = orders[bar]
    return trades


@njit(cache=True, nogil=True)
def touch_all(opens: Any, highs: Any, lows: Any, closes: Any, out: Any) -> None:
    """Read four columns and write one: the least that anything which looks at every bar has to move."""
    for i in range(len(closes)):
        out[i] = opens[i] + highs[i] + lows[i] + closes[i]
