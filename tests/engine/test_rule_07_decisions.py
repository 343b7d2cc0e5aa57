"""Rule 7: one position at a time, blocked entries, conflicts, reversals and the cooldown."""

from __future__ import annotations

import pytest
from support.dictated import at, bar, cooldown, flat, run, size, stop, take, time_exit


def positions(*says, risk=(), **window):
    return run(*flat(100, *says), risk=risk, **window).position.tolist()


def conflicts(*says, risk=()):
    return run(*flat(100, *says), risk=risk).counts["conflicts"]


def test_rule_07_a_position_is_not_added_to():
    result = run(*flat(100, "L", "L", "L", "L"))
    assert result.position.tolist() == [0, 1, 1, 1]
    assert result.open_trade.units == 10
    assert result.open_trade.entry_time == at(1)


def test_rule_07_flat_a_true_entry_enters_its_side():
    assert positions("L", "") == [0, 1]
    assert positions("S", "") == [0, -1]


def test_rule_07_an_exit_while_flat_does_nothing():
    result = run(*flat(100, "l", "s", "ls", ""))
    assert result.position.tolist() == [0, 0, 0, 0]
    assert result.counts["conflicts"] == 0


def test_rule_07_the_exit_of_the_other_side_does_not_leave():
    assert positions("L", "s", "s", "") == [0, 1, 1, 1]
    assert positions("S", "l", "l", "") == [0, -1, -1, -1]


def test_rule_07_both_entries_true_enter_neither_and_count_one_conflict_a_bar():
    assert positions("LS", "LS", "") == [0, 0, 0]
    assert conflicts("LS", "LS", "") == 2
    assert conflicts("LlSs", "") == 1


@pytest.mark.parametrize("says", ["Ll", "Ss"])
def test_rule_07_an_entry_with_its_own_exit_true_is_blocked(says):
    assert positions(says, "") == [0, 0]
    assert conflicts(says, "") == 1


@pytest.mark.parametrize(("says", "side"), [("Ls", 1), ("Sl", -1)])
def test_rule_07_the_exit_of_the_other_side_does_not_block_an_entry(says, side):
    assert positions(says, "") == [0, side]
    assert conflicts(says, "") == 0


def test_rule_07_a_conflict_on_the_last_bar_counts():
    assert conflicts("", "LS") == 1


def test_rule_07_a_reversal_leaves_and_enters_at_the_same_open():
    result = run(bar("L", 100), bar("S", 100), bar("", 110), bar("", 105))
    (trade,) = result.trades
    assert (trade.side, trade.exit_reason, trade.exit_time, trade.exit_price) == ("long", "reversal", at(2), 110)
    assert result.open_trade.side == "short"
    assert (result.open_trade.entry_time, result.open_trade.entry_price) == (at(2), 110)
    # 10 units gain 10 each; 1,100 short at 110 are 10 units again, which gain 5 each
    assert result.open_trade.units == pytest.approx(10, rel=1e-12)
    assert result.equity[-1] == pytest.approx(1_150, rel=1e-12)
    assert result.position.tolist() == [0, 1, -1, -1]


def test_rule_07_a_reversal_from_short_to_long():
    result = run(bar("S", 100), bar("L", 100), bar("", 80), bar("", 88))
    (trade,) = result.trades
    assert (trade.side, trade.exit_reason, trade.pnl) == ("short", "reversal", pytest.approx(200, rel=1e-12))
    # 1,200 at 80 are 15 units, which gain 8 each
    assert result.equity[-1] == pytest.approx(1_320, rel=1e-12)
    assert result.position.tolist() == [0, -1, 1, 1]


def test_rule_07_a_reversal_goes_before_the_own_exit():
    result = run(*flat(100, "L", "Sl", ""))
    assert result.position.tolist() == [0, 1, -1]
    assert [trade.exit_reason for trade in result.trades] == ["reversal"]


def test_rule_07_a_reversal_blocked_by_both_entries_counts_and_holds_on():
    result = run(*flat(100, "L", "LS", ""))
    assert result.position.tolist() == [0, 1, 1]
    assert result.counts["conflicts"] == 1


