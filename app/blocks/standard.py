"""The one door to TA-Lib: standard indicators over whole columns.

A series holds finite numbers, or NaN where it is unknown. TA-Lib steps over NaN at the start only, so a source with
NaN elsewhere is taken run by run: each run of known values is computed on its own and warms up anew (rule 5). Prices
(`high`, `low`, `close`) are market columns, which have no NaN. Every function returns new arrays and leaves what it
is given alone; bar `i` of a result depends on bars up to `i` alone.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from app.market.candles import FloatSeries


@contextmanager
def _out_of_sight(*names: str) -> Iterator[None]:
    """Let importing `names` fail for a while."""
    loaded = {name: sys.modules[name] for name in names if name in sys.modules}
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type] # None is how Python marks such a name
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
        sys.modules.update(loaded)


# Where one of these is installed, TA-Lib imports it, which takes over a second, and wraps all its functions for it.
with _out_of_sight("pandas", "polars"):
    from talib import _ta_lib

# Below this no sum, product or square of a window leaves the range of float64.
_LARGE = 1e100


def sma(source: FloatSeries, period: int) -> FloatSeries:
    """Return the plain mean of the last `period` values; bars 0..period-2 are NaN."""
    return _average(_ta_lib.SMA, source, period)


def ema(source: FloatSeries, period: int) -> FloatSeries:
    """Return the exponential average with weight 2 / (period + 1), seeded at bar period-1 with the plain mean."""
    return _average(_ta_lib.EMA, source, period)


def wma(source: FloatSeries, period: int) -> FloatSeries:
    """Return the mean of the last `period` values weighted 1, 2 .. period; bars 0..period-2 are NaN."""
    return _finite(_run_by_run(_ta_lib.WMA, (source,), period))


def wilder(source: FloatSeries, period: int) -> FloatSeries:
    """Return Wilder's average, weight 1 / period, seeded at bar period-1 with the plain mean."""
    return _average(_ta_lib.RMA, source, period)


def rsi(source: FloatSeries, period: int) -> FloatSeries:
    """Return Wilder's RSI, from 0 to 100; bars 0..period-1 are NaN, a source that never changed gives 50."""
    if len(source) > period and math.isfinite(source.item(-1)):
        values = _ta_lib.RSI(source, period)
        known = values[period:]
        # TA-Lib answers 0 or NaN from an unknown value on: where the least is above 0, all was known.
        if known.item(known.argmin()) > 0.0:
            return values
    return _run_by_run(_rsi, (source,), period)


def highest(source: FloatSeries, period: int) -> FloatSeries:
    """Return the greatest of the last `period` values; bars 0..period-2 are NaN."""
    return _run_by_run(_ta_lib.MAX, (source,), period) if period > 1 else source.copy()


def lowest(source: FloatSeries, period: int) -> FloatSeries:
    """Return the smallest of the last `period` values; bars 0..period-2 are NaN."""
    return _run_by_run(_ta_lib.MIN, (source,), period) if period > 1 else source.copy()


def standard_deviation(source: FloatSeries, period: int) -> FloatSeries:
    """Return the population standard deviation of the last `period` values; bars 0..period-2 are NaN."""
    return _finite(_run_by_run(_ta_lib.STDDEV, (source,), period, 1.0))


def roc(source: FloatSeries, period: int) -> FloatSeries:
    """Return the change over `period` bars in percent, NaN where the earlier value is zero."""
    values = _finite(_run_by_run(_ta_lib.ROC, (source,), period))
    # TA-Lib answers 0 to a division by zero; rule 23 says unknown.
    values[period:][source[:-period] == 0.0] = np.nan
    return values


def atr(high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int) -> FloatSeries:
    """Return Wilder's average true range; the first is the mean of the true ranges of bars 1..period."""
    return _ta_lib.ATR(high, low, close, period)


def directional_movement(
    high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int
) -> tuple[FloatSeries, FloatSeries, FloatSeries]:
    """Return Wilder's ADX, +DI and -DI, each from 0 to 100; the first ADX is the mean of the first `period` DX.

    +DI and -DI are NaN from bar 0 until there has been a true range, DX until one of them has left zero: a division
    by zero, to which TA-Lib answers 0 (rule 23).
    """
    plus_di = _ta_lib.PLUS_DI(high, low, close, period)
    minus_di = _ta_lib.MINUS_DI(high, low, close, period)
    total = plus_di + minus_di
    if len(total) > period and total.item(period) == 0.0:
        no_range = atr(high, low, close, period) == 0.0
        plus_di[no_range] = minus_di[no_range] = np.nan
    with np.errstate(invalid="ignore"):
        dx = 100.0 * (np.abs(minus_di - plus_di) / total)
    return wilder(dx, period), plus_di, minus_di


