"""Rule 8: how many units an entry buys."""

from __future__ import annotations

import math

import pytest
from support.dictated import at, bar, flat, run, size, stop, take, trailing

from app.errors import StrategyInvalid


def units(*risk, price=100.0, says="L", **settings):
    trade = run(*flat(price, says, ""), risk=risk, **settings).open_trade
    return trade.units if trade else 0


def test_rule_08_percent_of_equity():
    assert units(size(percent=0.5)) == 5  # 1000 x 0.5 / 100
    assert units(size(percent=0.25), says="S") == 2.5


def test_rule_08_price_is_the_entry_fill_price():
    # buys at 100 x 1.01 = 101, sells at 99
    assert units(size(percent=0.5), slippage=0.01) == pytest.approx(500 / 101, rel=1e-12)
    assert units(size(percent=0.5), slippage=0.01, says="S") == pytest.approx(500 / 99, rel=1e-12)
    assert units(size(quote_amount=300.0), slippage=0.01) == pytest.approx(300 / 101, rel=1e-12)


def test_rule_08_fixed_quote_amount():
    assert units(size(quote_amount=300.0)) == 3


def test_rule_08_fixed_base_amount():
    assert units(size(base_amount=0.75)) == 0.75


def test_rule_08_risk_percent_divides_by_the_distance_to_the_stop_before_costs():
    # 1000 x 0.01 / 20, whatever the fee
    assert units(size(risk=0.01), stop(distance=20.0)) == 0.5
    assert units(size(risk=0.01), stop(distance=20.0), fee=0.01) == 0.5
    # a percent distance is one of the fill price 101
    distance = 101 * 0.05
    assert units(size(risk=0.01), stop(percent=0.05), slippage=0.01) == pytest.approx(10 / distance, rel=1e-12)


def test_rule_08_risk_percent_measures_to_the_nearer_of_fixed_and_trailing_stop():
    assert units(size(risk=0.01), stop(distance=20.0), trailing(distance=5.0)) == 2
    assert units(size(risk=0.01), stop(distance=5.0), trailing(distance=20.0)) == 2
    assert units(size(risk=0.01), trailing(percent=0.1)) == pytest.approx(1, rel=1e-12)


def test_rule_08_risk_percent_needs_a_stop():
    with pytest.raises(StrategyInvalid):
        run(*flat(100, "L", ""), risk=[size(risk=0.01), take(distance=20.0)])


def test_rule_08_risk_percent_does_not_measure_to_the_take_profit():
    assert units(size(risk=0.01), stop(distance=20.0), take(distance=2.0)) == 0.5


def test_rule_08_all_of_the_equity_leaves_room_for_the_fee():
    # 1000 / (100 x 1.01)
    result = run(*flat(100, "L", ""), fee=0.01)
    assert result.open_trade.units == pytest.approx(1_000 / 101, rel=1e-12)
    spent = result.open_trade.units * 100 * 1.01
    assert spent == pytest.approx(1_000, rel=1e-12)


@pytest.mark.parametrize("says", ["L", "S"])
@pytest.mark.parametrize(
    "risk",
    [
        (size(percent=0.995),),
        (size(quote_amount=5_000.0),),
        (size(base_amount=77.0),),
        (size(risk=0.5), stop(distance=5.0)),
    ],
)
def test_rule_08_whatever_the_mode_units_are_cut_to_the_equity(risk, says):
    price = 100 * (1.02 if says == "L" else 0.98)
    found = units(*risk, fee=0.01, slippage=0.02, says=says)
    assert found == pytest.approx(1_000 / (price * 1.01), rel=1e-12)


def test_rule_08_a_size_that_fits_is_not_cut():
    assert units(size(percent=0.98), fee=0.01) == pytest.approx(9.8, rel=1e-12)  # 980 + 9.8 of fee
    assert units(size(quote_amount=990.0), fee=0.01) == pytest.approx(9.9, rel=1e-12)


