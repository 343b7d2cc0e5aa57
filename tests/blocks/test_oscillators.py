"""RSI, stochastic, ADX, CCI, MFI and ROC: tables by hand, the formulas written out, and TA-Lib itself."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from support.prices import Market, column, same, standing, walk
from talib import _ta_lib

from app.blocks.indicators.adx import adx
from app.blocks.indicators.cci import cci
from app.blocks.indicators.mfi import mfi
from app.blocks.indicators.roc import roc
from app.blocks.indicators.rsi import rsi
from app.blocks.indicators.stochastic import stochastic

NAN = float("nan")


def wilder_written_out(values: list[float], period: int) -> list[float]:
    """Return Wilder's average, NaN before the mean of the first `period` values."""
    result = [NAN] * (period - 1) + [sum(values[:period]) / period]
    for value in values[period:]:
        result.append((result[-1] * (period - 1) + value) / period)
    return result


def rsi_written_out(values: list[float], period: int) -> list[float]:
    """Return Wilder's RSI by the formula of the book: 100 - 100 / (1 + average gain / average loss)."""
    changes = [after - before for before, after in pairwise(values)]
    gains = wilder_written_out([max(change, 0.0) for change in changes], period)
    losses = wilder_written_out([max(-change, 0.0) for change in changes], period)
    pairs = zip(gains, losses, strict=True)
    return [NAN] + [100.0 - 100.0 / (1.0 + gain / loss) if loss else 100.0 for gain, loss in pairs]


def directional_written_out(market: Market, period: int) -> tuple[list[float], list[float], list[float]]:
    """Return ADX, +DI and -DI as Wilder's book does: sums over the first period-1 changes, then smoothed sums."""
    high, low, close = market.high.tolist(), market.low.tolist(), market.close.tolist()
    plus_sum = minus_sum = range_sum = 0.0
    plus_di, minus_di, dx = [NAN], [NAN], [NAN]
    for i in range(1, len(close)):
        up, down = high[i] - high[i - 1], low[i - 1] - low[i]
        moved_up = up if up > down and up > 0 else 0.0
        moved_down = down if down > up and down > 0 else 0.0
        true_range = max(high[i] - low[i], abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1]))
        keep = 1.0 if i < period else 1.0 - 1.0 / period
        plus_sum, minus_sum = plus_sum * keep + moved_up, minus_sum * keep + moved_down
        range_sum = range_sum * keep + true_range
        plus, minus = 100.0 * plus_sum / range_sum, 100.0 * minus_sum / range_sum
        plus_di.append(plus if i >= period else NAN)
        minus_di.append(minus if i >= period else NAN)
        dx.append(100.0 * abs(plus - minus) / (plus + minus) if i >= period else NAN)
    return [NAN] * period + wilder_written_out(dx[period:], period), plus_di, minus_di


def test_rsi_gives_the_figures_of_the_textbook_example() -> None:
    closes = column(
        44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.10, 45.42, 45.84, 46.08,
        45.89, 46.03, 45.61, 46.28, 46.28, 46.00, 46.03, 46.41, 46.22, 45.64,
    )  # fmt: skip
    assert rsi(closes, 14)[14:].round(2).tolist() == [70.46, 66.25, 66.48, 69.35, 66.29, 57.92]


def test_rsi_by_hand() -> None:
    # Changes +2 -1 +1 -3: averages 1 and 0.5, then (1 + 1) / 2 = 1 and 0.25, then 0.5 and 1.625.
    np.testing.assert_allclose(
        rsi(column(10, 12, 11, 12, 9), 2), [NAN, NAN, 100 * 1 / 1.5, 100 * 1 / 1.25, 100 * 0.5 / 2.125]
    )


@pytest.mark.parametrize("period", [2, 14, 100])
def test_rsi_agrees_with_its_formula_and_with_ta_lib(period: int) -> None:
    close = walk(500).close
    np.testing.assert_allclose(rsi(close, period)[period:], rsi_written_out(close.tolist(), period)[period:], rtol=1e-9)
    assert same(rsi(close, period), _ta_lib.RSI(close, period))


def test_rsi_of_a_flat_market_is_50_of_a_rise_100_and_of_a_fall_0() -> None:
    steps = np.arange(40, dtype=np.float64)
    assert set(rsi(np.full(40, 60_000.1), 14)[14:].tolist()) == {50.0}
    assert set(rsi(100.0 + steps, 14)[14:].tolist()) == {100.0}
    assert set(rsi(100.0 - steps, 14)[14:].tolist()) == {0.0}


def test_rsi_leaves_50_with_the_first_change() -> None:
    flat_then_down = np.concatenate([np.full(20, 7.0), [6.0, 5.0]])
    assert rsi(flat_then_down, 5)[4:].tolist()[1:] == [50.0] * 15 + [0.0, 0.0]


def test_rsi_holds_its_value_while_the_market_stands_still() -> None:
    stopped = np.concatenate([[10.0, 12.0, 11.0], np.full(60, 12.0)])
    np.testing.assert_allclose(rsi(stopped, 2)[3:], 80.0)


