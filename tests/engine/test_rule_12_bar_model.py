"""Rule 12, the bar fill model: levels are watched on the strategy's own bars, from the bar after the entry bar."""

from __future__ import annotations

import pytest
from support.dictated import HOLE, at, bar, flat, run, size, stop, take, time_exit, trailing

approx = pytest.approx


def trades(*bars, says="L", **settings):
    return run(bar(says, 100), *bars, fill_model="bar", **settings).trades


def only_trade(*bars, **settings):
    (trade,) = trades(*bars, **settings)
    return trade


def test_rule_12_bar_model_does_not_watch_the_entry_bar():
    wild = bar("", 100, (100, 150, 50, 100))
    risk = [stop(distance=10.0), take(distance=10.0), trailing(distance=40.0)]
    assert trades(wild, risk=risk) == ()
    assert len(run(bar("L", 100), wild, risk=risk).trades) == 1


@pytest.mark.parametrize(("says", "expected"), [("L", 90), ("S", 110)])
def test_rule_12_bar_model_watches_from_the_bar_after_the_entry_bar(says, expected):
    trade = only_trade(bar("", 100), bar("", 100, (100, 111, 89, 100)), says=says, risk=[stop(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price) == ("stop_loss", expected)
    # the bar is its own base bar: the exit carries its open time
    assert trade.exit_time == at(2)
    assert trade.bars_held == 1


def test_rule_12_bar_model_stop_wins_when_one_bar_touches_both_whatever_came_first():
    both = bar("", 100, (100, 112, 100, 100), (100, 100, 88, 100))
    risk = [stop(distance=10.0), take(distance=10.0)]
    trade = only_trade(bar("", 100), both, risk=risk)
    assert (trade.exit_reason, trade.exit_price, trade.ambiguous) == ("stop_loss", 90, True)
    (trade,) = run(bar("L", 100), bar("", 100), both, risk=risk).trades
    assert (trade.exit_reason, trade.exit_price, trade.ambiguous) == ("take_profit", 110, False)


def test_rule_12_bar_model_counts_ambiguous_trades():
    both = (100, 112, 88, 100)
    bars = [bar("L", 100), bar("", 100), bar("L", 100, both), bar("", 100), bar("", 100, both)]
    result = run(*bars, fill_model="bar", risk=[stop(distance=10.0), take(distance=10.0), size(base_amount=1.0)])
    assert result.counts["ambiguous"] == 2


@pytest.mark.parametrize(("says", "opens"), [("L", 80), ("S", 120)])
def test_rule_12_bar_model_gap_through_the_stop_fills_at_the_open_with_slippage(says, opens):
    worse = opens * (0.99 if says == "L" else 1.01)
    trade = only_trade(bar("", 100), bar("", opens, 100), says=says, risk=[stop(distance=10.0)], slippage=0.01)
    assert trade.exit_price == approx(worse, rel=1e-12)


@pytest.mark.parametrize(("says", "opens"), [("L", 125), ("S", 75)])
def test_rule_12_bar_model_gap_through_the_target_fills_at_the_better_open(says, opens):
    trade = only_trade(bar("", 100), bar("", opens), says=says, risk=[take(distance=10.0)], slippage=0.01)
    # no slippage on a take profit
    assert (trade.exit_reason, trade.exit_price) == ("take_profit", opens)
    assert trade.slippage == approx(trade.units * 1, rel=1e-12)


def test_rule_12_bar_model_gap_through_the_target_comes_before_the_stop():
    trade = only_trade(bar("", 100), bar("", 120, (120, 120, 80, 80)), risk=[stop(distance=10.0), take(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.ambiguous) == ("take_profit", 120, False)


def test_rule_12_bar_model_touched_target_fills_at_its_level():
    trade = only_trade(bar("", 100), bar("", 100, (100, 125, 100, 120)), risk=[take(distance=10.0)], slippage=0.0)
    assert (trade.exit_reason, trade.exit_price) == ("take_profit", 110)


def test_rule_13_bar_model_trails_the_high_of_the_entry_bar():
    bars = bar("", 100, (100, 120, 100, 115)), bar("", 115, (115, 116, 110, 111))
    trade = only_trade(*bars, risk=[trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.exit_time) == ("trailing_stop", 110, at(2))


def test_rule_13_bar_model_does_not_trail_the_high_of_the_bar_being_checked():
    rise = bar("", 115, (115, 130, 111, 121))
    assert trades(bar("", 100, (100, 120, 100, 115)), rise, risk=[trailing(distance=10.0)]) == ()
    trade = only_trade(
        bar("", 100, (100, 120, 100, 115)), rise, bar("", 121, (121, 121, 119, 119)), risk=[trailing(distance=10.0)]
    )
    assert (trade.exit_price, trade.exit_time) == (120, at(3))


def test_rule_13_bar_model_short_trails_the_low_of_the_entry_bar():
    trade = only_trade(
        bar("", 100, (100, 100, 80, 85)), bar("", 85, (85, 90, 85, 85)), says="S", risk=[trailing(distance=10.0)]
    )
    assert (trade.exit_reason, trade.exit_price) == ("trailing_stop", 90)


def test_rule_13_bar_model_trailing_level_of_the_entry_bar_can_lie_beyond_the_target():
    # the high of 130 in the entry bar lifts the trailing stop to 120, beyond the target of 110: the stop comes first
    bars = bar("", 100, (100, 130, 100, 100)), bar("", 115, 100)
    trade = only_trade(*bars, risk=[trailing(distance=10.0), take(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.ambiguous) == ("trailing_stop", 115, False)


def test_rule_12_bar_model_orders_fill_at_the_open_of_the_bar():
    result = run(bar("L", 100), bar("l", None, 103, 104), HOLE, bar("", 120), fill_model="bar")
    (trade,) = result.trades
    assert (trade.entry_time, trade.entry_price, trade.exit_time, trade.exit_price) == (at(1), 103, at(3), 120)


def test_rule_12_bar_model_stop_within_one_bar_ignores_the_minutes():
    # gapped within the bar: the minutes would fill at 85, the bar at its level
    bars = bar("", 100), bar("", 100, 85)
    assert only_trade(*bars, risk=[stop(distance=10.0)]).exit_price == 90
    assert run(bar("L", 100), *bars, risk=[stop(distance=10.0)]).trades[0].exit_price == 85


def test_rule_12_both_models_agree_without_protective_exits_and_costs_on_size():
    bars = [bar("L", 100), bar("", 103), bar("l", 104), bar("S", 99), bar("", 98), bar("L", 97), bar("", 91)]
    one, other = (run(*bars, fill_model=model, risk=[size(base_amount=1.0)]) for model in ("minute", "bar"))
    assert one.trades == other.trades
    assert one.equity.tolist() == other.equity.tolist()


def test_rule_17_bar_model_measures_excursions_on_its_bars():
    # entry bar 95..108, next bar 97..104, then out at the open of 101: the minutes of the exit bar have no say
    bars = bar("", 100, (100, 108, 95, 100)), bar("l", 100, (100, 104, 97, 100)), bar("", 101, (101, 150, 50, 101))
    trade = only_trade(*bars)
    assert (trade.mfe, trade.mae) == (approx(0.08, rel=1e-12), approx(0.05, rel=1e-12))


def test_rule_14_bar_model_time_exit_comes_before_levels():
    trade = only_trade(bar("", 100), bar("", 80), risk=[time_exit(1), stop(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price) == ("time_exit", 80)


def test_rule_12_bar_model_and_minute_model_are_named_in_the_result():
    for model in ("minute", "bar"):
        assert run(*flat(100, "L", ""), fill_model=model).assumptions.fill_model == model