def supertrend(
    high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int, multiplier: float
) -> tuple[FloatSeries, FloatSeries]:
    """Return the Supertrend line and its direction, 1 or -1; bars 0..period-1 are NaN, bar `period` counts as up."""
    line, trend = _ta_lib.SUPERTREND(high, low, close, period, multiplier)
    direction = trend.astype(np.float64)
    direction[:period] = np.nan
    return line, direction


def cci(high: FloatSeries, low: FloatSeries, close: FloatSeries, period: int) -> FloatSeries:
    """Return the commodity channel index; NaN where the typical price has not moved in the window."""
    values = _ta_lib.CCI(high, low, close, period)
    if (values == 0.0).any():
        typical = typical_price(high, low, close)
        values[highest(typical, period) == lowest(typical, period)] = np.nan
    return values


def mfi(high: FloatSeries, low: FloatSeries, close: FloatSeries, volume: FloatSeries, period: int) -> FloatSeries:
    """Return the money flow index, from 0 to 100; NaN where the last `period` changes carry no volume at all."""
    return _run_by_run(_mfi, (high, low, close, volume), period)


def obv(close: FloatSeries, volume: FloatSeries) -> FloatSeries:
    """Return on-balance volume: the first bar's volume, from then on plus or minus each bar's, as the close moves."""
    return _run_by_run(_ta_lib.OBV, (close, volume))


def typical_price(high: FloatSeries, low: FloatSeries, close: FloatSeries) -> FloatSeries:
    """Return (high + low + close) / 3."""
    return _ta_lib.TYPPRICE(high, low, close)


def _rsi(source: FloatSeries, period: int) -> FloatSeries:
    values = _ta_lib.RSI(source, period)
    known = values[period:]
    least = known.item(known.argmin()) if len(known) else 100.0
    if least == 0.0 or (math.isnan(least) and (known == 0.0).any()):
        # TA-Lib answers 0 where nothing has moved; rule 23 says 50.
        change = np.abs(np.diff(source))
        known[wilder(change, period)[period - 1 :] == 0.0] = 50.0
    return values


def _mfi(high: FloatSeries, low: FloatSeries, close: FloatSeries, volume: FloatSeries, period: int) -> FloatSeries:
    values = _ta_lib.MFI(high, low, close, volume, period)
    if (values == 0.0).any():
        # TA-Lib answers 0 to 0 / 0; rule 23 says unknown. A sum of ones and zeros is exact.
        flows = (np.diff(typical_price(high, low, close)) != 0.0) & (volume[1:] != 0.0)
        values[1:][_ta_lib.SUM(flows.astype(np.float64), period) == 0.0] = np.nan
    return values


def _average(function: Callable[..., FloatSeries], source: FloatSeries, period: int) -> FloatSeries:
    """Return a moving average of `source`, NaN where a sum in it leaves the range of float64."""
    if len(source) >= period and math.isfinite(source.item(-1)):
        values = function(source, period)
        # What is not finite stays so to the end of an average: the last value tells of all.
        if math.isfinite(values.item(-1)):
            return values
    return _finite(_run_by_run(function, (source,), period))


def _run_by_run(function: Callable[..., FloatSeries], columns: tuple[FloatSeries, ...], *params: float) -> FloatSeries:
    """Return `function` of `columns`, of which only the last may have NaN, run by run where that is needed.

    The first of `params`, where there are any, is a period: a shorter run has no value.
    """
    last = columns[-1]
    if _all_known(last):
        return function(*columns, *params)
    known = np.isfinite(last)
    if _all_known(last[known.argmax() :]) and np.isnan(last[0]):
        return function(*columns, *params)
    values = np.full(len(last), np.nan)
    runs = np.flatnonzero(np.diff(known, prepend=False, append=False)).reshape(-1, 2)
    shortest = params[0] if params else 1
    for start, end in runs[runs[:, 1] - runs[:, 0] >= shortest].tolist():
        values[start:end] = function(*(column[start:end] for column in columns), *params)
    return values


def _all_known(values: FloatSeries) -> bool:
    # A NaN counts as the greatest value and compares as false: one look at the column, the cheapest there is.
    return not len(values) or values.item(values.argmax()) < _LARGE


def _finite(values: FloatSeries) -> FloatSeries:
    """Return `values` itself, with NaN written over what is infinite."""
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
    return values
