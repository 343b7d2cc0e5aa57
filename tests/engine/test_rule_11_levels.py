"""Rules 11 to 13: where protective levels stand, and which one fills, on minutes."""

from __future__ import annotations

import math

import pytest
from support.dictated import at, bar, flat, run, size, stop, take, trailing

approx = pytest.approx


def only_trade(*bars, says="L", **settings):
    """Return the one trade of an entry decided at 100 and filled at the open of the first of `bars`."""
    result = run(bar(says, 100), *bars, **settings)
    (trade,) = result.trades
    return trade


def still_open(*bars, says="L", **settings):
    result = run(bar(says, 100), *bars, **settings)
    assert result.trades == ()
    return result.open_trade


# Rule 11: where the levels stand


def test_rule_11_levels_are_measured_from_the_entry_fill_price():
    # bought at 100 x 1.05 = 105: the stop is at 98, not at 93, and slips to 93.1
    trade = only_trade(bar("", 100, (100, 100, 97, 99)), slippage=0.05, risk=[stop(distance=7.0)])
    assert trade.exit_price == approx(98 * 0.95, rel=1e-12)
    # the target is at 112, not at 107
    still_open(bar("", 100, (100, 111.9, 100, 100)), slippage=0.05, risk=[take(distance=7.0)])


def test_rule_11_levels_are_not_measured_from_the_close_of_the_decision():
    # decided at 100, filled at 110: 10 % is 11
    assert only_trade(bar("", 110, (110, 110, 99, 99)), risk=[stop(percent=0.1)]).exit_price == 99
    still_open(bar("", 110, (110, 110, 99.01, 100)), risk=[stop(percent=0.1)])


@pytest.mark.parametrize(
    ("says", "risk", "level"),
    [
        ("L", stop(percent=0.05), 95),
        ("S", stop(percent=0.05), 105),
        ("L", stop(distance=5.0), 95),
        ("S", stop(distance=5.0), 105),
        ("L", take(percent=0.05), 105),
        ("S", take(percent=0.05), 95),
        ("L", take(distance=5.0), 105),
        ("S", take(distance=5.0), 95),
        ("L", trailing(percent=0.05), 95),
        ("S", trailing(percent=0.05), 105),
        ("L", trailing(distance=5.0), 95),
        ("S", trailing(distance=5.0), 105),
    ],
)
def test_rule_11_a_touch_is_at_the_level_and_not_before(says, risk, level):
    reason = risk.kind
    away = math.nextafter(level, 100)
    touched = (100, max(level, 100), min(level, 100), 100)
    missed = (100, max(away, 100), min(away, 100), 100)
    trade = only_trade(bar("", 100, touched), says=says, risk=[risk])
    assert (trade.exit_reason, trade.exit_price, trade.exit_time) == (reason, level, at(1, 1))
    still_open(bar("", 100, missed), says=says, risk=[risk])


def test_rule_11_a_level_is_price_minus_distance_and_the_distance_price_times_percent():
    # in doubles 123.45 - 123.45 x 0.02 is not 123.45 x (1 - 0.02)
    price, percent = 123.45, 0.02
    level = price - price * percent
    assert level != price * (1 - percent)
    assert only_trade(bar("", price, (price, price, level, price)), risk=[stop(percent=percent)]).exit_price == level
    still_open(bar("", price, (price, price, math.nextafter(level, 1e9), price)), risk=[stop(percent=percent)])


def test_rule_11_levels_are_not_rounded():
    level = 100 - 100 / 3 * 0.1
    trade = only_trade(bar("", 100, (100, 100, 90, 90)), risk=[stop(distance=100 / 3 * 0.1)])
    assert trade.exit_price == level


# ATR of 2 bars: true ranges of the bars 1, 2, ... are 4, 6, 2; ATR is 5 at bar 2 and (5 x 1 + 2) / 2 = 3.5 at bar 3


def atr_bars(*last):
    return [
        bar("", (100, 101, 99, 100)),
        bar("", (100, 102, 98, 100)),
        bar("", (100, 103, 97, 100)),
        bar("L", (100, 101, 99, 100)),
        *last,
    ]


