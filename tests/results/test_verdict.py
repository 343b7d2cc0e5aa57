"""Each reason for doubt, with its threshold from both sides."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from support import dictated
from support.dictated import DAY, START, bar, run
from support.findings import ENOUGH, finding
from support.hand_made_run import hand_made_run, trade_row
from support.sample_results import TEMPLATES, template_result

from app.engine.assumptions import Assumptions
from app.engine.completed import CompletedRun, completed
from app.errors import Cancelled
from app.results.certainty import DataQuality
from app.results.costs import MOST_RUNS, cost_findings, cost_test
from app.results.evidence import phases
from app.results.finding import SEVERITIES
from app.results.other_fill import other_fill, other_fill_findings
from app.results.repeat import repeater
from app.results.verdict import verdict


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_every_finding_has_a_sentence_with_its_number_and_what_to_do_and_the_gravest_comes_first(
    template_id: str,
) -> None:
    result = template_result(template_id)
    found = verdict(completed(result), repeater(result), quality=DataQuality(1_000, 10), variants_tried=25).findings
    assert found
    assert [each.code for each in found] == list(dict.fromkeys(each.code for each in found))
    grades = [SEVERITIES.index(each.severity) for each in found]
    assert grades == sorted(grades)
    for each in found:
        assert any(letter.isdigit() for letter in each.sentence), each
        assert each.sentence.endswith(".")
        assert each.what_to_do.endswith(".")
        assert each.numbers
        assert "nan" not in each.sentence
        assert json.loads(json.dumps(dict(each.numbers), allow_nan=False)) == each.numbers


def test_a_run_without_any_doubt_has_no_finding_and_no_praise() -> None:
    steady = np.linspace(1_001, 2_000, 400).tolist()
    assert verdict(hand_made_run(steady, trades=ENOUGH)).findings == ()


@pytest.mark.parametrize(("trades", "severity"), [(1, "serious"), (9, "serious"), (10, "caution"), (29, "caution")])
def test_few_trades_are_few(trades: int, severity: str) -> None:
    found = finding(hand_made_run([1_000], trades=ENOUGH[:trades]), "few_trades")
    assert found is not None
    assert found.severity == severity
    assert f"Only {trades} closed" in found.sentence


def test_thirty_trades_are_enough_and_none_is_said_apart() -> None:
    assert finding(hand_made_run([1_000], trades=ENOUGH), "few_trades") is None
    none = finding(hand_made_run([1_000]), "no_trades")
    assert none is not None
    assert none.sentence == "No trade was made in 1 bar."
    still_open = replace(template_result("buy_and_hold").open_trade)  # type: ignore[type-var]
    held = finding(hand_made_run([1_000], open_trade=still_open), "few_trades")
    assert held is not None
    assert "1 is still open" in held.sentence


@pytest.mark.parametrize(
    ("pnl", "severity"),
    [((60, 30, 20), "caution"), ((100, 40, -60), "serious"), ((49, 31, 20), None), ((10, -20), None), ((10,), None)],
)
def test_one_trade_that_makes_most_of_the_profit_is_named(pnl: Sequence[float], severity: str | None) -> None:
    found = finding(hand_made_run([1_000], trades=[trade_row(float(each)) for each in pnl]), "one_trade")
    assert (found.severity if found else None) == severity
    if found:
        assert found.numbers["best_trade"] == pnl[0]


def by_day(*stretches: tuple[int, float], start: float = 1_000.0) -> list[float]:
    """Return a curve of stretches, each of so many days up to the value it ends at."""
    curve: list[float] = []
    for days, end in stretches:
        curve += np.linspace(start, end, days + 1)[1:].tolist()
        start = end
    return curve


def test_profit_in_one_year_alone_is_named() -> None:
    # 2024 has 366 days.
    only = finding(hand_made_run(by_day((366, 1_500), (365, 1_400))), "one_year")
    assert only is not None
    assert (only.numbers["year"], round(float(only.numbers["rest_return"]), 4)) == ("2024", round(1_400 / 1_500 - 1, 4))
    assert finding(hand_made_run(by_day((366, 1_500), (365, 1_600))), "one_year") is None
    assert finding(hand_made_run(by_day((366, 1_500), (365, 900))), "one_year") is None
    assert finding(hand_made_run(by_day((366, 1_500))), "one_year") is None


def test_quarters_are_rising_falling_or_sideways_by_half_of_their_range() -> None:
    # Quarters of 2024 have 91, 91, 92 and 92 days.
    market = by_day((91, 200.0), (91, 100.0), (46, 150.0), (46, 110.0), (92, 111.0), start=100.0)
    equity = by_day((91, 1_500), (183, 1_400), (92, 1_400))
    found = {each.phase: each for each in phases(hand_made_run(equity, market))}
    assert {phase: each.quarters for phase, each in found.items()} == {"rising": 2, "falling": 1, "sideways": 1}
    assert found["rising"].growth == pytest.approx(1.5)


def test_profit_in_one_kind_of_market_alone_is_named() -> None:
    market = by_day((91, 200.0), (91, 100.0), (92, 200.0), (92, 100.0), start=100.0)
    only = finding(hand_made_run(by_day((91, 1_300), (91, 1_250), (92, 1_600), (92, 1_500)), market), "one_phase")
    assert only is not None
    assert (only.numbers["phase"], only.numbers["quarters"]) == ("rising", 2)
    both = hand_made_run(by_day((91, 1_300), (91, 1_350), (92, 1_600), (92, 1_650)), market)
    assert finding(both, "one_phase") is None


@pytest.mark.parametrize(
    ("gained", "held", "exposure", "code", "severity"),
    [
        (0.10, 0.30, 0.5, "worse_than_holding", "serious"),
        (0.20, 0.30, 0.5, "worse_than_holding", "caution"),
        (-0.15, -0.20, 0.5, "worse_than_scaled_holding", "caution"),
        (0.30, 0.30, 0.5, None, None),
        (-0.05, -0.20, 0.5, None, None),
    ],
)
def test_holding_is_compared_as_it_is_and_scaled_by_exposure(
    gained: float, held: float, exposure: float, code: str | None, severity: str | None
) -> None:
    metrics = {"total_return": gained, "buy_and_hold_return": held, "exposure": exposure}
    found = verdict(hand_made_run([1_000], trades=ENOUGH, metrics=metrics)).findings
    holding = [(each.code, each.severity) for each in found if "holding" in each.code]
    assert holding == ([(code, severity)] if code else [])
    # A run that gained has not lost to its costs, whatever holding gave.
    assert not any("cost" in each.what_to_do for each in found if "holding" in each.code)


@pytest.mark.parametrize(("days", "severity"), [(20, None), (98, None), (102, "caution"), (202, "serious")])
def test_a_long_time_under_water_is_named(days: int, severity: str | None) -> None:
    curve = [*by_day((399 - days, 2_000)), *[1_900.0] * days, 2_100.0]
    found = finding(hand_made_run(curve), "long_under_water")
    assert (found.severity if found else None) == severity


@pytest.mark.parametrize(("length", "there"), [(179, True), (180, False)])
def test_a_short_range_is_named(length: int, there: bool) -> None:
    assert (finding(hand_made_run([1_000.0] * length), "short_range") is not None) == there


@pytest.mark.parametrize(
    ("tried", "severity"), [(None, None), (4, None), (5, "note"), (20, "caution"), (100, "serious")]
)
def test_many_variants_are_counted(tried: int | None, severity: str | None) -> None:
    found = finding(hand_made_run([1_000]), "many_variants", variants_tried=tried)
    assert (found.severity if found else None) == severity


# Costs


@dataclass
class Linear:
    """Stands in for a run whose total return falls with the costs of a fill, and counts how often it is run."""

    slope: float
    free: float
    runs: int = 0

    def at(self, assumptions: Assumptions) -> float:
        return self.free - self.slope * (assumptions.fee_rate + assumptions.slippage_rate)

    def __call__(self, assumptions: Assumptions) -> Any:
        self.runs += 1
        return replace_metrics(self.at(assumptions))


def replace_metrics(total_return: float) -> CompletedRun:
    return hand_made_run([1_000], trades=ENOUGH, metrics={"total_return": total_return})


def costly(line: Linear, assumptions: Assumptions) -> CompletedRun:
    return replace(replace_metrics(line.at(assumptions)), assumptions=assumptions)


USUAL = Assumptions(capital=1_000.0)


@pytest.mark.parametrize(
    ("free", "code"),
    [
        (0.10, "loses_to_costs"),
        (0.25, "dies_at_double_costs"),
        (0.40, "break_even_cost"),
        (-0.1, "loses_without_costs"),
    ],
)
def test_the_break_even_is_found_by_repeating_the_run(free: float, code: str) -> None:
    line = Linear(slope=100.0, free=free)
    test = cost_test(costly(line, USUAL), line)
    assert test is not None
    assert test.runs == line.runs <= MOST_RUNS
    assert test.doubled == pytest.approx(line.at(Assumptions(fee_rate=0.002, slippage_rate=0.001)))
    if free > 0:
        # The return is zero where the costs are a hundredth of the free return.
        assert test.break_even == pytest.approx(free / 100.0, abs=1.1e-5)
    else:
        assert (test.break_even, test.loses_always) == (None, True)
    assert [each.code for each in cost_findings(test)] == [code]


@pytest.mark.parametrize(
    ("assumptions", "said"),
    [(USUAL, "-10.0 %, and -25.0 % with 0.150 % a fill."), (Assumptions(1_000.0, 0.0, 0.0), "-10.0 %.")],
)
def test_what_loses_without_costs_is_said_with_the_return_without_costs(assumptions: Assumptions, said: str) -> None:
    line = Linear(slope=100.0, free=-0.1)
    (found,) = cost_findings(cost_test(costly(line, assumptions), line))
    assert found.sentence == f"It loses even without any costs: {said}"
    assert found.numbers["without_costs"] == pytest.approx(-0.1)


def test_a_run_that_gains_at_the_highest_costs_has_no_break_even() -> None:
    line = Linear(slope=0.1, free=1.0)
    test = cost_test(costly(line, USUAL), line)
    assert test is not None
    assert (test.gains_always, test.break_even) == (True, None)
    assert list(cost_findings(test)) == []


@pytest.mark.parametrize("assumptions", [Assumptions(1_000.0, 0.0, 0.0), Assumptions(1_000.0, 1e-9, 0.0)])
def test_a_run_with_hardly_any_costs_has_a_break_even_too(assumptions: Assumptions) -> None:
    line = Linear(slope=100.0, free=0.25)
    test = cost_test(costly(line, assumptions), line)
    assert test is not None
    assert test.break_even == pytest.approx(0.0025, abs=1.1e-5)
    assert test.runs <= MOST_RUNS


@pytest.mark.parametrize("fee", [0.0011, 0.0051])
def test_the_highest_costs_tried_are_those_that_are_allowed(fee: float) -> None:
    line = Linear(slope=0.1, free=1.0)
    test = cost_test(costly(line, Assumptions(1_000.0, fee, 0.0)), line)
    assert test is not None
    assert test.gains_always


def test_costs_are_never_more_than_allowed() -> None:
    line = Linear(slope=1.0, free=1.0)
    test = cost_test(costly(line, Assumptions(1_000.0, 0.05, 0.01)), line)
    assert test is not None
    assert (test.doubled, test.gains_always, test.runs) == (None, True, 0)


def test_without_any_position_nothing_is_repeated() -> None:
    def never(_: Assumptions) -> Any:
        raise AssertionError

    found = verdict(hand_made_run([1_000]), never)
    assert (found.costs, found.other) == (None, None)


def test_cancelling_goes_through() -> None:
    def cancelled(_: Assumptions) -> Any:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        verdict(hand_made_run([1_000], trades=ENOUGH), cancelled)


@pytest.mark.parametrize("template_id", TEMPLATES)
@pytest.mark.parametrize("model", ["minute", "bar"])
def test_a_run_repeated_under_its_own_assumptions_is_the_same_to_the_last_bit(template_id: str, model: str) -> None:
    result = template_result(template_id, model)
    assert repeater(result)(result.assumptions).result_hash == result.result_hash


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_the_other_fill_model_is_that_of_a_run_of_its_own(template_id: str) -> None:
    minute, bars = template_result(template_id), template_result(template_id, "bar")
    other = other_fill(completed(minute), repeater(minute))
    assert (other.fill_model, other.result_hash, other.metrics) == ("bar", bars.result_hash, bars.metrics)
    back = other_fill(completed(bars), repeater(bars))
    assert (back.fill_model, back.result_hash) == ("minute", minute.result_hash)


def test_a_fill_model_that_decides_between_gain_and_loss_is_named() -> None:
    # The target is reached in the minute of the entry; seen by bars, the price falls to the stop two bars later.
    bars = [bar("L", 100), bar("", (100, 110, 100, 100)), bar("", 100), bar("", 80)]
    result = run(*bars, risk=(dictated.take(percent=0.05), dictated.stop(percent=0.1)))
    repeat: Callable[[Assumptions], Any] = repeater(result)
    found = finding(completed(result), "fill_model_decides", repeat=repeat)
    assert found is not None
    assert float(found.numbers["total_return"]) > 0 > float(found.numbers["other_total_return"])
    assert finding(completed(result), "entry_bar_decides") is not None


def test_days_are_named_as_days() -> None:
    wait = finding(hand_made_run([*by_day((200, 2_000)), *[1_900.0] * 200]), "long_under_water")
    assert wait is not None
    assert f"from {np.datetime64(START + 200 * DAY, 'ms').astype('datetime64[D]')} to the end" in wait.sentence


@pytest.mark.parametrize(("template_id", "levels"), [("golden_cross", False), ("rsi_dip", True)])
@pytest.mark.parametrize(("model", "words"), [("minute", "the close that decides"), ("bar", "fixed at the fill")])
def test_stops_are_spoken_of_only_where_there_are_any(template_id: str, levels: bool, model: str, words: str) -> None:
    result = template_result(template_id, model)
    other = other_fill(completed(result), repeater(result))
    assert other.levels == levels
    assert ("stops and targets" in other.sentence) == levels
    assert (words in other.sentence) != levels


def test_a_finding_without_stops_speaks_of_sizes() -> None:
    result = template_result("golden_cross")
    other = replace(other_fill(completed(result), repeater(result)), metrics={"total_return": -0.01})
    run = replace(completed(result), metrics={"total_return": 0.01})
    found = list(other_fill_findings(run, other))
    assert found[0].sentence.startswith("Gain or loss depends on when sizes are fixed.")
    assert "stop" not in found[0].what_to_do
