"""Rules 16 and 17: equity, the open trade, and what is written down of a trade."""

from __future__ import annotations

import pytest
from support.dictated import at, bar, flat, run, size, stop, take, time_exit, trailing

approx = pytest.approx
ONE = size(base_amount=1.0)


def test_rule_16_equity_has_one_value_per_bar_and_starts_with_the_capital():
    result = run(*flat(100, "", "", ""), capital=2_500.0)
    assert result.equity.tolist() == [2_500] * 3


def test_rule_16_equity_is_taken_at_the_close():
    result = run(bar("L", 100), bar("", 100, (100, 140, 60, 110), 120), bar("", 90, 95), risk=[ONE])
    assert result.equity.tolist() == [1_000, 1_020, 995]


def test_rule_16_exit_costs_are_not_taken_off():
    result = run(bar("L", 100), bar("", 100), fee=0.01, slippage=0.01, risk=[ONE])
    # bought at 101 with a fee of 1.01; worth 100
    assert result.equity[1] == approx(1_000 - 101 - 1.01 + 100, rel=1e-12)


def test_rule_16_an_exit_during_a_bar_is_cash_at_its_close():
    result = run(bar("L", 100), bar("", 100, (100, 100, 90, 90), 50), risk=[ONE, stop(distance=10.0)])
    assert result.equity[1] == 990


def test_rule_16_a_position_open_at_the_end_stays_open_and_out_of_the_statistics():
    result = run(bar("L", 100), bar("", 100), bar("", 120), risk=[ONE], fee=0.01)
    trade = result.open_trade
    assert result.trades == ()
    assert (trade.side, trade.entry_time, trade.entry_price, trade.units) == ("long", at(1), 100, 1)
    assert trade.exit_time is trade.exit_price is trade.exit_reason is None
    # open P&L: 20 less the fee of the entry
    assert trade.pnl == approx(19, rel=1e-12)
    assert trade.return_ == approx(0.19, rel=1e-12)
    assert trade.fees == approx(1, rel=1e-12)
    assert trade.bars_held == 2
    assert result.equity[-1] == approx(1_019, rel=1e-12)
    assert result.metrics["trades"] == 0
    assert result.metrics["win_rate"] is None


def test_rule_17_the_open_trade_measures_the_minutes_so_far():
    result = run(bar("L", 100), bar("", 100, (100, 110, 95, 100)), risk=[stop(distance=20.0)])
    trade = result.open_trade
    assert (trade.mfe, trade.mae) == (approx(0.1, rel=1e-12), approx(0.05, rel=1e-12))
    assert trade.r_multiple == 0
    assert not trade.ambiguous


def test_rule_16_without_a_position_there_is_no_open_trade():
    assert run(*flat(100, "L", "l", "")).open_trade is None


def test_rule_17_a_trade_has_all_its_facts():
    bars = [bar("L", 100), bar("", 100, 104), bar("l", None, 103, 102), bar("", None, 110, 111)]
    (trade,) = run(*bars, fee=0.01, slippage=0.02, risk=[size(base_amount=2.0), stop(distance=50.0)]).trades
    assert trade.side == "long"
    assert (trade.entry_time, trade.exit_time) == (at(1), at(3, 1))
    entry, leave = 100 * 1.02, 110 * 0.98
    assert (trade.entry_price, trade.exit_price) == (approx(entry, rel=1e-12), approx(leave, rel=1e-12))
    assert trade.units == 2
    fees = 2 * (entry + leave) * 0.01
    assert trade.fees == approx(fees, rel=1e-12)
    assert trade.slippage == approx(2 * (2 + 2.2), rel=1e-12)
    pnl = 2 * (leave - entry) - fees
    assert trade.pnl == approx(pnl, rel=1e-12)
    assert trade.return_ == approx(pnl / (entry * 2), rel=1e-12)
    assert trade.r_multiple == approx(pnl / (2 * 50), rel=1e-12)
    assert trade.bars_held == 2
    assert trade.exit_reason == "signal"
    assert trade.ambiguous is False


def test_rule_17_trades_are_listed_in_order():
    result = run(*flat(100, "L", "S", "L", "l", ""))
    assert [(trade.side, trade.exit_reason) for trade in result.trades] == [
        ("long", "reversal"),
        ("short", "reversal"),
        ("long", "signal"),
    ]


# R multiple


def test_rule_17_r_is_the_pnl_over_the_risk_to_the_first_stop():
    (trade,) = run(bar("L", 100), bar("l", 100), bar("", 130), risk=[ONE, stop(distance=10.0)]).trades
    assert trade.r_multiple == approx(3, rel=1e-12)


def test_rule_17_a_stop_out_without_costs_is_minus_one_r():
    (trade,) = run(bar("S", 100), bar("", 100, (100, 130, 100, 130)), risk=[stop(percent=0.1)]).trades
    assert trade.r_multiple == approx(-1, rel=1e-12)


def test_rule_17_r_takes_the_nearer_stop_at_entry():
    bars = bar("L", 100), bar("l", 100, 108), bar("", 112)
    for risk in ([stop(distance=20.0), trailing(distance=5.0)], [stop(distance=5.0), trailing(distance=20.0)]):
        (trade,) = run(*bars, risk=[ONE, *risk]).trades
        assert trade.r_multiple == approx(12 / 5, rel=1e-12)