def test_rule_07_a_reversal_blocked_by_its_own_exit_counts_and_holds_on():
    result = run(*flat(100, "L", "Ss", ""))
    assert result.position.tolist() == [0, 1, 1]
    assert result.counts["conflicts"] == 1


@pytest.mark.parametrize("says", ["LSl", "Ssl"])
def test_rule_07_a_blocked_reversal_still_leaves_by_the_own_exit(says):
    result = run(*flat(100, "L", says, ""))
    assert result.position.tolist() == [0, 1, 0]
    assert [trade.exit_reason for trade in result.trades] == ["signal"]
    assert result.counts["conflicts"] == 1


def test_rule_07_in_a_position_its_own_entry_cannot_act_and_counts_no_conflict():
    # long and exit long both true: the entry held could not act, the exit leaves
    result = run(*flat(100, "L", "Ll", ""))
    assert result.position.tolist() == [0, 1, 0]
    assert result.counts["conflicts"] == 0


def test_rule_07_the_side_just_left_by_a_time_exit_is_not_entered_at_the_same_open():
    result = run(*flat(100, "L", "L", "L", "L", ""), risk=[time_exit(1)])
    # in at 1, out at 2, decided again at the close of 2, in at 3, out at 4
    assert result.position.tolist() == [0, 1, 0, 1, 0]
    assert [trade.exit_reason for trade in result.trades] == ["time_exit", "time_exit"]


def test_rule_07_a_level_still_true_after_a_stop_out_enters_again_at_the_next_open():
    bars = [bar("L", 100), bar("L", (100, 100, 89, 95)), bar("L", 96), bar("", 96)]
    result = run(*bars, risk=[stop(distance=10.0)])
    assert result.position.tolist() == [0, 0, 1, 1]
    assert (result.trades[0].exit_price, result.open_trade.entry_price) == (90, 96)
    assert result.open_trade.entry_time == at(2)


def test_rule_07_a_signal_exit_after_a_stop_out_of_the_same_bar_does_nothing():
    result = run(bar("L", 100), bar("l", (100, 100, 89, 95)), bar("", 50), risk=[stop(distance=10.0)])
    assert len(result.trades) == 1
    assert result.trades[0].exit_reason == "stop_loss"
    assert result.counts["pending_orders"] == 0


def test_rule_07_after_a_stop_out_in_a_bar_its_close_is_judged_as_flat():
    # flat at that close: both entries true are one conflict, and the opposite entry is an entry, no reversal
    stopped = bar("S", (100, 100, 89, 95))
    result = run(bar("L", 100), stopped, bar("", 95), risk=[stop(distance=10.0)])
    assert result.position.tolist() == [0, 0, -1]
    assert [trade.exit_reason for trade in result.trades] == ["stop_loss"]
    result = run(bar("L", 100), bar("Ll", (100, 100, 89, 95)), bar("", 95), risk=[stop(distance=10.0)])
    assert result.counts["conflicts"] == 1


# Cooldown


def test_rule_07_cooldown_counts_the_closes_from_the_bar_of_the_exit_on():
    says = ["L", "l", "L", "L", "L", "L", "L"]
    # the exit fills at the open of bar 2: closes 2, 3 and 4 decide nothing, close 5 enters at 6
    assert positions(*says, risk=[cooldown(3)]) == [0, 1, 0, 0, 0, 0, 1]
    assert positions(*says, risk=[cooldown(2)]) == [0, 1, 0, 0, 0, 1, 1]
    assert positions(*says, risk=[cooldown(1)]) == [0, 1, 0, 0, 1, 1, 1]
    assert positions(*says) == [0, 1, 0, 1, 1, 1, 1]


def test_rule_07_cooldown_counts_from_the_bar_in_which_a_stop_filled():
    bars = [bar("L", 100), bar("L", (100, 100, 89, 95)), *flat(95, "L", "L", "L", "L")]
    # out within bar 1: closes 1 and 2 decide nothing, close 3 enters at 4
    assert run(*bars, risk=[stop(distance=10.0), cooldown(2)]).position.tolist() == [0, 0, 0, 0, 1, 1]