def test_rule_08_equity_is_the_cash_after_the_trades_before():
    bars = [bar("L", 100), bar("l", 100), bar("L", 150), bar("", 150)]
    result = run(*bars, risk=[size(percent=0.5)])
    # 5 units gain 50 each: half of 1,250 at 150
    assert result.open_trade.units == pytest.approx(625 / 150, rel=1e-12)


def test_rule_08_in_a_reversal_equity_is_the_cash_after_the_exit_at_that_open_with_its_costs():
    result = run(bar("L", 100), bar("S", 100), bar("", 120), bar("", 120), fee=0.01)
    bought = 1_000 / (100 * 1.01)
    cash = bought * 120 * 0.99
    assert result.open_trade.units == pytest.approx(cash / (120 * 1.01), rel=1e-12)


def test_rule_08_units_are_fractional_without_a_step():
    assert units(size(quote_amount=1.0), price=3.0) == pytest.approx(1 / 3, rel=1e-15)


def test_rule_08_units_are_rounded_down_to_the_step():
    assert units(size(quote_amount=199.0), size_step=0.5) == 1.5
    assert units(size(quote_amount=199.0), size_step=0.1) == pytest.approx(1.9, rel=1e-12)


def test_rule_08_a_whole_number_of_steps_is_not_lost_to_rounding_errors():
    # 0.3 / 0.1 is 2.9999999999999996
    assert units(size(base_amount=0.3), size_step=0.1) == math.floor(0.3 / 0.1 + 1e-9) * 0.1
    assert units(size(base_amount=0.3), size_step=0.1) > 0.29


def test_rule_08_the_cut_comes_before_the_rounding():
    # 1000 / 101 = 9.90099 is cut, then 9.9; rounding 10 first and cutting then would give 9.90099
    assert units(fee=0.01, size_step=0.1) == pytest.approx(9.9, rel=1e-12)


def test_rule_08_a_size_of_zero_enters_nothing_and_is_counted():
    result = run(*flat(100, "L", "L", ""), risk=[size(base_amount=0.4)], size_step=1.0)
    assert result.position.tolist() == [0, 0, 0]
    assert result.counts["zero_size"] == 2
    assert result.trades == ()
    assert result.equity.tolist() == [1_000] * 3


def test_rule_08_a_size_of_zero_on_the_last_bar_is_pending_and_not_counted():
    result = run(*flat(100, "", "L"), risk=[size(base_amount=0.4)], size_step=1.0)
    assert (result.counts["zero_size"], result.counts["pending_orders"]) == (0, 1)


def test_rule_08_a_reversal_into_a_size_of_zero_still_leaves():
    bars = [bar("L", 100), bar("S", 100), bar("", 150), bar("", 150)]
    result = run(*bars, risk=[size(percent=0.1)], size_step=1.0)
    # 1000 x 0.1 / 100 = 1 unit in; 1,050 x 0.1 / 150 = 0.7 units are none
    assert [trade.exit_reason for trade in result.trades] == ["reversal"]
    assert result.trades[0].exit_time == at(2)
    assert result.position.tolist() == [0, 1, 0, 0]
    assert result.counts["zero_size"] == 1


def test_rule_08_a_short_is_sized_from_the_cash_that_a_loss_has_left():
    bars = [bar("S", 100), bar("s", 100), bar("S", 125), bar("", 150)]
    # 10 units lose 25 each: 750 at 150
    assert run(*bars).open_trade.units == pytest.approx(5, rel=1e-12)


# Rule 12, the bar fill model: sizes are fixed at the close of the decision


def test_rule_12_bar_model_fixes_the_size_at_the_decision_close():
    # decided at the close 100: 500 / 100 = 5 units, filled at 80
    result = run(bar("L", 90, 95, 100), bar("", 80), fill_model="bar", risk=[size(percent=0.5)])
    assert (result.open_trade.units, result.open_trade.entry_price) == (5, 80)
    assert run(bar("L", 90, 95, 100), bar("", 80), risk=[size(percent=0.5)]).open_trade.units == 6.25


