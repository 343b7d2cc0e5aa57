"""Two EMAs and an RSI of one source in a single walk over it: what drawings read most, and what MACD is made of.

At every bar each of them waits for its own value before, which is nearly all it does. Side by side they wait together,
and three take no longer than one; so does a walk over the later half of the bars next to one over the earlier half.
Their values are TA-Lib's to the last bit; it computes them itself until the walk is compiled, and wherever a value is
unknown.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from app.blocks import standard
from app.blocks.kind import Together
from app.blocks.params import ParamValue
from app.compiled import compiled_only, fma, step
from app.market.candles import FloatSeries

# For other processors, TA-Lib's compiler may round a product and a sum in one go where its source does not ask for it.
_ROUNDS_ALIKE = platform.machine() in ("x86_64", "AMD64")
# Where mean gain and mean loss add up to less, TA-Lib takes their sum for zero.
_ZERO = 1e-14
# Periods after which no bit of an EMA tells any more where it began, nearly always; of an RSI, twice as many. After n
# bars an EMA holds (1 - 2 / (period + 1)) ** n of its beginning, the means of an RSI (1 - 1 / period) ** n.
_FORGOTTEN = 22

# Of one EMA, the other EMA and the RSI. Without an RSI its period is 0 and its column empty.
Periods = tuple[int, int, int]
Columns = tuple[FloatSeries, FloatSeries, FloatSeries]
_NOTHING = np.empty(0)


def emas_and_rsi(source: FloatSeries, emas: Sequence[int], rsi: Sequence[int] = ()) -> list[FloatSeries]:
    """Return `standard.ema` for one or two periods and `standard.rsi` for one or none, in this order."""
    periods = [*emas, *rsi]
    # Over one bar an EMA is its source itself, and not what the formula rounds it to.
    walkable = _ROUNDS_ALIKE and min(periods) > 1 and max(periods) < len(source)
    if walkable and math.isfinite(source.item(0)) and math.isfinite(source.item(-1)):
        values = [np.empty(len(source)) for _ in periods]
        other, strength = values[len(emas) - 1], values[-1] if rsi else _NOTHING
        # A single EMA stands in for the second as well.
        if _walk(source, (emas[0], emas[-1], rsi[0] if rsi else 0), (values[0], other, strength)):
            return values
    return [standard.ema(source, period) for period in emas] + [standard.rsi(source, period) for period in rsi]


def _of_blocks(
    source: FloatSeries, ema: Sequence[Mapping[str, ParamValue]], rsi: Sequence[Mapping[str, ParamValue]]
) -> list[FloatSeries]:
    return emas_and_rsi(source, [int(params["period"]) for params in ema], [int(params["period"]) for params in rsi])


EMAS_AND_RSI = Together(_of_blocks, most={"ema": 2, "rsi": 1})


class Means(NamedTuple):
    """What is carried from bar to bar: both EMAs, mean gain and mean loss, their least sum so far, and the last value.

    Without an RSI the gains and losses have no meaning.
    """

    one: float
    other: float
    gain: float
    loss: float
    least: float
    last: float


@compiled_only
def _walk(source: FloatSeries, periods: Periods, columns: Columns) -> bool:
    """Fill the columns, and return whether they are what TA-Lib would give."""
    at = max(periods[0], periods[1], periods[2] + 1)
    now = begin(source, at, periods, columns)
    at, now = walk_both_halves(source, at, now, periods, columns)
    now = walk_on(source, at, now, periods, columns)
    return math.isfinite(now.one + now.other) and math.isfinite(now.gain + now.loss) and now.least >= _ZERO


@step
def begin(source: FloatSeries, until: int, periods: Periods, columns: Columns) -> Means:
    """Fill the bars before `until`, and return the means at the last of them."""
    one = begin_ema(source, periods[0], until, columns[0])
    other = begin_ema(source, periods[1], until, columns[1])
    gain, loss, least = 0.0, 0.0, math.inf
    if periods[2] > 0:
        gain, loss, least = begin_rsi(source, periods[2], until, columns[2])
    return Means(one, other, gain, loss, least, source[until - 1])


@step
def walk_both_halves(source: FloatSeries, at: int, now: Means, periods: Periods, columns: Columns) -> tuple[int, Means]:
    """Walk the bars from `at` on in two halves at a time; return the bar to go on with and the means before it.

    The later half begins a run-up before the middle, with the means of now, which it has forgotten when the run-up is
    over. Whether it has is looked at where the halves meet: means that are the same to the last bit there stay so, and
    all is done. If not, the later half is left to be walked again. Bars too few for a run-up are left alone.
    """
    one, other, strength = columns
    run_up = _FORGOTTEN * max(periods[0], periods[1], 2 * periods[2])
    if 2 * run_up > len(source) - at:
        return at, now
    middle = (at + len(source) + run_up) // 2
    late, met = now, now
    for i in range(at, middle):
        j = i + len(source) - middle
        if j < 0:  # never so, but the compiler, once told, leaves out the look for negative rows at each access
            break
        now, late = after(now, source[i], periods), after(late, source[j], periods)
        # What the later half writes during its run-up, the earlier one writes over.
        one[j], other[j] = late.one, late.other
        one[i], other[i] = now.one, now.other
        if periods[2] > 0:
            strength[j], strength[i] = rsi_of(late), rsi_of(now)
        if j == middle - 1:
            met = late
    if now[:4] != met[:4]:
        return middle, now
    return len(source), Means(*late[:4], min(now.least, late.least), late.last)


@step
def walk_on(source: FloatSeries, at: int, now: Means, periods: Periods, columns: Columns) -> Means:
    """Walk the bars from `at` on, and return the means at the last of them."""
    one, other, strength = columns
    for i in range(at, len(source)):
        now = after(now, source[i], periods)
        one[i], other[i] = now.one, now.other
        if periods[2] > 0:
            strength[i] = rsi_of(now)
    return now


@step
def after(now: Means, value: float, periods: Periods) -> Means:
    """Return the means after one more bar."""
    one = fma(value - now.one, 2.0 / (periods[0] + 1), now.one)
    other = fma(value - now.other, 2.0 / (periods[1] + 1), now.other)
    gain, loss, least = now.gain, now.loss, now.least
    if periods[2] > 0:
        gain, loss = wilders_means(gain, loss, value - now.last, periods[2])
        least = min(least, gain + loss)
    return Means(one, other, gain, loss, least, value)


@step
def rsi_of(now: Means) -> float:
    """Return the RSI that mean gain and mean loss amount to."""
    return 100.0 * (now.gain / (now.gain + now.loss))


@step
def begin_ema(source: FloatSeries, period: int, until: int, values: FloatSeries) -> float:
    """Fill the bars before `until`, and return the last of them."""
    total = 0.0
    for i in range(period):
        values[i] = math.nan
        total += source[i]
    average = total / period
    values[period - 1] = average
    for i in range(period, until):
        average = fma(source[i] - average, 2.0 / (period + 1), average)
        values[i] = average
    return average


@step
def begin_rsi(source: FloatSeries, period: int, until: int, values: FloatSeries) -> tuple[float, float, float]:
    """Fill the bars before `until`; return mean gain and loss at the last of them, and the least of all their sums."""
    gain, loss = 0.0, 0.0
    for i in range(1, period + 1):
        values[i - 1] = math.nan
        gain += max(source[i] - source[i - 1], 0.0)
        loss += max(source[i - 1] - source[i], 0.0)
    gain, loss = gain * (1.0 / period), loss * (1.0 / period)
    least = gain + loss
    values[period] = 100.0 * (gain / (gain + loss))
    for i in range(period + 1, until):
        gain, loss = wilders_means(gain, loss, source[i] - source[i - 1], period)
        least = min(least, gain + loss)
        values[i] = 100.0 * (gain / (gain + loss))
    return gain, loss, least


@step
def wilders_means(gain: float, loss: float, change: float, period: int) -> tuple[float, float]:
    """Return mean gain and mean loss after one more change."""
    share = 1.0 / period
    gain = (gain * (period - 1) + max(change, 0.0)) * share
    loss = (loss * (period - 1) + max(-change, 0.0)) * share
    return gain, loss
