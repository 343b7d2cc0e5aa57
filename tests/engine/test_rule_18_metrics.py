"""Rules 18 and 24: every metric from its words, with the numbers worked out by hand."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support.dictated import DAY, HOLE, HOUR, START, bar, flat, run, size, stop, take

from app.engine import metrics as formulas

approx = pytest.approx
ONE = size(base_amount=1.0)

METRICS = (
    "total_return", "cagr", "max_drawdown", "max_drawdown_duration_ms", "volatility", "sharpe", "sortino", "calmar",
    "exposure", "trades", "win_rate", "profit_factor", "expectancy", "average_r", "average_win", "average_loss",
    "best_trade", "worst_trade", "average_bars_held", "longest_losing_streak", "fees_paid", "slippage_paid",
    "buy_and_hold_return",
)  # fmt: skip
COUNTS = (
    "conflicts", "ambiguous", "zero_size", "no_level", "incomplete_bars", "pending_orders", "warmup_bars",
    "liquidations",
)  # fmt: skip
FIVE = ("cagr", "volatility", "sharpe", "sortino", "calmar")


def holding(*closes, says="L", timeframe="1d", **settings):
    """Return a run that holds 10 units, bought at 100 for all of its 1,000: its equity is 10 times each close."""
    first, *rest = closes
    bars = [bar(says, 100), bar("", (100, max(first, 100), min(first, 100), first))]
    bars += [bar("", close) if close else HOLE for close in rest]
    return run(*bars, timeframe=timeframe, step=timeframe, **settings)


def trading(*pairs, **settings):
    """Return a run of one-unit long trades, each bought at the first and sold at the second price of a pair."""
    bars = [sketch for enter, leave in pairs for sketch in (bar("L", enter), bar("l", enter), bar("", leave))]
    return run(*bars, **{"risk": [ONE], **settings})


def test_rule_24_names_and_their_order():
    result = run(*flat(100, "L", ""))
    assert tuple(result.metrics) == METRICS
    assert tuple(result.counts) == COUNTS


def test_rule_24_counts_are_whole_numbers_and_metrics_finite_or_absent():
    result = trading((100, 110), (100, 90))
    assert all(type(count) is int for count in result.counts.values())
    for name, value in result.metrics.items():
        whole = name in ("trades", "longest_losing_streak", "max_drawdown_duration_ms")
        assert value is None or (type(value) is int if whole else type(value) is float and math.isfinite(value)), name


def test_rule_18_total_return():
    assert holding(100, 125).metrics["total_return"] == approx(0.25, rel=1e-12)


def test_rule_18_cagr_is_over_the_real_length_of_the_range():
    # 40 days: bars 0 to 39
    metrics = holding(*[100] * 38, 110).metrics
    assert metrics["cagr"] == approx(1.1 ** (365.25 / 40) - 1, rel=1e-12)


def test_rule_18_the_length_is_from_the_first_open_to_the_end_of_the_last_bar_holes_included():
    # 24 bars within 31 days
    closes = [100] * 10 + [None] * 7 + [100] * 12 + [120]
    metrics = holding(*closes).metrics
    assert metrics["cagr"] == approx(1.2 ** (365.25 / 31) - 1, rel=1e-12)


def test_rule_18_these_five_are_not_shown_under_thirty_days():
    closes = [100 + (-1) ** i * i for i in range(29)]
    whole, short = holding(*closes[:29]).metrics, holding(*closes[:28]).metrics
    for name in METRICS:
        if name in FIVE:
            assert whole[name] is not None, name
            assert short[name] is None, name
    assert short["max_drawdown"] < 0
    # a minute less than thirty days
    hours = [bar("L", 100), *[bar("", 100 + i % 7) for i in range(719)]]
    assert run(*hours, timeframe="1h", step="1h").metrics["sharpe"] is not None
    assert run(*hours[:-1], timeframe="1h", step="1h").metrics["sharpe"] is None


def test_rule_18_a_total_loss_has_a_cagr_of_minus_one():
    metrics = holding(*[100] * 5, 210, *[100] * 30, says="S").metrics
    assert (metrics["total_return"], metrics["cagr"], metrics["max_drawdown"], metrics["calmar"]) == (-1, -1, -1, -1)


def test_rule_18_a_total_loss_that_rounding_makes_a_hair_more_is_one_as_well():
    result = holding(*[100] * 5, *[1e-15] * 30, fee=0.001)
    assert result.equity[-1] < 0
    assert result.metrics["cagr"] == -1


# Drawdown


def test_rule_18_drawdown_is_the_fall_from_the_running_peak():
    # 1200 -> 900 is a quarter; 1300 -> 1040 a fifth
    assert holding(100, 120, 90, 130, 104).metrics["max_drawdown"] == approx(-0.25, rel=1e-12)


def test_rule_18_drawdown_is_zero_or_negative():
    metrics = holding(100, 110, 120).metrics
    assert (metrics["max_drawdown"], metrics["max_drawdown_duration_ms"]) == (0, 0)


def test_rule_18_drawdown_counts_from_the_capital():
    # the cost of entering is a fall from the 1,000 before it
    metrics = run(bar("L", 100), bar("", 100), fee=0.01, risk=[ONE]).metrics
    assert metrics["max_drawdown"] == approx(-0.001, rel=1e-12)


def test_rule_18_drawdown_looks_at_closes_alone():
    result = run(bar("L", 100), bar("", 100, (100, 200, 50, 100)))
    assert result.metrics["max_drawdown"] == 0


def test_rule_18_duration_runs_from_the_last_close_at_the_peak_to_the_first_close_back_at_it():
    # closes of bars 0..6: 100 100 100 | 90 95 100 | 105: from the end of bar 2 to the end of bar 5
    assert holding(100, 100, 90, 95, 100, 105).metrics["max_drawdown_duration_ms"] == 3 * DAY


def test_rule_18_duration_runs_to_the_end_where_the_peak_is_not_reached_again():
    assert holding(100, 110, 100, 105, 109).metrics["max_drawdown_duration_ms"] == 3 * DAY


def test_rule_18_the_longest_duration_need_not_be_of_the_deepest_fall():
    metrics = holding(100, 50, 110, 109, 108, 109, 111).metrics
    assert metrics["max_drawdown"] == approx(-0.5, rel=1e-12)
    assert metrics["max_drawdown_duration_ms"] == 4 * DAY


def test_rule_18_duration_is_in_time_not_in_bars():
    assert holding(100, 90, None, None, 100).metrics["max_drawdown_duration_ms"] == 4 * DAY


def test_rule_18_a_new_peak_between_ends_the_duration():
    assert holding(100, 90, 100, 90, 101).metrics["max_drawdown_duration_ms"] == 2 * DAY


stays = st.lists(st.tuples(st.integers(80, 120), st.integers(1, 150)), min_size=1, max_size=8)


@given(stays, st.integers(90, 110))
@hypothesis_settings(max_examples=200, deadline=None)
def test_rule_18_drawdown_over_long_stays_is_as_bar_by_bar(stays: list[tuple[int, int]], capital: int):
    equity = np.repeat([float(value) for value, _ in stays], [bars for _, bars in stays])
    time = START + HOUR * np.arange(len(equity))
    deepest, longest, peak, since = 0.0, 0, capital, START
    for row, value in enumerate(equity.tolist()):
        close = START + HOUR * (row + 1)
        deepest = min(deepest, value / max(peak, value) - 1.0)
        # A stay ends at the first close back at the peak; the next one begins at the last close there.
        fallen = row > 0 and equity[row - 1] < peak
        longest = max(longest, close - since) if value < peak or fallen else longest
        peak, since = (value, close) if value >= peak else (peak, since)
    room = np.empty(len(equity) // 24 + 2)
    worst, duration, *_ = formulas.equity_figures(equity, time, HOUR, float(capital), START // DAY, room)
    assert (worst, duration) == (deepest, longest)


# Volatility, Sharpe, Sortino, Calmar

CLOSES = [100, 101, 99, 104, 103, 103, 108, 100, 97, 99] * 3 + [105]


def returns(equity):
    return [now / before - 1 for before, now in zip([1_000, *equity], equity, strict=False)]


def test_rule_18_daily_ratios_by_hand():
    metrics = holding(*CLOSES).metrics
    # the first close is that of the bar before the entry
    daily = returns([1_000, *[10 * close for close in CLOSES]])
    assert len(daily) == 32
    mean = sum(daily) / 32
    deviation = statistics.stdev(daily)  # sample: divides by 31
    downside = math.sqrt(sum(r * r for r in daily if r < 0) / 32)  # over all days
    assert metrics["volatility"] == approx(deviation * math.sqrt(365), rel=1e-9)
    assert metrics["sharpe"] == approx(mean / deviation * math.sqrt(365), rel=1e-9)
    assert metrics["sortino"] == approx(mean / downside * math.sqrt(365), rel=1e-9)
    cagr = 1.05 ** (365.25 / 32) - 1
    assert metrics["calmar"] == approx(cagr / abs(97 / 108 - 1), rel=1e-9)


def test_rule_18_the_first_day_returns_on_the_initial_capital():
    # two bars a day: the first day already ends at 1,500
    bars = [bar("L", 100), bar("", (100, 150, 100, 150)), *flat(150, *[""] * 58)]
    metrics = run(*bars, timeframe="12h", step="12h").metrics
    daily = [0.5] + [0.0] * 29
    assert metrics["volatility"] == approx(statistics.stdev(daily) * math.sqrt(365), rel=1e-9)
    assert metrics["sharpe"] == approx(0.5 / 30 / statistics.stdev(daily) * math.sqrt(365), rel=1e-9)


def test_rule_18_a_day_ends_with_the_bar_whose_last_moment_is_in_it():
    # 12h bars: the bar from 12:00 to 24:00 belongs to its day; only the closes of every second bar count
    bars = [bar("L", 100), bar("", 100)]
    evening = [100, 110, 105, 99, 120] * 6
    for close in evening[1:]:
        bars += [bar("", 77), bar("", close)]
    metrics = run(*bars, timeframe="12h", step="12h").metrics
    daily = returns([10 * close for close in evening])
    assert len(daily) == 30
    assert metrics["volatility"] == approx(statistics.stdev(daily) * math.sqrt(365), rel=1e-9)


def test_rule_18_a_bar_across_midnight_belongs_to_the_day_it_ends_in():
    # 16h bars from a midnight on: 00-16, 16-08, 08-24: day 1 ends with the first, day 2 with the third
    begin = START + DAY
    closes = [100, 100, 90, 110, 80, 120] * 8
    bars = [bar("L", 100), *[bar("", (100, max(100, c), min(100, c), c)) for c in closes[1:]]]
    metrics = run(*bars, timeframe="16h", step="16h", begin=begin).metrics
    ends = [(begin + (i + 1) * 16 * HOUR - 1) // DAY for i in range(len(closes))]
    last_of_day = {day: 10 * close for day, close in zip(ends, closes, strict=True)}
    daily = returns(list(last_of_day.values()))
    assert len(daily) == 32
    assert metrics["volatility"] == approx(statistics.stdev(daily) * math.sqrt(365), rel=1e-9)


def test_rule_18_a_day_without_a_bar_repeats_the_last_close():
    closes = [100, 110, None, None, 121] + [121] * 25
    metrics = holding(*closes).metrics
    daily = [0.0, 0.0, 0.1, 0.0, 0.0, 0.1] + [0.0] * 25
    assert metrics["volatility"] == approx(statistics.stdev(daily) * math.sqrt(365), rel=1e-9)
    assert metrics["sharpe"] == approx(0.2 / 31 / statistics.stdev(daily) * math.sqrt(365), rel=1e-9)


def test_rule_18_a_day_at_zero_is_the_last():
    metrics = holding(100, 90, 100, 250, *[100] * 36, says="S").metrics
    # 10 short at 100: worth 1000, 1100, 1000, 0
    daily = [0.0, 0.0, 0.1, 1_000 / 1_100 - 1, -1.0]
    assert metrics["volatility"] == approx(statistics.stdev(daily) * math.sqrt(365), rel=1e-9)
    assert metrics["sharpe"] == approx(sum(daily) / 5 / statistics.stdev(daily) * math.sqrt(365), rel=1e-9)


def test_rule_18_two_days_are_enough_for_a_deviation():
    # ruined on the second day, the last one, of a range of forty
    metrics = holding(250, *[100] * 38, says="S").metrics
    daily = [0.0, -1.0]
    assert metrics["volatility"] == approx(statistics.stdev(daily) * math.sqrt(365), rel=1e-9)
    assert metrics["sharpe"] == approx(-0.5 / statistics.stdev(daily) * math.sqrt(365), rel=1e-9)
    assert metrics["sortino"] == approx(-0.5 / math.sqrt(0.5) * math.sqrt(365), rel=1e-9)


def test_rule_18_ruined_on_the_first_day_there_is_no_deviation():
    # entered and ruined at once, within the first day: one return tells nothing of how they are scattered
    bars = [bar("S", 100), bar("", (100, 250, 100, 100)), *flat(100, *[""] * 80)]
    metrics = run(*bars, timeframe="12h", step="12h").metrics
    assert (metrics["volatility"], metrics["sharpe"]) == (None, None)
    assert metrics["sortino"] == approx(-math.sqrt(365), rel=1e-9)


def test_rule_18_weekly_bars_repeat_the_close_between_their_ends():
    # six weeks end on Sundays: returns on those days, none between
    bars = [bar("L", 100), *[bar("", (100, max(100, c), min(100, c), c)) for c in (110, 99, 105, 105, 120)]]
    metrics = run(*bars, timeframe="1w", step="1w").metrics
    weekly = returns([1_000, 1_100, 990, 1_050, 1_050, 1_200])
    daily = [weekly[0]]
    for value in weekly[1:]:
        daily += [0.0] * 6 + [value]
    assert metrics["volatility"] == approx(statistics.stdev(daily) * math.sqrt(365), rel=1e-9)


# Absent


def test_rule_18_what_divides_by_zero_is_absent():
    metrics = run(*flat(100, *[""] * 40), timeframe="1d", step="1d").metrics
    assert metrics["volatility"] == 0
    for name in ("sharpe", "sortino", "calmar", "win_rate", "profit_factor", "expectancy", "average_r", "average_win",
                 "average_loss", "best_trade", "worst_trade", "average_bars_held"):  # fmt: skip
        assert metrics[name] is None, name
    for name in ("total_return", "cagr", "max_drawdown", "max_drawdown_duration_ms", "exposure", "trades",
                 "longest_losing_streak", "fees_paid", "slippage_paid", "buy_and_hold_return"):  # fmt: skip
        assert metrics[name] == 0, name


def test_rule_18_a_run_without_a_falling_day_has_no_sortino():
    metrics = holding(*[100 + i for i in range(35)]).metrics
    assert metrics["sortino"] is None
    assert metrics["calmar"] is None
    assert metrics["sharpe"] is not None


def test_rule_18_a_growth_too_large_for_a_number_is_absent():
    # No market gets there; a formula still has to answer.
    assert formulas._yearly(1e32, 365.25 / 31) is None
    assert formulas._ratio(None, 0.5) is None


def test_rule_18_only_winners_have_no_profit_factor_and_no_average_loss():
    metrics = trading((100, 110), (100, 105)).metrics
    assert (metrics["profit_factor"], metrics["average_loss"]) == (None, None)
    assert (metrics["win_rate"], metrics["average_win"]) == (1, 7.5)


def test_rule_18_only_losers_have_a_profit_factor_of_zero_and_no_average_win():
    metrics = trading((100, 90), (100, 95)).metrics
    assert (metrics["profit_factor"], metrics["average_win"], metrics["win_rate"]) == (0, None, 0)


# Trades


def test_rule_18_statistics_of_trades():
    # 10, -5, -5, 0, 20, -1
    metrics = trading((100, 110), (100, 95), (100, 95), (100, 100), (100, 120), (100, 99)).metrics
    assert metrics["trades"] == 6
    assert metrics["win_rate"] == approx(2 / 6, rel=1e-12)
    assert metrics["profit_factor"] == approx(30 / 11, rel=1e-12)
    assert metrics["expectancy"] == approx(19 / 6, rel=1e-12)
    assert metrics["average_win"] == approx(15, rel=1e-12)
    assert metrics["average_loss"] == approx(-11 / 3, rel=1e-12)
    assert (metrics["best_trade"], metrics["worst_trade"]) == (20, -5)
    assert metrics["longest_losing_streak"] == 2


def test_rule_18_a_trade_of_exactly_nothing_is_neither_won_nor_lost():
    # at a price and size whose product is not exact
    metrics = trading((0.1, 0.1), (0.3, 0.3), (1 / 3, 1 / 3), risk=[]).metrics
    assert (metrics["win_rate"], metrics["longest_losing_streak"]) == (0, 0)
    assert (metrics["average_win"], metrics["average_loss"], metrics["profit_factor"]) == (None, None, None)
    assert metrics["expectancy"] == 0


def test_rule_18_a_break_even_trade_ends_a_losing_streak():
    assert trading((100, 99), (100, 100), (100, 99)).metrics["longest_losing_streak"] == 1
    assert trading((100, 99), (100, 99), (100, 101), (100, 99)).metrics["longest_losing_streak"] == 2


def test_rule_18_pnl_is_after_all_costs():
    # 100 -> 100.1 is a loss after 1 % in and out
    metrics = trading((100, 100.1), fee=0.01).metrics
    assert (metrics["win_rate"], metrics["longest_losing_streak"]) == (0, 1)


def test_rule_18_average_r_and_bars_held():
    bars = [bar("L", 100), bar("", 100), bar("l", 100), bar("L", 130), bar("", 100, (100, 100, 90, 90))]
    metrics = run(*bars, risk=[ONE, stop(distance=10.0)]).metrics
    # 3 R over two closes, -1 R over none
    assert metrics["average_r"] == approx(1, rel=1e-12)
    assert metrics["average_bars_held"] == 1


def test_rule_18_exposure_is_the_share_of_closes_in_a_position():
    # held at the closes of bars 1, 2 of 6; a stop-out within bar 4 is not held at its close
    bars = [*flat(100, "L", "", "l", "L"), bar("", (100, 100, 90, 90)), bar("", 90)]
    metrics = run(*bars, risk=[stop(distance=10.0)]).metrics
    assert metrics["exposure"] == approx(2 / 6, rel=1e-12)
    assert run(*flat(100, "S", "", "s", "")).metrics["exposure"] == 0.5


def test_rule_18_the_open_trade_counts_in_exposure_and_equity_only():
    metrics = run(*flat(100, "L", "", ""), risk=[take(distance=50.0)]).metrics
    assert metrics["exposure"] == approx(2 / 3, rel=1e-12)
    assert metrics["trades"] == 0


def test_rule_18_buy_and_hold_pays_one_fee_in_and_one_out_and_no_slippage():
    # all cash at the first open: 1000 / (80 x 1.01) units, sold at 120 x 0.99
    bars = [bar("", 80, 90), bar("", 100), bar("", 110, 120)]
    metrics = run(*bars, fee=0.01, slippage=0.05).metrics
    assert metrics["buy_and_hold_return"] == approx(120 * 0.99 / (80 * 1.01) - 1, rel=1e-12)


def test_rule_18_buy_and_hold_is_over_the_bars_of_the_range():
    bars = flat(100, "") + flat(80, "") + flat(120, "") + flat(500, "")
    metrics = run(*bars, start=START + 180_000, end=START + 3 * 180_000).metrics
    assert metrics["buy_and_hold_return"] == approx(0.5, rel=1e-12)