@pytest.mark.parametrize(("make", "level"), [(stop, 93), (trailing, 93), (take, 107)])
def test_rule_11_an_atr_distance_is_of_the_decision_bar(make, level):
    # 2 x 3.5; the entry bar itself is wild and has no say
    entry = bar("", 100, (100, max(level, 100), min(level, 100), 100), (100, 160, 40, 100))
    result = run(*atr_bars(entry), risk=[make(multiple=2.0, period=2)])
    (trade,) = result.trades
    assert trade.exit_price == level
    assert trade.exit_time == at(4, 1)


def test_rule_11_an_atr_distance_stays_as_it_was_at_entry():
    # ranges of 40 after the entry: the stop stays at 93
    wild = bar("", (100, 120, 93.5, 100))
    result = run(*atr_bars(wild, wild, bar("", (100, 100, 93, 100))), risk=[stop(multiple=2.0, period=2)])
    (trade,) = result.trades
    assert (trade.exit_price, trade.exit_time) == (93, at(6))


@pytest.mark.parametrize("make", [stop, take, trailing])
def test_rule_11_an_unknown_distance_enters_nothing_and_is_counted(make):
    # the ATR of 2 bars is unknown at bars 0 and 1
    result = run(*flat(100, "L", "L", "", ""), risk=[make(multiple=2.0, period=2)])
    assert result.position.tolist() == [0, 0, 0, 0]
    assert result.counts["no_level"] == 2
    assert result.counts["zero_size"] == 0


@pytest.mark.parametrize("make", [stop, take, trailing])
def test_rule_11_a_distance_of_zero_enters_nothing_and_is_counted(make):
    # a market that stands still has an ATR of 0
    result = run(*flat(100, "", "", "", "L", ""), risk=[make(multiple=2.0, period=2)])
    assert result.position.tolist() == [0] * 5
    assert result.counts["no_level"] == 1


def test_rule_11_one_unknown_distance_of_two_is_enough_and_counts_once():
    risk = [stop(multiple=2.0, period=2), take(multiple=2.0, period=2), trailing(distance=5.0)]
    result = run(*flat(100, "L", "", ""), risk=risk)
    assert result.counts["no_level"] == 1
    assert result.position.tolist() == [0, 0, 0]


def test_rule_11_a_reversal_into_an_entry_without_a_level_still_leaves():
    # in a market that stands still the ATR halves with every bar, down to 0 after 1,100 of them
    bars = [*atr_bars(), *flat(100, *[""] * 1100), bar("S", 100), *flat(100, "", "")]
    result = run(*bars, risk=[stop(multiple=2.0, period=2)])
    assert [trade.exit_reason for trade in result.trades] == ["reversal"]
    assert result.counts["no_level"] == 1
    assert result.position[-3:].tolist() == [1, 0, 0]


def test_rule_11_an_order_without_a_level_on_the_last_bar_is_pending_and_not_counted():
    result = run(*flat(100, "", "L"), risk=[stop(multiple=2.0, period=2)])
    assert (result.counts["no_level"], result.counts["pending_orders"]) == (0, 1)


def test_rule_11_a_stop_below_zero_never_acts():
    assert still_open(bar("", (100, 100, 0.01, 50)), risk=[stop(distance=150.0)]).units == 10


# Rule 12: what happens within one minute


def test_rule_12_levels_are_watched_minute_by_minute_in_order():
    target_first = bar("", 100, (100, 110, 100, 100), (100, 100, 90, 90))
    stop_first = bar("", 100, (100, 100, 90, 100), (100, 110, 100, 100))
    risk = [stop(distance=10.0), take(distance=10.0)]
    assert only_trade(target_first, risk=risk).exit_reason == "take_profit"
    assert only_trade(stop_first, risk=risk).exit_reason == "stop_loss"
    assert only_trade(target_first, says="S", risk=risk).exit_reason == "stop_loss"
    assert only_trade(stop_first, says="S", risk=risk).exit_reason == "take_profit"
    for sketch in (target_first, stop_first):
        trade = only_trade(sketch, risk=risk)
        assert trade.exit_time == at(1, 1)
        assert not trade.ambiguous


@pytest.mark.parametrize("says", ["L", "S"])
def test_rule_12_stop_wins_when_both_are_touched(says):
    result = run(bar(says, 100), bar("", 100, (100, 112, 88, 100)), risk=[stop(distance=10.0), take(distance=10.0)])
    (trade,) = result.trades
    assert (trade.exit_reason, trade.exit_price) == ("stop_loss", 90 if says == "L" else 110)
    assert trade.ambiguous
    assert result.counts["ambiguous"] == 1


