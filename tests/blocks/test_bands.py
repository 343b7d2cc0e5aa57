"""ATR, standard deviation, Bollinger Bands, channels and Supertrend."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.prices import Market, column, same, standing, walk
from talib import _ta_lib

from app.blocks.indicators.atr import atr
from app.blocks.indicators.bollinger import bollinger
from app.blocks.indicators.donchian import donchian
from app.blocks.indicators.ema import ema
from app.blocks.indicators.highest import highest
from app.blocks.indicators.keltner import keltner
from app.blocks.indicators.lowest import lowest
from app.blocks.indicators.standard_deviation import standard_deviation
from app.blocks.indicators.supertrend import supertrend

NAN = float("nan")


def atr_written_out(market: Market, period: int) -> list[float]:
    """Return Wilder's ATR: the mean of the true ranges of bars 1..period, then smoothed by 1 / period."""
    high, low, close = market.high.tolist(), market.low.tolist(), market.close.tolist()
    ranges = [
        max(high[i] - low[i], abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1])) for i in range(1, len(close))
    ]
    result = [NAN] * min(period, len(close))
    if len(close) > period:
        result.append(sum(ranges[:period]) / period)
        for true_range in ranges[period:]:
            result.append((result[-1] * (period - 1) + true_range) / period)
    return result


def supertrend_written_out(market: Market, period: int, multiplier: float) -> tuple[list[float], list[float]]:
    """Return line and direction, bar by bar, from the ATR of the block of that name."""
    high, low, close = market.high.tolist(), market.low.tolist(), market.close.tolist()
    ranges = atr(*market.hlc, period).tolist()
    line, direction = [NAN] * min(period, len(close)), [NAN] * min(period, len(close))
    upper = lower = 0.0
    trend = 1.0
    for i in range(period, len(close)):
        middle = (high[i] + low[i]) / 2.0
        top, bottom = middle + multiplier * ranges[i], middle - multiplier * ranges[i]
        if i == period or top < upper or close[i - 1] > upper:
            upper = top
        if i == period or bottom > lower or close[i - 1] < lower:
            lower = bottom
        if i > period and trend > 0 and close[i] < lower:
            trend = -1.0
        elif i > period and trend < 0 and close[i] > upper:
            trend = 1.0
        line.append(lower if trend > 0 else upper)
        direction.append(trend)
    return line, direction


def test_atr_by_hand() -> None:
    high, low, close = column(10, 12, 11, 20), column(8, 11, 9, 18), column(9, 11, 9, 19)
    # True ranges: 3 (from the close before), 2, 11 (a gap up); averages of 2: 2.5, then (2.5 + 11) / 2.
    np.testing.assert_allclose(atr(high, low, close, 2), [NAN, NAN, 2.5, 6.75])
    np.testing.assert_allclose(atr(high, low, close, 1), [NAN, 3, 2, 11])


@pytest.mark.parametrize("period", [1, 2, 14, 100])
def test_atr_agrees_with_its_formula_and_with_ta_lib(period: int) -> None:
    market = walk(400)
    np.testing.assert_allclose(atr(*market.hlc, period), atr_written_out(market, period), rtol=1e-10)
    assert same(atr(*market.hlc, period), _ta_lib.ATR(*market.hlc, period))


def test_a_market_that_stands_still_has_an_atr_and_a_deviation_of_zero() -> None:
    flat = standing(np.full(60, 60_000.1))
    assert set(atr(*flat.hlc, 14)[14:].tolist()) == {0.0}
    assert set(standard_deviation(flat.close, 20)[19:].tolist()) == {0.0}
    for band in bollinger(flat.close, 20, 2.0):
        np.testing.assert_allclose(band[19:], 60_000.1, rtol=1e-15)


def test_the_standard_deviation_is_the_populations() -> None:
    np.testing.assert_allclose(standard_deviation(column(2, 4, 4, 4, 5, 5, 7, 9), 8), [NAN] * 7 + [2.0])


@pytest.mark.parametrize("period", [2, 20, 300])
def test_the_standard_deviation_agrees_with_its_formula(period: int) -> None:
    close = walk(500).close
    windows = np.lib.stride_tricks.sliding_window_view(close, period)
    np.testing.assert_allclose(standard_deviation(close, period)[period - 1 :], windows.std(axis=1), rtol=1e-8)
    assert same(standard_deviation(close, period), _ta_lib.STDDEV(close, period, 1.0))


def test_a_small_deviation_of_a_large_price_is_not_lost() -> None:
    close = 100_000.0 + walk(300).close * 1e-5
    windows = np.lib.stride_tricks.sliding_window_view(close, 20)
    np.testing.assert_allclose(standard_deviation(close, 20)[19:], windows.std(axis=1), rtol=1e-6)


def test_a_deviation_too_large_for_a_number_is_unknown() -> None:
    assert not np.isinf(standard_deviation(column(-1e300, 1, 2, 1e300, 5), 2)).any()


