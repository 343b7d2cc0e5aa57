"""Rules 9 and 10: fees, slippage, what long and short are worth, and liquidation."""

from __future__ import annotations

import numpy as np
import pytest
from support.dictated import at, bar, cooldown, flat, run, size, stop, take, time_exit, trailing

from app.engine.assumptions import Assumptions
from app.errors import BlockbuildersError

approx = pytest.approx


def test_rule_09_defaults_are_a_tenth_and_a_twentieth_of_a_percent():
    assumptions = Assumptions()
    assert (assumptions.fee_rate, assumptions.slippage_rate) == (0.001, 0.0005)
    assert (assumptions.capital, assumptions.fill_model) == (10_000.0, "minute")


@pytest.mark.parametrize("rate", [0.0, 0.05])
def test_rule_09_rates_from_zero_to_five_percent_are_allowed(rate):
    assert Assumptions(fee_rate=rate, slippage_rate=rate).fee_rate == rate


@pytest.mark.parametrize(
    "wrong",
    [
        {"fee_rate": -1e-9},
        {"fee_rate": 0.0500001},
        {"slippage_rate": -1e-9},
        {"slippage_rate": 0.0500001},
        {"fee_rate": float("nan")},
        {"slippage_rate": float("nan")},
        {"capital": 0.0},
        {"capital": -1.0},
        {"capital": float("inf")},
        {"capital": float("nan")},
        {"fill_model": "tick"},
    ],
)
def test_rule_09_other_assumptions_are_refused_in_words(wrong):
    with pytest.raises(BlockbuildersError, match=r"\w+ \w+"):
        Assumptions(**wrong)


def test_rule_09_the_fee_is_charged_on_each_fill_of_a_long():
    result = run(bar("L", 100), bar("l", 100), bar("", 120), fee=0.01, risk=[size(base_amount=2.0)])
    (trade,) = result.trades
    # 2 x 100 x 1 % in, 2 x 120 x 1 % out
    assert trade.fees == approx(2 + 2.4, rel=1e-12)
    assert trade.pnl == approx(40 - 4.4, rel=1e-12)
    assert result.equity[-1] == approx(1_035.6, rel=1e-12)
    assert trade.slippage == 0


def test_rule_09_the_fee_is_charged_on_each_fill_of_a_short():
    result = run(bar("S", 100), bar("s", 100), bar("", 80), fee=0.01, risk=[size(base_amount=2.0)])
    (trade,) = result.trades
    assert trade.fees == approx(2 + 1.6, rel=1e-12)
    assert trade.pnl == approx(40 - 3.6, rel=1e-12)
    assert result.equity[-1] == approx(1_036.4, rel=1e-12)


def test_rule_09_slippage_makes_every_market_fill_of_a_long_worse():
    result = run(bar("L", 100), bar("l", 100), bar("", 200), slippage=0.01, risk=[size(base_amount=2.0)])
    (trade,) = result.trades
    assert (trade.entry_price, trade.exit_price) == (approx(101, rel=1e-12), approx(198, rel=1e-12))
    # 2 x 1 in, 2 x 2 out
    assert trade.slippage == approx(6, rel=1e-12)
    assert trade.pnl == approx(2 * 97, rel=1e-12)


def test_rule_09_slippage_makes_every_market_fill_of_a_short_worse():
    result = run(bar("S", 100), bar("s", 100), bar("", 50), slippage=0.01, risk=[size(base_amount=2.0)])
    (trade,) = result.trades
    assert (trade.entry_price, trade.exit_price) == (approx(99, rel=1e-12), approx(50.5, rel=1e-12))
    assert trade.slippage == approx(2 * 1 + 2 * 0.5, rel=1e-12)
    assert trade.pnl == approx(2 * 48.5, rel=1e-12)


def test_rule_09_the_fee_is_on_the_price_with_slippage():
    result = run(bar("L", 100), bar("", 100), slippage=0.01, fee=0.02, risk=[size(base_amount=1.0)])
    assert result.open_trade.fees == approx(101 * 0.02, rel=1e-12)


def test_rule_09_slippage_is_not_capped_to_the_bar():
    result = run(bar("L", 100), bar("", (100, 100.5, 99.5, 100)), slippage=0.05)
    assert result.open_trade.entry_price == approx(105, rel=1e-12)