def test_rule_12_a_stop_touched_alone_is_not_ambiguous():
    result = run(bar("L", 100), bar("", (100, 109, 90, 100)), risk=[stop(distance=10.0), take(distance=10.0)])
    assert not result.trades[0].ambiguous
    assert result.counts["ambiguous"] == 0


def test_rule_12_both_touched_exactly_is_ambiguous():
    assert only_trade(bar("", (100, 110, 90, 100)), risk=[stop(distance=10.0), take(distance=10.0)]).ambiguous


def test_rule_12_the_minute_of_the_entry_is_watched():
    trade = only_trade(bar("", (100, 100, 90, 95)), risk=[stop(distance=10.0)])
    assert (trade.entry_time, trade.exit_time, trade.exit_price) == (at(1), at(1), 90)
    assert trade.bars_held == 0
    trade = only_trade(bar("", (100, 110, 100, 105)), risk=[take(distance=10.0)])
    assert (trade.exit_time, trade.exit_price) == (at(1), 110)


def test_rule_12_the_minute_of_the_entry_is_the_first_one_present():
    trade = only_trade(bar("", None, (100, 100, 90, 95), 95), risk=[stop(distance=10.0)])
    assert (trade.entry_time, trade.exit_time) == (at(1, 1), at(1, 1))


