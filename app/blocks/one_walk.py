"""Two EMAs and an RSI of one source in a single walk over it: what drawings read most, and what MACD is made of.

At every bar each of them waits for its own value before, which is nearly all it does. Side by side they wait together,
and three take no longer than one. Their values are TA-Lib's to the last bit; it computes them itself until the walk is
compiled, and wherever a value is unknown.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping, Sequence

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
        if _walk(source, emas[0], emas[-1], rsi[0] if rsi else 0, values[0], other, strength):
            return values
    return [standard.ema(source, period) for period in emas] + [standard.rsi(source, period) for period in rsi]


def _of_blocks(
    source: FloatSeries, ema: Sequence[Mapping[str, ParamValue]], rsi: Sequence[Mapping[str, ParamValue]]
) -> list[FloatSeries]:
    return emas_and_rsi(source, [int(params["period"]) for params in ema], [int(params["period"]) for params in rsi])


EMAS_AND_RSI = Together(_of_blocks, most={"ema": 2, "rsi": 1})


@compiled_only
def _walk(
    source: FloatSeries,
    one_period: int,
    other_period: int,
    rsi_period: int,
    one: FloatSeries,
    other: FloatSeries,
    strength: FloatSeries,
) -> bool:
    """Fill the columns, `strength` unless it is empty, and return whether they are what TA-Lib would give."""
    begin = max(one_period, other_period, rsi_period + 1)
    average, other_average = begin_ema(source, one_period, begin, one), begin_ema(source, other_period, begin, other)
    weight, other_weight = 2.0 / (one_period + 1), 2.0 / (other_period + 1)
    gain, loss, least = 0.0, 0.0, math.inf
    with_rsi = len(strength) > 0
    if with_rsi:
        gain, loss, least = begin_rsi(source, rsi_period, begin, strength)
    before = source[begin - 1]
    for i in range(begin, len(source)):
        value = source[i]
        average = fma(value - average, weight, average)
        other_average = fma(value - other_average, other_weight, other_average)
        one[i], other[i] = average, other_average
        if with_rsi:
            gain, loss = wilders_means(gain, loss, value - before, rsi_period)
            before = value
            least = min(least, gain + loss)
            strength[i] = 100.0 * (gain / (gain + loss))
    return math.isfinite(average) and math.isfinite(other_average) and math.isfinite(gain + loss) and least >= _ZERO


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
