"""Rules 14 and 15: the time exit, and what comes first at one open."""

from __future__ import annotations

import pytest
from support.dictated import HOLE, at, bar, cooldown, flat, run, stop, take, time_exit


@pytest.mark.parametrize("bars", [1, 2, 5])
def test_rule_14_a_time_exit_leaves_at_the_open_of_the_nth_bar_after_the_entry_bar(bars):
    result = run(*flat(100, "L", *[""] * 8), risk=[time_exit(bars)])
    (trade,) = result.trades
    assert (trade.entry_time, trade.exit_time) == (at(1), at(1 + bars))
    assert (trade.exit_reason, trade.bars_held) == ("time_exit", bars)


def test_rule_14_a_time_exit_fills_at_the_open():
    result = run(bar("S", 100), bar("", 100, 98), bar("", 95, 90), bar("", 80), risk=[time_exit(1)])
    assert result.trades[0].exit_price == 95


def test_rule_14_a_time_exit_fills_at_the_first_minute_present():
    result = run(bar("L", 100), bar("", 100), bar("", None, 95, 90), risk=[time_exit(1)])
    assert (result.trades[0].exit_price, result.trades[0].exit_time) == (95, at(2, 1))


def test_rule_14_bars_that_do_not_exist_are_not_counted():
    result = run(bar("L", 100), bar("", 100), HOLE, HOLE, bar("", 100), bar("", 100), risk=[time_exit(2)])
    assert result.trades[0].exit_time == at(5)
    assert result.trades[0].bars_held == 2


def test_rule_14_the_time_runs_from_the_entry_of_each_position():
    result = run(*flat(100, "L", "", "S", "", "", "", ""), risk=[time_exit(3)])
    # long from bar 1, reversed at bar 3, out at bar 6
    assert [trade.exit_reason for trade in result.trades] == ["reversal", "time_exit"]
    assert [trade.exit_time for trade in result.trades] == [at(3), at(6)]


def test_rule_14_after_a_time_exit_a_level_enters_again_one_bar_later():
    result = run(*flat(100, *["L"] * 7), risk=[time_exit(2)])
    # in at 1, out at 3, decided at the close of 3, in at 4, out at 6
    assert result.position.tolist() == [0, 1, 1, 0, 1, 1, 0]


@pytest.mark.parametrize(("says", "opens"), [("L", 50), ("S", 180)])
def test_rule_15_an_exit_by_signal_fills_before_the_levels_are_looked_at(says, opens):
    leave = "l" if says == "L" else "s"
    result = run(bar(says, 100), bar(leave, 100), bar("", opens), risk=[stop(distance=10.0)])
    assert result.trades[0].exit_reason == "signal"
    assert result.trades[0].exit_price == opens


def test_rule_15_an_exit_by_time_fills_before_the_levels_are_looked_at():
    result = run(bar("L", 100), bar("", 100), bar("", 50), risk=[stop(distance=10.0), time_exit(1)])
    assert result.trades[0].exit_reason == "time_exit"


def test_rule_15_an_exit_by_signal_takes_the_open_even_beyond_the_target():
    result = run(bar("L", 100), bar("l", 100), bar("", 150), risk=[take(distance=10.0)])
    assert (result.trades[0].exit_reason, result.trades[0].exit_price) == ("signal", 150)


def test_rule_15_a_signal_names_the_exit_before_the_time():
    result = run(*flat(100, "L", "l", ""), risk=[time_exit(1)])
    assert [trade.exit_reason for trade in result.trades] == ["signal"]


def test_rule_15_a_reversal_names_the_exit_before_signal_and_time():
    result = run(*flat(100, "L", "lS", ""), risk=[time_exit(1)])
    assert [trade.exit_reason for trade in result.trades] == ["reversal"]
    assert result.position.tolist() == [0, 1, -1]


def test_rule_15_a_reversal_in_the_cooldown_names_a_due_exit_although_nothing_is_entered():
    result = run(*flat(100, "L", "S", "Ls", ""), risk=[cooldown(1), time_exit(1)])
    assert [trade.exit_reason for trade in result.trades] == ["reversal", "reversal"]
    assert result.position.tolist() == [0, 1, -1, 0]


def test_rule_15_a_blocked_reversal_leaves_the_name_to_the_time():
    result = run(*flat(100, "L", "Ss", ""), risk=[time_exit(1)])
    assert [trade.exit_reason for trade in result.trades] == ["time_exit"]


def test_rule_15_an_exit_in_a_bar_and_an_entry_at_the_next_open():
    bars = [bar("L", 100), bar("S", (100, 100, 90, 90)), bar("", 91)]
    result = run(*bars, risk=[stop(distance=10.0)])
    assert result.trades[0].exit_time == at(1)
    assert (result.open_trade.side, result.open_trade.entry_time) == ("short", at(2))


def test_rule_15_after_an_exit_at_an_open_the_close_of_that_bar_may_enter_the_same_side():
    result = run(*flat(100, "L", "l", "L", ""))
    assert result.position.tolist() == [0, 1, 0, 1]


def test_rule_15_levels_of_a_reversed_position_are_watched_from_its_open_on():
    # reversed at 100; the short of that open is stopped within its first minute
    bars = [bar("L", 100), bar("S", 100), bar("", (100, 110, 100, 105))]
    result = run(*bars, risk=[stop(distance=10.0)])
    assert [trade.exit_reason for trade in result.trades] == ["reversal", "stop_loss"]
    assert [trade.exit_time for trade in result.trades] == [at(2), at(2)]
    assert result.position.tolist() == [0, 1, 0]


def test_rule_14_a_stop_before_the_time_wins():
    result = run(bar("L", 100), bar("", 100, (100, 100, 90, 90)), bar("", 90), risk=[stop(distance=10.0), time_exit(1)])
    assert [trade.exit_reason for trade in result.trades] == ["stop_loss"]