@pytest.mark.parametrize(("says", "opens", "reason"), [("L", 80, "stop_loss"), ("S", 120, "stop_loss")])
def test_rule_12_a_gap_through_the_stop_fills_at_the_open(says, opens, reason):
    trade = only_trade(bar("", 100), bar("", opens), says=says, risk=[stop(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.exit_time) == (reason, opens, at(2))


@pytest.mark.parametrize(("says", "opens"), [("L", 80), ("S", 120)])
def test_rule_12_a_gap_through_the_stop_slips_from_the_open(says, opens):
    worse = opens * (0.99 if says == "L" else 1.01)
    trade = only_trade(bar("", 100), bar("", opens), says=says, risk=[stop(distance=10.0)], slippage=0.01)
    assert trade.exit_price == approx(worse, rel=1e-12)


@pytest.mark.parametrize("says", ["L", "S"])
def test_rule_12_a_gap_within_a_bar_fills_at_the_open_of_its_minute(says):
    opens = 85 if says == "L" else 115
    trade = only_trade(bar("", 100, opens, 100), says=says, risk=[stop(distance=10.0)])
    assert (trade.exit_price, trade.exit_time) == (opens, at(1, 1))


def test_rule_12_an_open_exactly_at_the_stop_fills_there():
    assert only_trade(bar("", 100), bar("", 90), risk=[stop(distance=10.0)]).exit_price == 90


@pytest.mark.parametrize(("says", "opens", "level"), [("L", 125, 110), ("S", 75, 90)])
def test_rule_12_a_gap_through_the_target_fills_at_the_target(says, opens, level):
    trade = only_trade(bar("", 100), bar("", opens), says=says, risk=[take(distance=10.0)], slippage=0.0)
    assert (trade.exit_reason, trade.exit_price, trade.exit_time) == ("take_profit", level, at(2))
    assert not trade.ambiguous


def test_rule_12_a_gap_through_the_target_fills_before_the_stop_of_that_minute():
    # the open is beyond the target: that comes first, whatever the minute does afterwards
    trade = only_trade(bar("", 100), bar("", (120, 120, 80, 80)), risk=[stop(distance=10.0), take(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.ambiguous) == ("take_profit", 110, False)


def test_rule_12_a_gap_through_the_stop_is_not_ambiguous():
    trade = only_trade(bar("", 100), bar("", (80, 120, 80, 80)), risk=[stop(distance=10.0), take(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.ambiguous) == ("stop_loss", 80, False)


@pytest.mark.parametrize(("says", "entry", "leaves"), [("L", 101, 99), ("S", 99, 101)])
def test_rule_12_slippage_beyond_the_stop_exits_at_the_open_of_the_entry(says, entry, leaves):
    # 1 % of slippage and a stop half a percent away: the open is beyond it from the start
    trade = only_trade(bar("", 100), says=says, risk=[stop(distance=0.5)], slippage=0.01)
    assert (trade.entry_price, trade.exit_price) == (approx(entry, rel=1e-12), approx(leaves, rel=1e-12))
    assert (trade.exit_reason, trade.exit_time, trade.bars_held) == ("stop_loss", at(1), 0)
    assert not trade.ambiguous


def test_rule_12_an_exit_frees_the_rest_of_the_bar():
    # one exit a position: the second touch finds nothing
    result = run(bar("L", 100), bar("", 100, (100, 100, 90, 90), (90, 90, 80, 80)), risk=[stop(distance=10.0)])
    assert len(result.trades) == 1
    assert result.equity[-1] == 900


def test_rule_12_levels_stand_over_many_bars():
    trade = only_trade(*flat(100, *[""] * 7), bar("", 100, 100, (100, 100, 90, 90)), risk=[stop(distance=10.0)])
    assert (trade.exit_time, trade.bars_held) == (at(8, 2), 7)


def test_rule_12_levels_belong_to_their_position():
    # the second position is entered at 200: its stop is 10 away from there
    bars = [bar("l", 100), bar("L", 200), bar("", 200, (200, 200, 191, 195))]
    result = run(bar("L", 100), *bars, risk=[stop(distance=10.0)])
    assert result.trades[0].exit_reason == "signal"
    assert len(result.trades) == 1
    assert result.open_trade.entry_price == 200


# Rule 13: the trailing stop


def test_rule_13_a_trailing_stop_follows_the_highs():
    # best 120: level 110
    trade = only_trade(bar("", 100, (100, 120, 100, 115), (115, 115, 109, 109)), risk=[trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.exit_time) == ("trailing_stop", 110, at(1, 2))


def test_rule_13_a_trailing_stop_of_a_short_follows_the_lows():
    trade = only_trade(bar("", 100, (100, 100, 80, 85), (85, 91, 85, 90)), says="S", risk=[trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price, trade.exit_time) == ("trailing_stop", 90, at(1, 2))


def test_rule_13_the_high_of_the_minute_being_checked_has_no_say():
    # the minute that makes 120 falls to 105 itself: its level is still 90
    still_open(bar("", 100, (110, 120, 105, 115), (115, 115, 111, 111)), risk=[trailing(distance=10.0)])
    still_open(bar("", 100, (100, 100, 80, 95), (85, 89, 85, 89)), says="S", risk=[trailing(distance=10.0)])


def test_rule_13_the_minute_of_the_entry_is_checked_against_the_entry_price():
    still_open(bar("", (100, 130, 91, 125), 125), risk=[trailing(distance=10.0)])
    trade = only_trade(bar("", (100, 130, 90, 125)), risk=[trailing(distance=10.0)])
    assert (trade.exit_price, trade.exit_time) == (90, at(1))


def test_rule_13_the_minute_of_the_entry_counts_for_the_next_one():
    trade = only_trade(bar("", (100, 130, 91, 125), (125, 125, 119, 119)), risk=[trailing(distance=10.0)])
    assert (trade.exit_price, trade.exit_time) == (120, at(1, 1))


def test_rule_13_highs_before_the_entry_do_not_count():
    result = run(bar("L", 100, (100, 150, 100, 100)), bar("", 100, (100, 100, 91, 91)), risk=[trailing(distance=10.0)])
    assert result.trades == ()


def test_rule_13_the_best_price_starts_at_the_fill_with_its_slippage():
    # bought at 105, the highest price since is 100: level 95 from 105
    trade = only_trade(bar("", 100, (100, 100, 95, 99)), slippage=0.05, risk=[trailing(distance=10.0)])
    assert trade.exit_price == approx(95 * 0.95, rel=1e-12)


def test_rule_13_a_trailing_stop_never_moves_away_from_profit():
    rise, sag = bar("", 100, (115, 120, 111, 112)), bar("", 112, (112, 113, 110.5, 111))
    trade = only_trade(rise, sag, bar("", 111, (111, 111, 110, 110)), risk=[trailing(distance=10.0)])
    assert (trade.exit_price, trade.exit_time) == (110, at(3, 1))


def test_rule_13_a_percent_is_of_the_best_price():
    # 10 % of 200 is 20, no longer 10
    bars = [bar("", 100, (100, 200, 100, 190)), bar("", 190, (190, 190, 181, 185)), bar("", 185, (185, 185, 180, 180))]
    trade = only_trade(*bars, risk=[trailing(percent=0.1)])
    assert (trade.exit_price, trade.exit_time) == (180, at(3, 1))


def test_rule_13_a_percent_is_of_the_best_price_of_a_short():
    # the low 50: 50 + 5
    bars = [bar("", 100, (100, 100, 50, 52)), bar("", 52, (52, 54.9, 52, 54)), bar("", 54, (54, 55, 54, 54))]
    trade = only_trade(*bars, says="S", risk=[trailing(percent=0.1)])
    assert (trade.exit_price, trade.exit_time) == (approx(55, rel=1e-12), at(3, 1))


def test_rule_13_a_price_distance_stays_as_at_entry():
    bars = [bar("", 100, (100, 200, 100, 195)), bar("", 195, (195, 195, 190.5, 195)), bar("", (195, 195, 190, 190))]
    assert only_trade(*bars, risk=[trailing(distance=10.0)]).exit_price == 190


def test_rule_13_an_atr_distance_stays_as_at_entry():
    # 2 x 3.5 = 7 below the high of 140, however wild the bars since
    bars = atr_bars(bar("", 100, (100, 140, 100, 138)), bar("", 138, (138, 138, 133, 133)))
    (trade,) = run(*bars, risk=[trailing(multiple=2.0, period=2)]).trades
    assert (trade.exit_price, trade.exit_time) == (133, at(5, 1))


def test_rule_13_a_trailing_stop_gapped_through_fills_at_the_open():
    trade = only_trade(bar("", 100, (100, 120, 100, 115), 115), bar("", 104), risk=[trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price) == ("trailing_stop", 104)


def test_rule_13_the_nearer_of_fixed_and_trailing_stop_counts_and_names_the_exit():
    drop = bar("", 100, (100, 100, 80, 80))
    trade = only_trade(drop, risk=[stop(distance=5.0), trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price) == ("stop_loss", 95)
    trade = only_trade(drop, risk=[stop(distance=10.0), trailing(distance=5.0)])
    assert (trade.exit_reason, trade.exit_price) == ("trailing_stop", 95)
    rise = bar("", 100, (100, 120, 100, 120))
    trade = only_trade(rise, says="S", risk=[stop(distance=5.0), trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price) == ("stop_loss", 105)
    trade = only_trade(rise, says="S", risk=[stop(distance=10.0), trailing(distance=5.0)])
    assert (trade.exit_reason, trade.exit_price) == ("trailing_stop", 105)


def test_rule_13_a_trailing_stop_takes_over_once_it_is_nearer():
    bars = [bar("", 100, (100, 106, 100, 106)), bar("", 106, (106, 106, 96, 96))]
    trade = only_trade(*bars, risk=[stop(distance=5.0), trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price) == ("trailing_stop", 96)


@pytest.mark.parametrize("says", ["L", "S"])
def test_rule_13_a_tie_of_fixed_and_trailing_stop_is_a_stop_loss(says):
    hit = (100, 100, 90, 90) if says == "L" else (100, 110, 100, 110)
    trade = only_trade(bar("", 100, hit), says=says, risk=[stop(distance=10.0), trailing(distance=10.0)])
    assert trade.exit_reason == "stop_loss"


def test_rule_13_a_gap_is_named_by_the_nearer_stop_although_it_is_beyond_both():
    trade = only_trade(bar("", 100), bar("", 50), risk=[stop(distance=5.0), trailing(distance=10.0)])
    assert (trade.exit_reason, trade.exit_price) == ("stop_loss", 50)


def test_rule_13_a_trailing_stop_and_a_target_touched_together_are_ambiguous():
    trade = only_trade(
        bar("", 100, (100, 112, 100, 112), (112, 121, 101, 110)), risk=[trailing(distance=10.0), take(distance=20.0)]
    )
    assert (trade.exit_reason, trade.exit_price, trade.ambiguous) == ("trailing_stop", 102, True)


def test_rule_13_the_trailing_stop_starts_anew_with_the_next_position():
    bars = [
        bar("", 100, (100, 120, 100, 112)),
        bar("L", 112, (112, 112, 110, 110)),  # out at 110
        bar("", 105, (105, 105, 96, 96)),  # in at 105: level 95
    ]
    result = run(bar("L", 100), *bars, risk=[trailing(distance=10.0), size(base_amount=1.0)])
    assert len(result.trades) == 1
    assert result.open_trade.entry_price == 105
