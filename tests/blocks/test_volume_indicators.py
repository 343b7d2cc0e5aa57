"""VWAP and OBV."""

from __future__ import annotations

import numpy as np
import pytest
from support.prices import HOUR, START, column, hours, same, standing, walk
from talib import _ta_lib

from app import compiled
from app.blocks.indicators import vwap as vwap_file
from app.blocks.indicators.obv import obv
from app.blocks.indicators.vwap import vwap
from app.market.candles import FloatSeries

NAN = float("nan")


def vwap_written_out(time: list[int], price: list[float], volume: list[float]) -> list[float]:
    """Return the VWAP, each bar from the sums of its own day."""
    result = []
    for i, now in enumerate(time):
        today = [j for j in range(i + 1) if time[j] // 86_400_000 == now // 86_400_000]
        traded = sum(volume[j] for j in today)
        result.append(sum(price[j] * volume[j] for j in today) / traded if traded else NAN)
    return result


def of_prices(prices: object, volume: FloatSeries, first: int = START) -> FloatSeries:
    market = standing(prices)
    return vwap(market.time - START + first, *market.hlc, volume)


def test_vwap_weighs_each_typical_price_with_its_volume() -> None:
    time = hours(2)
    result = vwap(time, column(12, 20), column(6, 20), column(9, 20), column(1, 3))
    assert result.tolist() == [9.0, (9 * 1 + 20 * 3) / 4]


def test_vwap_starts_anew_at_midnight_utc() -> None:
    # 22:00 and 23:00, then 00:00 and 01:00 of the next day.
    result = of_prices([10, 20, 30, 40], column(1, 1, 1, 3), START + 22 * HOUR)
    assert result.tolist() == [10.0, 15.0, 30.0, 37.5]


def test_a_bar_across_midnight_belongs_to_the_day_of_its_open() -> None:
    time = START + np.array([15, 20, 25, 30], dtype=np.int64) * HOUR
    prices = column(10, 20, 30, 40)
    result = vwap(time, prices, prices, prices, np.ones(4))
    assert result.tolist() == [10.0, 15.0, 30.0, 35.0]


def test_a_missing_midnight_bar_does_not_join_two_days() -> None:
    time = START + np.array([23, 25, 26, 24 * 5], dtype=np.int64) * HOUR
    prices = column(10, 20, 40, 7)
    assert vwap(time, prices, prices, prices, np.ones(4)).tolist() == [10.0, 20.0, 30.0, 7.0]


def test_vwap_is_unknown_until_volume_trades() -> None:
    result = of_prices([10, 20, 30], column(0, 0, 2))
    np.testing.assert_array_equal(result, [NAN, NAN, 30.0])


def test_unknown_volume_makes_the_rest_of_the_day_unknown() -> None:
    result = of_prices([10, 20, 30, 40], column(1, NAN, 1, 1), START + 21 * HOUR)
    np.testing.assert_array_equal(result, [10.0, NAN, NAN, 40.0])


@pytest.mark.parametrize("first", [0, 5, 23])
def test_vwap_agrees_with_its_formula(first: int) -> None:
    market = walk(200)
    time = market.time + first * HOUR
    typical = (market.high + market.low + market.close) / 3
    expected = vwap_written_out(time.tolist(), typical.tolist(), market.volume.tolist())
    np.testing.assert_allclose(vwap(time, *market.hlc, market.volume), expected, rtol=1e-12)


def test_vwap_does_not_depend_on_the_days_before() -> None:
    market = walk(240)
    whole = vwap(market.time, *market.hlc, market.volume)
    late = vwap(market.time[48:], *(prices[48:] for prices in market.hlc), market.volume[48:])  # type: ignore[misc]
    assert same(whole[48:], late)


def test_the_plain_and_the_compiled_vwap_are_the_same_to_the_last_bit() -> None:
    market = walk(3000)
    volume = np.where(np.arange(3000) % 7 == 0, 0.0, market.volume)
    volume[[100, 1500]] = NAN
    vwap(market.time, *market.hlc, volume)
    compiled.wait()
    compiled_values = vwap(market.time, *market.hlc, volume)
    plain_values = np.empty(3000)
    typical = _ta_lib.TYPPRICE(*market.hlc)
    vwap_file._since_midnight.plain(market.time, typical, volume, plain_values)
    assert same(compiled_values, plain_values)


def test_obv_adds_the_volume_of_rises_and_takes_off_that_of_falls() -> None:
    assert obv(column(5, 6, 6, 4), column(10, 3, 7, 1)).tolist() == [10.0, 13.0, 13.0, 12.0]


def test_obv_is_ta_libs() -> None:
    market = walk(300)
    assert same(obv(market.close, market.volume), _ta_lib.OBV(market.close, market.volume))


def test_obv_starts_anew_after_an_unknown_volume() -> None:
    np.testing.assert_array_equal(obv(column(1, 2, 3, 4), column(5, NAN, 2, 3)), [5.0, NAN, 2.0, 5.0])


def test_without_any_volume_both_are_unknown() -> None:
    market = walk(50)
    nothing = np.full(50, NAN)
    assert np.isnan(obv(market.close, nothing)).all()
    assert np.isnan(vwap(market.time, *market.hlc, nothing)).all()