def test_rule_17_r_takes_the_trailing_stop_as_it_stood_first():
    # trailed up to 100, the stop stood at 90 at entry: no gain, no loss, no R
    (trade,) = run(bar("L", 100), bar("", 100, 110, 99), risk=[ONE, trailing(distance=10.0)]).trades
    assert trade.r_multiple == approx(-0.1, rel=1e-12)  # gapped to 99


def test_rule_17_r_is_absent_without_a_stop():
    result = run(bar("L", 100), bar("l", 100), bar("", 130), risk=[ONE, take(distance=50.0), time_exit(9)])
    assert result.trades[0].r_multiple is None
    assert result.metrics["average_r"] is None


def test_rule_17_the_liquidation_price_is_no_stop_to_measure_from():
    assert run(bar("S", 100), bar("s", 100), bar("", 90)).trades[0].r_multiple is None


# Excursions


def test_rule_17_excursions_are_fractions_of_the_entry_price_from_highs_and_lows():
    (trade,) = run(bar("L", 200), bar("l", 200, (200, 220, 190, 200)), bar("", 200)).trades
    assert (trade.mfe, trade.mae) == (approx(0.1, rel=1e-12), approx(0.05, rel=1e-12))


def test_rule_17_excursions_of_a_short_are_mirrored():
    (trade,) = run(bar("S", 200), bar("s", 200, (200, 220, 190, 200)), bar("", 200)).trades
    assert (trade.mfe, trade.mae) == (approx(0.05, rel=1e-12), approx(0.1, rel=1e-12))


def test_rule_17_excursions_count_the_minute_of_the_entry():
    (trade,) = run(bar("L", 100), bar("l", (100, 103, 98, 100)), bar("", 100)).trades
    assert (trade.mfe, trade.mae) == (approx(0.03, rel=1e-12), approx(0.02, rel=1e-12))


def test_rule_17_excursions_leave_out_the_minute_of_the_exit():
    (trade,) = run(bar("L", 100), bar("", 100, (100, 130, 80, 90)), risk=[stop(distance=10.0)]).trades
    # out at 90: neither the high of 130 nor the low of 80 of that minute counts
    assert (trade.mfe, trade.mae) == (0, approx(0.1, rel=1e-12))
    (trade,) = run(bar("L", 100), bar("l", 100), bar("", (105, 150, 50, 100))).trades
    assert (trade.mfe, trade.mae) == (approx(0.05, rel=1e-12), 0)


def test_rule_17_excursions_include_the_exit_price():
    (trade,) = run(bar("L", 100), bar("", 100, (100, 120, 100, 120)), risk=[take(distance=10.0)]).trades
    assert (trade.mfe, trade.mae) == (approx(0.1, rel=1e-12), 0)
    # with its slippage
    (trade,) = run(bar("L", 100), bar("l", 100), bar("", 100), slippage=0.01).trades
    assert trade.mae == approx((101 - 99) / 101, rel=1e-12)


def test_rule_17_excursions_are_never_negative():
    # bought at 105 and never higher than 100
    (trade,) = run(bar("L", 100), bar("l", 100), bar("", 100), slippage=0.05).trades
    assert trade.mfe == 0
    (trade,) = run(bar("S", 100), bar("s", 100), bar("", 100), slippage=0.05).trades
    assert trade.mfe == 0


def test_rule_17_an_exit_in_the_minute_of_the_entry_measures_the_exit_price_alone():
    (trade,) = run(bar("L", 100), bar("", (100, 150, 50, 100)), risk=[stop(distance=10.0)]).trades
    assert (trade.mfe, trade.mae) == (0, approx(0.1, rel=1e-12))


def test_rule_17_excursions_of_each_trade_start_anew():
    bars = [bar("L", 100), bar("l", 100, (100, 150, 50, 100)), bar("L", 100), bar("l", 100), bar("", 100)]
    first, second = run(*bars).trades
    assert (first.mfe, first.mae) == (0.5, 0.5)
    assert (second.mfe, second.mae) == (0, 0)


def test_rule_17_a_reversal_shares_the_minute_but_not_the_excursions():
    # the minute of the reversal belongs to the new position
    bars = [bar("L", 100), bar("S", 100), bar("s", (100, 130, 90, 100)), bar("", 100)]
    first, second = run(*bars).trades
    assert (first.mfe, first.mae) == (0, 0)
    assert (second.mfe, second.mae) == (approx(0.1, rel=1e-12), approx(0.3, rel=1e-12))


# Bars held


def test_rule_17_bars_held_counts_the_closes_at_which_it_was_open():
    assert run(*flat(100, "L", "", "", "l", "")).trades[0].bars_held == 3
    (trade,) = run(bar("L", 100), bar("", 100), bar("", 100, (100, 100, 90, 90)), risk=[stop(distance=10.0)]).trades
    assert trade.bars_held == 1


def test_rule_17_position_names_the_side_held_at_each_close():
    result = run(*flat(100, "L", "", "S", "", "s", ""))
    assert result.position.tolist() == [0, 1, 1, -1, -1, 0]


def test_rule_24_orders_are_kept_bar_by_bar():
    result = run(*flat(100, "L", "Ls", "?", "l?", "Sl"))
    assert {name: column.tolist() for name, column in result.orders.items()} == {
        "enter_long": [1, 1, -1, 0, 0],
        "exit_long": [0, 0, -1, -1, 1],
        "enter_short": [0, 0, -1, 0, 1],
        "exit_short": [0, 1, -1, 0, 0],
    }