def test_rule_12_bar_model_sizes_with_the_close_made_worse_by_slippage():
    result = run(bar("L", 100), bar("", 80), fill_model="bar", risk=[size(percent=0.5)], slippage=0.01)
    assert result.open_trade.units == pytest.approx(500 / 101, rel=1e-12)
    result = run(bar("S", 100), bar("", 80), fill_model="bar", risk=[size(percent=0.5)], slippage=0.01)
    assert result.open_trade.units == pytest.approx(500 / 99, rel=1e-12)


def test_rule_12_bar_model_cuts_to_the_cash_at_the_fill():
    # 10 units at 100 do not fit at 125
    assert run(bar("L", 100), bar("", 125), fill_model="bar").open_trade.units == 8
    result = run(bar("L", 100), bar("", 125), fill_model="bar", fee=0.01)
    assert result.open_trade.units == pytest.approx(1_000 / (125 * 1.01), rel=1e-12)


def test_rule_12_bar_model_is_cut_at_the_decision_as_well():
    # rule 8 with the price and the equity of the close: 1000 / (100 x 1.01), although more would fit at 80
    result = run(bar("L", 100), bar("", 80), fill_model="bar", fee=0.01)
    assert result.open_trade.units == pytest.approx(1_000 / 101, rel=1e-12)


def test_rule_12_bar_model_rounds_only_after_the_cut_at_the_fill():
    # 10.52... at the close, cut to 8.26... at the fill, then rounded down
    result = run(bar("L", 95), bar("", 121), fill_model="bar", size_step=1.0)
    assert result.open_trade.units == 8


def test_rule_12_bar_model_reversal_sizes_from_the_equity_of_the_close():
    bars = [bar("L", 100), bar("S", 100, 110, 120), bar("", 90), bar("", 90)]
    result = run(*bars, fill_model="bar", risk=[size(percent=0.5)])
    assert result.trades[0].pnl == -50
    # 5 units in, 500 + 5 x 120 = 1,100 at the close: 550 / 120, although 950 of cash at 90 would give 5.28
    assert result.open_trade.units == pytest.approx(550 / 120, rel=1e-12)


def test_rule_12_bar_model_reversal_is_cut_to_the_cash_after_the_exit():
    # 10 units short, 1,200 at the close of 80 want 15 units; the exit at 110 leaves 900
    result = run(bar("S", 100), bar("L", 100, 80), bar("", 110), bar("", 110), fill_model="bar")
    assert result.trades[0].pnl == -100
    assert result.open_trade.units == pytest.approx(900 / 110, rel=1e-12)


def test_rule_12_bar_model_risk_percent_takes_the_distance_at_the_decision_close():
    # 1000 x 0.01 / (100 x 0.05) at the close of 100, although the fill at 80 has a stop 4 away
    result = run(bar("L", 100), bar("", 80), fill_model="bar", risk=[size(risk=0.01), stop(percent=0.05)])
    assert result.open_trade.units == pytest.approx(2, rel=1e-12)
    assert result.trades == ()


def test_rule_12_bar_model_risk_percent_of_a_distance_of_zero_enters_nothing():
    # a market that stands still has an ATR of 0
    risk = [size(risk=0.01), stop(multiple=2.0, period=2)]
    result = run(*flat(100, "", "", "", "L", ""), fill_model="bar", risk=risk)
    assert result.position.tolist() == [0] * 5
    assert (result.counts["no_level"], result.counts["zero_size"]) == (1, 0)


def test_rule_12_bar_model_fixed_quote_amount_is_divided_by_the_close():
    result = run(bar("L", 100), bar("", 80), fill_model="bar", risk=[size(quote_amount=300.0)])
    assert result.open_trade.units == 3


def test_rule_12_bar_model_counts_a_size_of_zero_at_the_fill():
    result = run(*flat(100, "L", ""), fill_model="bar", risk=[size(base_amount=0.4)], size_step=1.0)
    assert result.counts["zero_size"] == 1