def test_bollinger_bands_by_hand() -> None:
    # Mean 4, population deviation sqrt(((2-4)^2 + (4-4)^2 + (6-4)^2) / 3).
    upper, middle, lower = bollinger(column(2, 4, 6), 3, 2.0)
    width = 2.0 * (8.0 / 3.0) ** 0.5
    assert [upper[2], middle[2], lower[2]] == pytest.approx([4.0 + width, 4.0, 4.0 - width], rel=1e-14)


@pytest.mark.parametrize(("period", "deviations"), [(20, 2.0), (5, 0.5), (200, 3.3)])
def test_bollinger_bands_are_those_of_ta_lib(period: int, deviations: float) -> None:
    close = walk(500).close
    theirs = _ta_lib.BBANDS(close, period, deviations, deviations, 0)
    for band, expected in zip(bollinger(close, period, deviations), theirs, strict=True):
        np.testing.assert_allclose(band, expected, rtol=1e-11)


@pytest.mark.parametrize("period", [1, 2, 20, 250])
def test_highest_lowest_and_donchian_look_at_the_last_bars_with_the_current_one(period: int) -> None:
    market = walk(300)
    tops = np.lib.stride_tricks.sliding_window_view(market.high, period).max(axis=1)
    bottoms = np.lib.stride_tricks.sliding_window_view(market.low, period).min(axis=1)
    unknown = [NAN] * (period - 1)
    np.testing.assert_array_equal(highest(market.high, period), [*unknown, *tops])
    np.testing.assert_array_equal(lowest(market.low, period), [*unknown, *bottoms])
    upper, middle, lower = donchian(market.high, market.low, period)
    np.testing.assert_array_equal(upper, [*unknown, *tops])
    np.testing.assert_array_equal(lower, [*unknown, *bottoms])
    np.testing.assert_array_equal(middle, (upper + lower) / 2.0)


def test_highest_over_one_bar_is_a_new_array() -> None:
    source = column(1, 2)
    assert highest(source, 1) is not source
    assert lowest(source, 1) is not source


@pytest.mark.parametrize(("period", "atr_period"), [(20, 10), (5, 30)])
def test_keltner_is_the_ema_of_the_close_and_atrs_around_it(period: int, atr_period: int) -> None:
    market = walk(300)
    upper, middle, lower = keltner(*market.hlc, period, atr_period, 1.5)
    assert same(middle, ema(market.close, period))
    width = 1.5 * np.array(atr_written_out(market, atr_period))
    np.testing.assert_allclose(upper, middle + width, rtol=1e-12)
    np.testing.assert_allclose(lower, middle - width, rtol=1e-12)


def test_supertrend_by_hand() -> None:
    # Bars that stand still one price apart have an ATR of 1: the lower band trails 2 below the price until the fall.
    line, direction = supertrend(*standing([10, 11, 12, 13, 14, 13, 12, 11, 10, 9]).hlc, 2, 2.0)
    np.testing.assert_allclose(line, [NAN, NAN, 10, 11, 12, 12, 12, 13, 12, 11])
    np.testing.assert_allclose(direction, [NAN, NAN, 1, 1, 1, 1, 1, -1, -1, -1])


@given(
    seed=st.integers(0, 10_000),
    bars=st.integers(0, 150),
    period=st.integers(2, 20),
    multiplier=st.sampled_from([0.1, 0.5, 1.0, 2.0, 3.0]),
)
@settings(deadline=None, max_examples=60)
def test_supertrend_agrees_with_its_formula_to_the_last_bit(
    seed: int, bars: int, period: int, multiplier: float
) -> None:
    market = walk(bars, seed)
    line, direction = supertrend(*market.hlc, period, multiplier)
    expected_line, expected_direction = supertrend_written_out(market, period, multiplier)
    assert same(line, np.array(expected_line, dtype=np.float64))
    assert same(direction, np.array(expected_direction, dtype=np.float64))


def test_supertrend_begins_as_up_and_turns_with_a_fall() -> None:
    _, direction = supertrend(*standing(100.0 - np.arange(30)).hlc, 10, 3.0)
    assert direction[10] == 1.0
    assert direction[-1] == -1.0


def test_supertrend_of_a_flat_market_is_the_price_and_stays_up() -> None:
    line, direction = supertrend(*standing(np.full(30, 7.0)).hlc, 10, 3.0)
    assert set(line[10:].tolist()) == {7.0}
    assert set(direction[10:].tolist()) == {1.0}


def test_two_beginnings_of_supertrend_have_met_after_the_settling_bars() -> None:
    market = walk(1200)
    _, whole = supertrend(*market.hlc, 10, 3.0)
    for first in range(100, 900, 100):
        _, late = supertrend(*(prices[first:] for prices in market.hlc), 10, 3.0)  # type: ignore[misc]
        np.testing.assert_array_equal(late[200:], whole[first + 200 :])