@pytest.mark.parametrize(("says", "low", "high", "expected"), [("L", 89, 100, 90 * 0.99), ("S", 100, 111, 110 * 1.01)])
def test_rule_09_a_stop_slips_from_its_level(says, low, high, expected):
    # the entry slips as well: measure the stop from a fill without slippage, by a price distance
    bars = [bar(says, 100), bar("", 100, (100, high, low, 100))]
    entry = 101 if says == "L" else 99
    result = run(*bars, risk=[stop(distance=abs(entry - (90 if says == "L" else 110)))], slippage=0.01)
    (trade,) = result.trades
    assert trade.exit_reason == "stop_loss"
    assert trade.exit_price == approx(expected, rel=1e-12)


def test_rule_09_a_take_profit_does_not_slip():
    result = run(bar("L", 100), bar("", 100, (100, 120, 100, 120)), slippage=0.01, risk=[take(distance=9.0)])
    (trade,) = result.trades
    assert (trade.exit_reason, trade.exit_price) == ("take_profit", approx(110, rel=1e-12))
    # only the entry slipped: 1000 / 101 units x 1
    assert trade.slippage == approx(1_000 / 101, rel=1e-12)


def test_rule_09_a_take_profit_pays_the_fee():
    risk = [take(distance=10.0), size(base_amount=1.0)]
    result = run(bar("L", 100), bar("", (100, 110, 100, 110)), fee=0.01, risk=risk)
    assert result.trades[0].fees == approx(1 + 1.1, rel=1e-12)


def test_rule_09_a_time_exit_slips():
    result = run(*flat(100, "L", "", ""), slippage=0.01, risk=[time_exit(1), size(base_amount=1.0)])
    assert result.trades[0].exit_price == approx(99, rel=1e-12)
    assert result.trades[0].slippage == approx(2, rel=1e-12)


def test_rule_09_a_trailing_stop_slips():
    result = run(bar("L", 100), bar("", 100, (100, 100, 90, 90)), slippage=0.01, risk=[trailing(distance=5.0)])
    # entry 101, best 101, level 96
    assert result.trades[0].exit_price == approx(96 * 0.99, rel=1e-12)


def test_rule_09_fees_and_slippage_paid_include_the_open_trade():
    bars = [bar("L", 100), bar("l", 100), bar("L", 100), bar("", 100)]
    result = run(*bars, fee=0.01, slippage=0.02, risk=[size(base_amount=1.0)])
    # buys at 102, sells at 98, buys at 102
    assert result.metrics["fees_paid"] == approx((102 + 98 + 102) * 0.01, rel=1e-12)
    assert result.metrics["slippage_paid"] == approx(2 + 2 + 2, rel=1e-12)


# Rule 10: what a position is worth


def test_rule_10_a_long_is_worth_its_units_at_the_close():
    result = run(bar("L", 100), bar("", 100, 130, 110), bar("", 90), fee=0.01, risk=[size(base_amount=4.0)])
    # cash 1000 - 400 - 4
    assert result.equity.tolist() == approx([1_000, 596 + 440, 596 + 360], rel=1e-12)


def test_rule_10_a_short_takes_the_fee_alone_and_gains_as_the_price_falls():
    result = run(bar("S", 100), bar("", 100, 130, 110), bar("", 90), fee=0.01, risk=[size(base_amount=4.0)])
    # cash 1000 - 4; 4 x (100 - close)
    assert result.equity.tolist() == approx([1_000, 996 - 40, 996 + 40], rel=1e-12)


def test_rule_10_a_short_of_all_the_equity_loses_and_gains_once_the_move():
    # 10 units at 100
    assert run(bar("S", 100), bar("", 100, 80), bar("", 150)).equity.tolist() == [1_000, 1_200, 500]


# Rule 10: liquidation. A short of 10 units at 100 with 1,000 in cash is liquidated at 100 + 1000 / 10 = 200


def liquidated(*bars, **settings):
    result = run(bar("S", 100), *bars, **settings)
    (trade,) = result.trades
    assert trade.exit_reason == "liquidation"
    assert result.counts["liquidations"] == 1
    assert result.open_trade is None
    return result, trade