def test_rule_07_cooldown_counts_bars_that_exist():
    from support.dictated import HOLE

    bars = [*flat(100, "L", "l", "L"), HOLE, HOLE, *flat(100, "L", "L", "L")]
    assert run(*bars, risk=[cooldown(2)]).position.tolist() == [0, 1, 0, 0, 0, 1]


def test_rule_07_cooldown_holds_for_both_sides():
    assert positions("L", "l", "S", "S", "S", risk=[cooldown(2)]) == [0, 1, 0, 0, 0]
    assert positions("L", "l", "S", "S", "S", "S", risk=[cooldown(2)]) == [0, 1, 0, 0, 0, -1]


def test_rule_07_cooldown_does_not_delay_the_first_entry():
    assert positions("L", "", risk=[cooldown(5)]) == [0, 1]


def test_rule_07_cooldown_counts_no_conflict():
    assert conflicts("L", "l", "LS", "LS", "LS", "", risk=[cooldown(2)]) == 1
    assert conflicts("L", "l", "LS", "LS", "LS", "") == 3


def test_rule_07_an_exit_may_be_decided_in_the_cooldown():
    # the reversal at bar 2 starts a cooldown in which its new position is left by its own exit
    result = run(*flat(100, "L", "S", "s", "", ""), risk=[cooldown(3)])
    assert result.position.tolist() == [0, 1, -1, 0, 0]
    assert [trade.exit_reason for trade in result.trades] == ["reversal", "signal"]


def test_rule_07_a_reversal_in_the_cooldown_only_leaves():
    result = run(*flat(100, "L", "S", "L", "", ""), risk=[cooldown(1)])
    # reversed at bar 2; close 2 is cooling, so the reversal decided there leaves at 3 and enters nothing
    assert result.position.tolist() == [0, 1, -1, 0, 0]
    assert [trade.exit_reason for trade in result.trades] == ["reversal", "reversal"]
    assert result.open_trade is None


def test_rule_07_a_reversal_outside_the_cooldown_enters_although_it_starts_one():
    assert positions("L", "S", "", risk=[cooldown(9)]) == [0, 1, -1]


def test_rule_07_a_reversal_in_the_cooldown_can_be_blocked_and_counts_no_conflict():
    result = run(*flat(100, "L", "S", "LS", "Ll", ""), risk=[cooldown(2)])
    assert result.position.tolist() == [0, 1, -1, -1, -1]
    assert result.counts["conflicts"] == 0


def test_rule_07_a_reversal_that_only_leaves_starts_the_cooldown_anew():
    # reversed at 2, left at 3 by a reversal in the cooldown; closes 3 and 4 are cooling, close 5 enters at 6
    says = ["L", "S", "L", "L", "L", "L", ""]
    assert positions(*says, risk=[cooldown(2)]) == [0, 1, -1, 0, 0, 0, 1]


def test_rule_07_a_conflict_needs_an_entry_that_could_act():
    # short held: enter short and exit short are the held side's; no opposite entry is true
    result = run(*flat(100, "S", "Ss", ""))
    assert result.counts["conflicts"] == 0
    assert result.position.tolist() == [0, -1, 0]


def test_rule_07_a_conflict_counts_while_a_time_exit_is_due():
    result = run(*flat(100, "L", "LS", ""), risk=[time_exit(1)])
    assert result.counts["conflicts"] == 1
    assert [trade.exit_reason for trade in result.trades] == ["time_exit"]


def test_rule_07_a_take_profit_and_a_new_entry_in_one_bar_chain():
    # out at 110 within bar 1 and in again at the open of bar 2 with what it earned
    bars = [bar("L", 100), bar("L", (100, 111, 100, 110)), bar("", 110)]
    result = run(*bars, risk=[take(distance=10.0), size(percent=0.5)])
    assert result.trades[0].exit_reason == "take_profit"
    # 5 units earn 10 each: half of 1,050 at 110
    assert result.open_trade.units == pytest.approx(525 / 110, rel=1e-12)
