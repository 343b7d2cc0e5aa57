"""SMA, EMA, WMA and MACD: tables worked out by hand, the formulas written out, and TA-Lib itself."""

from __future__ import annotations

import numpy as np
import pytest
from support.prices import column, same, walk
from talib import _ta_lib

from app.blocks import standard
from app.blocks.indicators.ema import ema
from app.blocks.indicators.macd import macd
from app.blocks.indicators.sma import sma
from app.blocks.indicators.wma import wma
from app.market.candles import FloatSeries

NAN = float("nan")


def ema_written_out(values: list[float], period: int) -> list[float]:
    """Return the EMA of values without NaN, seeded with the plain mean of the first `period` of them."""
    result = [NAN] * min(period - 1, len(values))
    if len(values) >= period:
        result.append(sum(values[:period]) / period)
        for value in values[period:]:
            result.append(result[-1] + 2.0 / (period + 1) * (value - result[-1]))
    return result


def test_an_sma_is_the_mean_of_its_window() -> None:
    np.testing.assert_allclose(sma(column(1, 2, 3, 4, 8), 3), [NAN, NAN, 2, 3, 5])


def test_an_ema_starts_as_the_mean_of_its_first_window() -> None:
    # Weight 2 / (3 + 1) = 0.5: (1 + 2 + 6) / 3 = 3, then 3 + (5 - 3) / 2 = 4, then 4 + (0 - 4) / 2 = 2.
    np.testing.assert_allclose(ema(column(1, 2, 6, 5, 0), 3), [NAN, NAN, 3, 4, 2])


def test_a_wma_weighs_the_newest_bar_most() -> None:
    # (1 x 1 + 2 x 2 + 3 x 6) / 6 and (1 x 2 + 2 x 6 + 3 x 5) / 6.
    np.testing.assert_allclose(wma(column(1, 2, 6, 5), 3), [NAN, NAN, 23 / 6, 29 / 6])


@pytest.mark.parametrize("average", [sma, ema, wma])
def test_an_average_over_one_bar_is_the_source_itself(average: object) -> None:
    source = column(3, 1, 2)
    result = average(source, 1)  # type: ignore[operator]
    assert same(result, source)
    assert result is not source


@pytest.mark.parametrize("period", [2, 5, 26, 200])
def test_averages_agree_with_their_formulas(period: int) -> None:
    close = walk(600).close
    windows = np.lib.stride_tricks.sliding_window_view(close, period)
    weights = np.arange(1, period + 1)
    np.testing.assert_allclose(sma(close, period)[period - 1 :], windows.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(
        wma(close, period)[period - 1 :], (windows * weights).sum(axis=1) / weights.sum(), rtol=1e-12
    )
    np.testing.assert_allclose(ema(close, period), ema_written_out(close.tolist(), period), rtol=1e-12)


@pytest.mark.parametrize("period", [2, 14, 100])
def test_averages_are_those_of_ta_lib(period: int) -> None:
    close = walk(600).close
    assert same(sma(close, period), _ta_lib.SMA(close, period))
    assert same(ema(close, period), _ta_lib.EMA(close, period))
    assert same(wma(close, period), _ta_lib.WMA(close, period))


def test_wilders_average_moves_by_one_part_in_the_period() -> None:
    # (3 + 6) / 2 = 4.5, then (4.5 + 1) / 2 = 2.75.
    np.testing.assert_allclose(standard.wilder(column(3, 6, 1), 2), [NAN, 4.5, 2.75])


def test_macd_is_the_difference_of_two_emas_each_from_its_own_first_value() -> None:
    # The fast one moves by 2/3 of the way to each value, the slow one by 1/2.
    source = column(2, 4, 4.5, 7, 7.5)
    fast = [NAN, 3.0, 4.0, 6.0, 7.0]
    slow = [NAN, NAN, 3.5, 5.25, 6.375]
    difference, _, _ = macd(source, 2, 3, 2)
    np.testing.assert_allclose(difference, np.array(fast) - np.array(slow))


@pytest.mark.parametrize(("fast", "slow", "signal"), [(12, 26, 9), (3, 10, 16), (26, 12, 9), (1, 2, 1)])
def test_the_signal_line_is_the_ema_of_the_macd_from_its_first_value(fast: int, slow: int, signal: int) -> None:
    close = walk(300).close
    difference, line, histogram = macd(close, fast, slow, signal)
    first = max(fast, slow) - 1
    expected = np.array(ema_written_out(close.tolist(), fast)) - np.array(ema_written_out(close.tolist(), slow))
    np.testing.assert_allclose(difference, expected, atol=1e-10)
    np.testing.assert_allclose(line[first:], ema_written_out(expected[first:].tolist(), signal), atol=1e-10)
    assert int(np.isnan(line).sum()) == first + signal - 1
    assert same(histogram, difference - line)


def test_macd_meets_ta_libs_once_the_seeds_are_forgotten() -> None:
    close = walk(900).close
    for own, theirs in zip(macd(close, 12, 26, 9), _ta_lib.MACD(close, 12, 26, 9), strict=True):
        np.testing.assert_allclose(own[400:], theirs[400:], atol=1e-9)
    assert abs(macd(close, 12, 26, 9)[0][40] - _ta_lib.MACD(close, 12, 26, 9)[0][40]) > 1e-6


@pytest.mark.parametrize("average", [standard.sma, standard.ema, standard.wma, standard.wilder])
def test_an_average_too_large_for_a_number_is_unknown(average: object) -> None:
    source = np.concatenate([np.full(9, -1e308), np.full(9, 1.0), np.full(9, 1e308)])
    result: FloatSeries = average(source, 3)  # type: ignore[operator]
    assert not np.isinf(result).any()
