"""Comparisons against tables written by hand and against their rules in plain Python (rules 5 and 23)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.three_valued import FALSE, TRUE, UNKNOWN, all_true, any_true, column, is_greater, signal, text

from app.blocks.comparison.at_least import at_least
from app.blocks.comparison.at_most import at_most
from app.blocks.comparison.became_true import became_true
from app.blocks.comparison.between import between
from app.blocks.comparison.crosses import crosses
from app.blocks.comparison.crosses_above import crosses_above
from app.blocks.comparison.crosses_below import crosses_below
from app.blocks.comparison.falling import falling
from app.blocks.comparison.greater import greater
from app.blocks.comparison.less import less
from app.blocks.comparison.rising import rising
from app.blocks.comparison.within_last import within_last

# Columns are written as text, one word per bar, ? being unknown; signals as T, F and ?.

number = st.sampled_from([-1.0, 0.0, -0.0, 1.0, 2.0, 0.1 + 0.2, 0.3, np.nan])
columns = st.lists(number, max_size=14)
pairs = st.lists(st.tuples(number, number), max_size=14)
signals = st.lists(st.sampled_from([TRUE, FALSE, UNKNOWN]), max_size=14)
quickly = settings(max_examples=300, deadline=None)


# > < >= <=


@pytest.mark.parametrize(
    ("compare", "expected"),
    [(greater, "F F T ? ? ?"), (less, "T F F ? ? ?"), (at_least, "F T T ? ? ?"), (at_most, "T T F ? ? ?")],
)
def test_rule_05_a_comparison_with_an_unknown_side_is_unknown(compare: Callable, expected: str) -> None:
    assert text(compare(column("1 2 3 ? 2 ?"), column("2 2 2 2 ? ?"))) == expected


def test_rule_20_no_tolerance_in_comparisons() -> None:
    a, b = np.array([0.1 + 0.2]), np.array([0.3])
    assert text(greater(a, b)) == "T"
    assert text(at_most(a, b)) == "F"


def test_zero_and_minus_zero_are_equal() -> None:
    a, b = np.array([0.0, -0.0]), np.array([-0.0, 0.0])
    assert text(greater(a, b)) == text(less(a, b)) == "F F"
    assert text(at_least(a, b)) == text(at_most(a, b)) == "T T"


@given(pairs)
@quickly
def test_the_four_comparisons_follow_their_definitions(rows: list[tuple[float, float]]) -> None:
    a, b = _sides(rows)
    unknown = [x != x or y != y for x, y in rows]
    for compare, sign in ((greater, "__gt__"), (less, "__lt__"), (at_least, "__ge__"), (at_most, "__le__")):
        expected = [UNKNOWN if u else int(getattr(x, sign)(y)) for u, (x, y) in zip(unknown, rows, strict=True)]
        assert compare(a, b).tolist() == expected


def test_between_includes_both_ends() -> None:
    assert text(between(column("0 1 2 3 4"), column("1 1 1 1 1"), column("3 3 3 3 3"))) == "F T T T F"


def test_between_is_unknown_where_any_of_the_three_is() -> None:
    assert text(between(column("? 2 2 9 0"), column("1 ? 1 ? 1"), column("3 3 ? 3 ?"))) == "? ? ? ? ?"


def test_nothing_is_between_ends_that_are_the_wrong_way_round() -> None:
    assert text(between(column("0 1 2 3 4"), column("3 3 3 3 3"), column("1 1 1 1 1"))) == "F F F F F"


@given(st.lists(st.tuples(number, number, number), max_size=14))
@quickly
def test_between_follows_its_definition(rows: list[tuple[float, float, float]]) -> None:
    value, low, high = (np.array([row[k] for row in rows], dtype=np.float64) for k in range(3))
    expected = [UNKNOWN if any(x != x for x in row) else int(row[1] <= row[0] <= row[2]) for row in rows]
    assert between(value, low, high).tolist() == expected


# Crosses

CROSSES = {
    "from below to above": ("1 3", "2 2", "F T", "? F"),
    "from above to below": ("3 1", "2 2", "? F", "F T"),
    "above from the start, then never below": ("3 4 5", "2 2 2", "? F F", "F F F"),
    "below from the start, then never above": ("1 0 1", "2 2 2", "F F F", "? F F"),
    "a touch from below, then a cross, fires once": ("1 2 3 4", "2 2 2 2", "F F T F", "? F F F"),
    "a long touch, then a cross, fires once": ("1 2 2 2 3", "2 2 2 2 2", "F F F F T", "? F F F F"),
    "a touch from above that bounces does not fire": ("3 2 3", "2 2 2", "? F F", "F F F"),
    "a touch from below that falls back does not fire": ("1 2 1", "2 2 2", "F F F", "? F F"),
    "a touch from above, then a cross down": ("3 2 1", "2 2 2", "? F F", "F F T"),
    "equal from the start, then above: nobody knows from where": ("2 2 3", "2 2 2", "F F ?", "F F F"),
    "equal from the start, then below: nobody knows from where": ("2 2 1", "2 2 2", "F F F", "F F ?"),
    "equal for ever": ("2 2 2", "2 2 2", "F F F", "F F F"),
    "an unknown bar is unknown, and what was before it still counts": ("1 ? 3", "2 2 2", "F ? T", "? ? F"),
    "an unknown right side likewise": ("1 1 3", "2 ? 2", "F ? T", "? ? F"),
    "above, unknown, above: no cross": ("1 3 ? 3", "2 2 2 2", "F T ? F", "? F ? F"),
    "above, unknown, below: a cross down": ("3 ? 1", "2 2 2", "? ? F", "F ? T"),
    "unknown first, then above": ("? ? 3 1 3", "2 2 2 2 2", "? ? ? F T", "? ? F T F"),
    "up and down again": ("1 3 1 3 1", "2 2 2 2 2", "F T F T F", "? F T F T"),
    "both sides move": ("1 2 3 2", "2 2 2 3", "F F T F", "? F F T"),
}


@pytest.mark.parametrize("case", CROSSES.values(), ids=CROSSES)
def test_rule_05_crosses(case: tuple[str, str, str, str]) -> None:
    left, right, above, below = case
    assert text(crosses_above(column(left), column(right))) == above
    assert text(crosses_below(column(left), column(right))) == below
    either = [any_true(pair) for pair in zip(signal(above).tolist(), signal(below).tolist(), strict=True)]
    assert crosses(column(left), column(right)).tolist() == either


def _crosses_above_by_the_rule(a: Sequence[float], b: Sequence[float], i: int) -> int:
    """Rule 5, word by word."""
    if a[i] != a[i] or b[i] != b[i]:
        return UNKNOWN
    if a[i] > b[i]:
        for j in reversed(range(i)):
            difference = a[j] - b[j]
            if difference == difference and difference != 0:
                return int(difference < 0)
        return UNKNOWN
    return FALSE


@given(pairs)
@quickly
def test_crosses_follow_the_rule(rows: list[tuple[float, float]]) -> None:
    a, b = _sides(rows)
    above = [_crosses_above_by_the_rule(a, b, i) for i in range(len(rows))]
    below = [_crosses_above_by_the_rule(b, a, i) for i in range(len(rows))]
    assert crosses_above(a, b).tolist() == above
    assert crosses_below(a, b).tolist() == below
    assert crosses(a, b).tolist() == [any_true(pair) for pair in zip(above, below, strict=True)]


def test_a_cross_remembers_over_any_distance() -> None:
    count = 100_000
    left, right = np.full(count, 2.0), np.full(count, 2.0)
    left[0], left[-1] = 1.0, 3.0
    assert crosses_above(left, right).nonzero()[0].tolist() == [count - 1]


# Rising and falling


def test_rule_23_rising_for_two_bars_means_two_strict_rises() -> None:
    assert text(rising(column("1 2 3 3 4 5 4"), 2)) == "? ? T F F T F"


def test_rule_23_falling_is_the_mirror_of_rising() -> None:
    assert text(falling(column("5 4 3 3 2 1 2"), 2)) == "? ? T F F T F"


def test_a_known_step_down_is_enough_to_say_that_it_has_not_been_rising() -> None:
    assert text(rising(column("3 2 3 4 5"), 3)) == "? F F F T"
    assert text(rising(column("3 2 ? 4 5 6 7"), 3)) == "? F F F ? ? T"


def test_an_unknown_value_spoils_the_step_to_it_and_the_step_from_it() -> None:
    assert text(rising(column("1 2 ? 4 5"), 1)) == "? T ? ? T"
    assert text(falling(column("5 4 ? 2 1"), 1)) == "? T ? ? T"


def test_rising_for_more_bars_than_there_are_is_unknown_or_false() -> None:
    assert text(rising(column("1 2 3"), 100_000)) == "? ? ?"
    assert text(rising(column("1 2 1"), 100_000)) == "? ? F"


@given(columns, st.integers(1, 6))
@quickly
def test_rising_and_falling_are_ands_of_comparisons(values: list[float], bars: int) -> None:
    source = np.array(values, dtype=np.float64)

    def steps(i: int, up: bool) -> list[int]:
        ends = [(values[k], values[k - 1] if k > 0 else np.nan) for k in range(max(0, i - bars + 1), i + 1)]
        return [is_greater(*(end if up else end[::-1])) for end in ends] + [UNKNOWN] * (bars - len(ends))

    for function, up in ((rising, True), (falling, False)):
        assert function(source, bars).tolist() == [all_true(steps(i, up)) for i in range(len(values))]


# Just became true, true within the last bars


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("F T T F T", "F T F F T"),
        ("T T", "? F"),
        ("F F", "F F"),
        ("? T T", "? ? F"),
        ("F ? T", "F ? ?"),
        ("T ? F", "? F F"),
        ("? ? F T", "? ? F T"),
    ],
)
def test_rule_23_just_became_true_is_true_now_and_false_one_bar_before(when: str, expected: str) -> None:
    assert text(became_true(signal(when))) == expected


@given(signals)
@quickly
def test_just_became_true_is_an_and(values: list[int]) -> None:
    opposite = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}
    before = [UNKNOWN, *values][: len(values)]
    expected = [all_true([now, opposite[earlier]]) for now, earlier in zip(values, before, strict=True)]
    assert became_true(np.array(values, np.int8)).tolist() == expected


@pytest.mark.parametrize(
    ("when", "bars", "expected"),
    [
        ("F T F F F", 1, "F T F F F"),
        ("F T F F F", 2, "? T T F F"),
        ("F F F F", 3, "? ? F F"),
        ("T F F F", 3, "T T T F"),
        ("F ? F F F", 3, "? ? ? ? F"),
        ("F ? T F F F", 3, "? ? T T T F"),
        ("T ? ? ?", 2, "T T ? ?"),
        ("F F T", 100_000, "? ? T"),
    ],
)
def test_rule_23_within_the_last_bars_includes_the_current_one(when: str, bars: int, expected: str) -> None:
    assert text(within_last(signal(when), bars)) == expected


@given(signals, st.integers(1, 6))
@quickly
def test_within_the_last_bars_is_an_or(values: list[int], bars: int) -> None:
    longer = [UNKNOWN] * bars + values
    expected = [any_true(longer[i + 1 : i + 1 + bars]) for i in range(len(values))]
    assert within_last(np.array(values, np.int8), bars).tolist() == expected


def _sides(rows: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row[0] for row in rows], np.float64), np.array([row[1] for row in rows], np.float64)