def test_rsi_of_a_market_dead_for_long_is_50_again() -> None:
    stopped = np.concatenate([[10.0, 12.0, 11.0], np.full(3000, 12.0)])
    assert rsi(stopped, 2)[-1] == 50.0


def test_rsi_is_50_after_a_gap_in_a_flat_source_as_well() -> None:
    source = np.full(30, 5.0)
    source[:3] = source[15] = NAN
    result = rsi(source, 4)
    assert np.flatnonzero(~np.isnan(result)).tolist() == [*range(7, 15), *range(20, 30)]
    assert set(result[~np.isnan(result)].tolist()) == {50.0}


def test_rsi_does_not_depend_on_the_unit_of_the_price() -> None:
    close = walk(300).close
    np.testing.assert_allclose(rsi(close * 2.0**-60, 14), rsi(close, 14), rtol=1e-12)


def test_stochastic_by_hand() -> None:
    high, low, close = column(10, 12, 11, 14, 13), column(8, 9, 9, 10, 11), column(9, 11, 10, 14, 11)
    # Raw %K over 2 bars: (11-8)/4, (10-9)/3, (14-9)/5, (11-10)/4.
    raw = np.array([75.0, 100 / 3, 100.0, 25.0])
    k, d = stochastic(high, low, close, 2, 2, 2)
    smooth = (raw[:-1] + raw[1:]) / 2
    np.testing.assert_allclose(k, [NAN, NAN, *smooth])
    np.testing.assert_allclose(d, [NAN, NAN, NAN, *((smooth[:-1] + smooth[1:]) / 2)])


@pytest.mark.parametrize(("k_period", "k_smooth", "d_period"), [(14, 3, 3), (5, 1, 3), (30, 10, 2)])
def test_stochastic_agrees_with_its_formula_and_with_ta_lib(k_period: int, k_smooth: int, d_period: int) -> None:
    market = walk(400)
    high, low, close = market.hlc
    raw = np.array(
        [
            100 * (close[i] - low[i - k_period + 1 : i + 1].min())
            / (high[i - k_period + 1 : i + 1].max() - low[i - k_period + 1 : i + 1].min())
            for i in range(k_period - 1, 400)
        ]
    )  # fmt: skip
    k_expected = np.convolve(raw, np.ones(k_smooth) / k_smooth, "valid")
    d_expected = np.convolve(k_expected, np.ones(d_period) / d_period, "valid")
    k, d = stochastic(*market.hlc, k_period, k_smooth, d_period)
    np.testing.assert_allclose(k[-len(k_expected) :], k_expected, atol=1e-9)
    np.testing.assert_allclose(d[-len(d_expected) :], d_expected, atol=1e-9)
    theirs = _ta_lib.STOCH(*market.hlc, k_period, k_smooth, 0, d_period, 0)
    np.testing.assert_allclose(d, theirs[1], atol=1e-9)
    np.testing.assert_allclose(k[~np.isnan(theirs[0])], theirs[0][~np.isnan(theirs[0])], atol=1e-9)


def test_stochastic_is_100_on_the_way_up_and_0_on_the_way_down() -> None:
    steps = np.arange(50, dtype=np.float64)
    for prices, level in ((100 + steps, 100.0), (100 - steps, 0.0)):
        k, d = stochastic(*standing(prices).hlc, 14, 3, 3)
        assert set(k[15:].tolist()) == set(d[17:].tolist()) == {level}


def test_stochastic_of_a_flat_window_is_unknown_and_warms_up_anew() -> None:
    # Bars 3 to 5 are the flat windows of 3: raw %K is known again at 6, %K at 7, %D at 8.
    market = standing([1, 2, 3, 3, 3, 3, 4, 5, 6, 7])
    k, d = stochastic(*market.hlc, 3, 2, 2)
    assert np.isnan(k).tolist() == [True, True, True, False, True, True, True, False, False, False]
    assert np.isnan(d).tolist() == [True] * 8 + [False, False]