def test_rule_10_a_short_is_liquidated_when_the_high_of_a_minute_reaches_its_price():
    result, trade = liquidated(bar("", 100, (100, 200, 100, 120), 120), bar("", 90))
    assert (trade.exit_time, trade.exit_price) == (at(1, 1), 200)
    assert trade.pnl == -1_000
    assert result.equity.tolist() == [1_000, 0, 0]
    assert result.position.tolist() == [0, 0, 0]
    assert trade.bars_held == 0


def test_rule_10_a_high_just_below_the_price_does_not_liquidate():
    result = run(bar("S", 100), bar("", 100, (100, np.nextafter(200, 0), 100, 120), 120), bar("", 90))
    assert result.trades == ()
    assert result.equity[-1] == 1_100


def test_rule_10_a_liquidation_has_neither_fee_nor_slippage():
    # cash after the entry fee: units = 1000 / (99 x 1.01); 1000 - fee; price 99 + cash / units
    units = 1_000 / (99 * 1.01)
    fee = units * 99 * 0.01
    level = 99 + (1_000 - fee) / units
    assert level == approx(198, rel=1e-12)
    result, trade = liquidated(bar("", 100, (100, 300, 100, 100)), fee=0.01, slippage=0.01)
    assert trade.exit_price == approx(198, rel=1e-12)
    assert trade.fees == approx(fee, rel=1e-12)
    assert trade.slippage == approx(units * 1, rel=1e-12)
    assert trade.pnl == approx(-1_000, rel=1e-12)
    assert result.equity[-1] == 0


def test_rule_10_a_smaller_short_is_liquidated_further_away():
    # 5 units: 100 + 1000 / 5
    _, trade = liquidated(bar("", 100, (100, 300, 100, 100)), risk=[size(base_amount=5.0)])
    assert trade.exit_price == 300
    result = run(bar("S", 100), bar("", 100, (100, 299, 100, 100)), risk=[size(base_amount=5.0)])
    assert result.trades == ()


def test_rule_10_a_gap_beyond_the_price_liquidates_at_the_price():
    result, trade = liquidated(bar("", 100), bar("", 250), bar("", 10))
    assert (trade.exit_time, trade.exit_price) == (at(2), 200)
    assert result.equity.tolist() == [1_000, 1_000, 0, 0]
    assert trade.bars_held == 1


def test_rule_10_after_a_liquidation_nothing_more_is_decided():
    bars = [bar("L", 100, (100, 200, 100, 120), 120), *flat(90, "S", "LS", "L", "S")]
    result, _ = liquidated(*bars)
    assert result.position.tolist() == [0] * 6
    assert result.equity.tolist() == [1_000, 0, 0, 0, 0, 0]
    assert result.counts["conflicts"] == 0
    assert result.counts["zero_size"] == 0
    assert result.counts["pending_orders"] == 0
    assert result.pending is None
    assert result.metrics["total_return"] == -1


def test_rule_10_a_stop_beyond_the_liquidation_price_never_acts():
    # reached at 200, while the stop at 250 would have been out of reach
    _, trade = liquidated(bar("", 100, (100, 210, 100, 100)), risk=[stop(distance=150.0)])
    assert (trade.exit_price, trade.exit_time) == (200, at(1, 1))


def test_rule_10_a_stop_nearer_than_the_liquidation_price_acts_first():
    result = run(bar("S", 100), bar("", 100, (100, 260, 100, 100)), risk=[stop(distance=50.0)])
    (trade,) = result.trades
    assert (trade.exit_reason, trade.exit_price, trade.pnl) == ("stop_loss", 150, -500)


def test_rule_10_an_exit_that_would_leave_no_cash_liquidates_instead():
    # sold at 99, liquidation at 198; at an open of 197 with 1 % of slippage it would buy at 198.97
    result, trade = liquidated(bar("s", 100), bar("", 197), bar("", 50), slippage=0.01)
    units = 1_000 / 99
    assert trade.exit_price == approx(198, rel=1e-12)
    assert trade.exit_time == at(2)
    assert result.equity[2:].tolist() == [0, 0]
    assert trade.slippage == approx(units * 1, rel=1e-12)


