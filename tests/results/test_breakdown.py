"""The parts of a run, by hand and beside the metrics of the engine."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.dictated import DAY, HOUR, START
from support.hand_made_run import hand_made_run, trade_row
from support.sample_results import TEMPLATES, template_result

from app.engine.completed import completed
from app.engine.metrics import equity_figures
from app.results.breakdown import breakdown
from app.results.distribution import best_trades, histogram, worst_trades
from app.results.drawdown import deepest_fall, drawdown, longest_under_water
from app.results.groups import by_exit_reason, by_hour, by_side, by_weekday
from app.results.monthly import monthly_returns, quarters


def test_the_first_month_counts_from_the_capital_and_a_bar_belongs_to_where_it_ends() -> None:
    # Bars of a day from 30 January 2024: the second ends with the month, the third is February.
    run = hand_made_run([1_050, 1_100, 1_210], start=START + 29 * DAY)
    (year,) = monthly_returns(run)
    assert year.year == 2024
    assert year.months[:3] == (pytest.approx(0.10), pytest.approx(0.10), None)
    assert year.whole == pytest.approx(0.21)


def test_a_week_that_reaches_into_the_next_month_belongs_to_that_month() -> None:
    # Weeks from Monday 22 January 2024: the second ends on 4 February.
    run = hand_made_run([1_100, 1_210], start=START + 21 * DAY, timeframe="1w")
    (year,) = monthly_returns(run)
    assert year.months[:2] == (pytest.approx(0.10), pytest.approx(0.10))


def test_a_month_without_bars_is_a_dash_and_the_next_one_counts_from_the_last_close() -> None:
    run = hand_made_run([1_000, 1_100, 1_320], timeframe="1d", start=START)
    apart = run.bars.time.copy()
    apart[2] += 60 * DAY
    run = dataclasses.replace(run, bars=dataclasses.replace(run.bars, time=apart))
    (year,) = monthly_returns(run)
    assert year.months[:4] == (pytest.approx(0.10), None, pytest.approx(0.20), None)


def test_after_a_total_loss_there_is_nothing_to_show() -> None:
    run = hand_made_run([500, *[0] * 40])
    assert [year.months[:2] for year in monthly_returns(run)] == [(-1.0, None)]


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_months_make_the_year_and_the_years_the_total(template_id: str) -> None:
    run = completed(template_result(template_id, days=500))
    found = monthly_returns(run)
    total = 1.0
    for year in found:
        growth = np.prod([1.0 + month for month in year.months if month is not None])
        assert year.whole == pytest.approx(growth - 1.0)
        total *= growth
    assert total - 1.0 == pytest.approx(run.metrics["total_return"])
    assert np.prod([quarter.growth for quarter in quarters(run)]) == pytest.approx(total)
    market = np.prod([quarter.market for quarter in quarters(run)])
    assert market == pytest.approx(run.bars.close[-1] / run.bars.open[0])


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_drawdown_and_time_under_water_are_those_of_the_metrics(template_id: str) -> None:
    run = completed(template_result(template_id))
    assert drawdown(run).min(initial=0.0) == run.metrics["max_drawdown"]
    wait = longest_under_water(run)
    assert (wait.length_ms if wait else 0) == run.metrics["max_drawdown_duration_ms"]


@given(st.lists(st.sampled_from([900.0, 950.0, 1_000.0, 1_050.0, 1_100.0]), min_size=1, max_size=30))
def test_the_longest_time_under_water_is_the_engines_for_any_curve(equity: list[float]) -> None:
    run = hand_made_run(equity)
    bars = run.bars
    _, longest, *_ = equity_figures(run.equity, bars.time, bars.step_ms, 1_000.0, START // DAY, np.empty(len(equity)))
    wait = longest_under_water(run)
    assert (wait.length_ms if wait else 0) == longest
    if wait:
        assert wait.depth < 0
        assert drawdown(run).min() <= wait.depth


def test_a_wait_names_where_it_began_and_whether_it_ended() -> None:
    wait = longest_under_water(hand_made_run([1_100, 1_000, 990, 1_100, 1_000]))
    assert wait is not None
    assert (wait.start, wait.end, wait.recovered) == (START + DAY, START + 4 * DAY, True)
    assert wait.depth == 990 / 1_100 - 1
    open_end = longest_under_water(hand_made_run([1_100, 1_000, 990]))
    assert open_end is not None
    assert not open_end.recovered
    assert longest_under_water(hand_made_run([1_000, 1_100])) is None


def test_groups_add_up_wins_losses_and_nothing() -> None:
    trades = [
        trade_row(30.0, START + 5 * HOUR, reason="take_profit"),
        trade_row(-10.0, START + 5 * HOUR, reason="stop_loss", side=-1),
        trade_row(0.0, START + 2 * DAY + 23 * HOUR, reason="stop_loss"),
    ]
    run = hand_made_run([1_000], trades=trades)
    long, short = by_side(run)
    assert (long.trades, long.wins, long.pnl, long.win_rate, long.average_loss) == (2, 1, 30.0, 0.5, None)
    assert (short.label, short.trades, short.pnl, short.profit_factor, short.average_win) == (
        "short",
        1,
        -10.0,
        0.0,
        None,
    )
    assert [(each.label, each.trades) for each in by_exit_reason(run)] == [("stop_loss", 2), ("take_profit", 1)]
    assert [each.trades for each in by_weekday(run)] == [2, 0, 1, 0, 0, 0, 0]
    hours = by_hour(run)
    assert {each.label: each.trades for each in hours if each.trades} == {"05": 2, "23": 1}
    assert (hours[5].pnl, hours[5].best, hours[5].worst, hours[5].profit_factor) == (20.0, 30.0, -10.0, 3.0)
    assert (hours[0].win_rate, hours[0].best, hours[0].average_return, hours[0].pnl) == (None, None, None, 0.0)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_every_trade_is_in_one_group_of_each_kind(template_id: str) -> None:
    run = completed(template_result(template_id))
    parts = breakdown(run)
    for groups in (parts.exit_reasons, parts.sides, parts.weekdays, parts.hours):
        assert sum(each.trades for each in groups) == len(run.trades)
        assert sum(each.pnl for each in groups) == pytest.approx(run.trades["pnl"].sum())
    assert len(parts.excursions.mae) == len(run.trades)
    assert parts.excursions.won.sum() == sum(each.wins for each in parts.sides)
    assert (parts.histogram is None) == (not len(run.trades))


@given(st.lists(st.floats(-1e6, 1e6), max_size=200))
def test_a_histogram_counts_every_trade_once_and_never_mixes_winners_and_losers(values: list[float]) -> None:
    found = histogram(np.array(values))
    if not values:
        assert found is None
        return
    assert found is not None
    assert sum(found.counts) == len(values)
    assert len(found.edges) == len(found.counts) + 1
    assert 1 <= len(found.counts) <= 60
    assert list(found.edges) == sorted(found.edges)
    below = sum(count for edge, count in zip(found.edges[1:], found.counts, strict=True) if edge <= 0)
    assert below == sum(value <= 0 for value in values)


def test_one_wild_trade_does_not_flatten_the_histogram() -> None:
    found = histogram(np.array([*np.linspace(-10, 10, 300), 1e9]))
    assert found is not None
    assert found.edges[-1] < 20
    assert (found.open_low, found.open_high) == (False, True)


def test_the_best_are_winners_and_the_worst_are_losers() -> None:
    run = hand_made_run([1_000], trades=[trade_row(pnl) for pnl in (5.0, -3.0, 9.0, 0.0, 9.0)])
    assert best_trades(run, 2) == (2, 4)
    assert best_trades(run) == (2, 4, 0)
    assert worst_trades(run) == (1,)


def test_a_run_without_trades_has_parts_without_nan() -> None:
    parts = breakdown(hand_made_run([1_000, 1_000]))
    assert parts.histogram is None
    assert parts.under_water is None
    assert parts.exit_reasons == parts.best == parts.worst == ()
    figures = [value for group in parts.hours for value in dataclasses.astuple(group)]
    assert all(value == value for value in figures)


@pytest.mark.parametrize(
    ("falls", "found"),
    [
        ([0.0, 0.0, -0.1, -0.05, 0.0, -0.02], (1, 2)),
        ([-0.1, -0.3, -0.2], (0, 1)),
        ([0.0, -0.1, 0.0, -0.1], (0, 1)),
        ([0.0, 0.0], None),
        ([], None),
    ],
)
def test_the_deepest_fall_begins_at_its_peak(falls: list[float], found: tuple[int, int] | None) -> None:
    assert deepest_fall(np.array(falls)) == found