@pytest.mark.parametrize("period", [2, 14, 60])
def test_adx_agrees_with_its_formula_and_with_ta_lib(period: int) -> None:
    market = walk(500)
    own = adx(*market.hlc, period)
    theirs = (_ta_lib.ADX, _ta_lib.PLUS_DI, _ta_lib.MINUS_DI)
    for result, formula, function in zip(own, directional_written_out(market, period), theirs, strict=True):
        np.testing.assert_allclose(result, formula, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(result, function(*market.hlc, period), rtol=1e-12)


def test_adx_by_hand() -> None:
    # Bar 1 moves +2 with a range of 3, bar 2 -1 of 2, bar 3 +1 of 2.
    high, low, close = column(10, 12, 11.5, 12.5), column(8, 9, 8, 9), column(9, 11, 8.5, 10)
    # Sums: 2 0 3; then 1 1 (1.5 + 3.5); then 0.5+1 0.5 (2.5 + 4).
    strength, plus, minus = adx(high, low, close, 2)
    np.testing.assert_allclose(plus, [NAN, NAN, 100 * 1 / 5, 100 * 1.5 / 6.5])
    np.testing.assert_allclose(minus, [NAN, NAN, 100 * 1 / 5, 100 * 0.5 / 6.5])
    np.testing.assert_allclose(strength, [NAN, NAN, NAN, (0 + 50) / 2])


def test_adx_of_a_straight_rise_is_100() -> None:
    strength, plus, minus = adx(*standing(100.0 + np.arange(60)).hlc, 14)
    assert set(strength[27:].tolist()) == set(plus[14:].tolist()) == {100.0}
    assert set(minus[14:].tolist()) == {0.0}


def test_a_market_that_has_not_moved_yet_has_no_adx_and_warms_up_from_its_first_move() -> None:
    prices = [5.0] * 20 + [6.0, 7.0, 6.5, 8.0, 9.0]
    strength, plus, minus = adx(*standing(prices).hlc, 3)
    assert np.flatnonzero(~np.isnan(plus)).tolist() == np.flatnonzero(~np.isnan(minus)).tolist() == [*range(20, 25)]
    assert np.flatnonzero(~np.isnan(strength)).tolist() == [22, 23, 24]
    for output in adx(*standing([5.0] * 30).hlc, 3):
        assert np.isnan(output).all()


def test_a_market_with_a_range_but_no_direction_has_a_di_of_0_and_no_adx() -> None:
    high, low, close = np.full(20, 3.0), np.full(20, 1.0), np.full(20, 2.0)
    strength, plus, minus = adx(high, low, close, 3)
    assert set(plus[3:].tolist()) == set(minus[3:].tolist()) == {0.0}
    assert np.isnan(strength).all()


@pytest.mark.parametrize("period", [2, 20, 100])
def test_cci_agrees_with_its_formula_and_with_ta_lib(period: int) -> None:
    market = walk(400)
    typical = (market.high + market.low + market.close) / 3
    windows = np.lib.stride_tricks.sliding_window_view(typical, period)
    means = windows.mean(axis=1)
    spread = np.abs(windows - means[:, None]).mean(axis=1)
    result = cci(*market.hlc, period)
    np.testing.assert_allclose(result[period - 1 :], (windows[:, -1] - means) / (0.015 * spread), rtol=1e-6)
    assert same(result, _ta_lib.CCI(*market.hlc, period))


def test_cci_is_0_at_the_mean_and_unknown_where_nothing_moved() -> None:
    result = cci(*standing([1, 3, 2, 2, 2, 2, 5]).hlc, 3)
    np.testing.assert_allclose(result, [NAN, NAN, 0.0, -50.0, NAN, NAN, 100.0])


def test_mfi_by_hand() -> None:
    market = standing([10, 11, 10, 10, 12])
    volume = column(9, 2, 1, 7, 3)
    # Flows +22 -10 0 +36 over 2 bars; an unchanged price counts on neither side.
    result = mfi(*market.hlc, volume, 2)
    np.testing.assert_allclose(result, [NAN, NAN, 100 * 22 / 32, 0.0, 100.0])


@pytest.mark.parametrize("period", [2, 14, 60])
def test_mfi_agrees_with_its_formula_and_with_ta_lib(period: int) -> None:
    market = walk(400)
    typical = (market.high + market.low + market.close) / 3
    flow = (typical * market.volume)[1:]
    rose, fell = np.where(np.diff(typical) > 0, flow, 0.0), np.where(np.diff(typical) < 0, flow, 0.0)
    up = np.lib.stride_tricks.sliding_window_view(rose, period).sum(axis=1)
    down = np.lib.stride_tricks.sliding_window_view(fell, period).sum(axis=1)
    result = mfi(*market.hlc, market.volume, period)
    np.testing.assert_allclose(result[period:], 100 * up / (up + down), atol=1e-9)
    assert same(result, _ta_lib.MFI(*market.hlc, market.volume, period))


def test_mfi_is_unknown_where_no_money_has_flowed() -> None:
    rising = standing(np.arange(1.0, 13.0))
    volume = column(1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1)
    assert np.flatnonzero(np.isnan(mfi(*rising.hlc, volume, 3))).tolist() == [0, 1, 2, 5, 6]
    assert np.isnan(mfi(*standing(np.full(12, 5.0)).hlc, np.ones(12), 3)).all()


def test_mfi_does_not_depend_on_the_unit_of_volume() -> None:
    market = walk(200)
    assert same(mfi(*market.hlc, market.volume * 2.0**-80, 14), mfi(*market.hlc, market.volume, 14))


def test_roc_is_the_change_in_percent() -> None:
    np.testing.assert_allclose(roc(column(100, 80, 110, 80), 2), [NAN, NAN, 10.0, 0.0])


def test_roc_from_zero_is_unknown() -> None:
    np.testing.assert_allclose(roc(column(0, 1, 2, 3, -3), 1), [NAN, NAN, 100.0, 50.0, -200.0])
    assert not np.isinf(roc(column(1e-320, 5.0, 6.0), 1)).any()


@pytest.mark.parametrize("period", [1, 10, 300])
def test_roc_is_ta_libs(period: int) -> None:
    close = walk(400).close
    assert same(roc(close, period), _ta_lib.ROC(close, period))