def test_rule_10_an_exit_that_the_fee_makes_unaffordable_liquidates_instead():
    # 1000 / 105 = 9.52 units, liquidation at 100 + (1000 - 47.6) / 9.52 = 200; at 195 a fee of 93 meets a rest of 48
    result, trade = liquidated(bar("s", 100), bar("", 195), bar("", 50), fee=0.05)
    assert trade.exit_price == approx(200, rel=1e-12)
    assert trade.fees == approx(1_000 / 105 * 100 * 0.05, rel=1e-12)
    assert result.equity[-1] == 0


def test_rule_10_an_exit_that_leaves_exactly_nothing_is_a_liquidation():
    # the open at the price itself, without costs: an exit there leaves no cash
    _, trade = liquidated(bar("s", 100), bar("", 200))
    assert trade.exit_price == 200


def test_rule_10_a_reversal_that_would_leave_no_cash_liquidates_and_enters_nothing():
    result, trade = liquidated(bar("L", 100), bar("", 250), bar("", 250))
    assert (trade.exit_time, trade.exit_price) == (at(2), 200)
    assert result.position.tolist() == [0, -1, 0, 0]
    assert result.counts["zero_size"] == 0


def test_rule_10_a_stop_gapped_far_through_liquidates():
    _, trade = liquidated(bar("", 100), bar("", 230), risk=[stop(distance=50.0)])
    assert trade.exit_price == 200


def test_rule_10_a_stop_whose_costs_leave_no_cash_liquidates():
    # sold at 95, liquidation at 190; a stop at 95 + 90 = 185 slips to 194.25
    bars = bar("", 100, (100, 186, 100, 100))
    _, trade = liquidated(bars, risk=[stop(distance=90.0)], slippage=0.05)
    assert trade.exit_price == approx(190, rel=1e-12)


def test_rule_10_a_time_exit_that_would_leave_no_cash_liquidates():
    _, trade = liquidated(bar("", 100), bar("", 240), risk=[time_exit(1)])
    assert trade.exit_price == 200


def test_rule_10_a_long_is_never_liquidated():
    result = run(bar("L", 100), bar("", (100, 300, 0.001, 0.001)), bar("", 100))
    assert result.trades == ()
    assert result.equity[-1] == 1_000


def test_rule_12_liquidation_in_the_minute_that_touches_the_target_too_is_ambiguous():
    result, trade = liquidated(bar("", (100, 210, 85, 100)), risk=[take(distance=10.0)])
    assert trade.ambiguous
    assert result.counts["ambiguous"] == 1


def test_rule_10_bar_model_liquidates_from_the_entry_bar_on():
    result, trade = liquidated(bar("", 100, (100, 205, 100, 100)), bar("", 90), fill_model="bar")
    assert (trade.exit_time, trade.exit_price) == (at(1), 200)
    assert result.equity.tolist() == [1_000, 0, 0]


def test_rule_10_bar_model_liquidates_on_the_entry_bar_although_its_stop_is_not_watched_yet():
    _, trade = liquidated(bar("", 100, (100, 205, 100, 100)), fill_model="bar", risk=[stop(distance=20.0)])
    assert trade.exit_price == 200


def test_rule_10_bar_model_gap_liquidates_at_the_price():
    _, trade = liquidated(bar("", 100), bar("", 260), fill_model="bar")
    assert (trade.exit_price, trade.exit_time) == (200, at(2))


def test_rule_10_bar_model_liquidates_when_the_entry_bar_just_reaches_the_price():
    _, trade = liquidated(bar("", 100, (100, 200, 100, 100)), fill_model="bar")
    assert trade.exit_price == 200


def test_rule_10_a_liquidated_run_is_a_day_at_zero_and_keeps_its_identities():
    result, trade = liquidated(bar("", (100, 210, 100, 100)), bar("", 90), fee=0.001, slippage=0.0005)
    assert sum(t.pnl for t in result.trades) == approx(-1_000, rel=1e-9)
    assert trade.return_ == approx(trade.pnl / (trade.entry_price * trade.units), rel=1e-12)
    assert result.metrics["max_drawdown"] == -1


def test_rule_10_cooldown_changes_nothing_after_a_liquidation():
    result, _ = liquidated(bar("", (100, 210, 100, 100)), *flat(100, "L", "L", "L"), risk=[cooldown(1)])
    assert result.position.tolist() == [0] * 5
