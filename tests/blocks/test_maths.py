"""Sums, differences and earlier values against tables written by hand (rules 5 and 23)."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.three_valued import column

from app.blocks.maths.absolute import absolute
from app.blocks.maths.add import add
from app.blocks.maths.divide import divide
from app.blocks.maths.maximum import maximum
from app.blocks.maths.minimum import minimum
from app.blocks.maths.multiply import multiply
from app.blocks.maths.percent_change import percent_change
from app.blocks.maths.previous import previous
from app.blocks.maths.subtract import subtract

LEFT = "6 -6 0 ? 6 ?"
RIGHT = "3 3 3 3 ? ?"
TWO_SIDED = [
    (add, "9 -3 3 ? ? ?", lambda a, b: a + b),
    (subtract, "3 -9 -3 ? ? ?", lambda a, b: a - b),
    (multiply, "18 -18 0 ? ? ?", lambda a, b: a * b),
    (divide, "2 -2 0 ? ? ?", lambda a, b: a / b if b else math.nan),
    (minimum, "3 -6 0 ? ? ?", min),
    (maximum, "6 3 3 ? ? ?", max),
]
two_sided = pytest.mark.parametrize(
    ("function", "expected", "plain"), TWO_SIDED, ids=[case[0].__name__ for case in TWO_SIDED]
)
numbers = st.floats(allow_infinity=False, width=64) | st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, math.nan])


def equal(values: np.ndarray, expected: str) -> bool:
    return np.array_equal(values, column(expected), equal_nan=True)


@two_sided
def test_a_table_by_hand(function: Callable, expected: str, plain: Callable) -> None:
    assert equal(function(column(LEFT), column(RIGHT)), expected)


@two_sided
@given(rows=st.lists(st.tuples(numbers, numbers), max_size=8))
@settings(max_examples=150, deadline=None)
def test_python_says_the_same_and_what_is_infinite_is_unknown(
    function: Callable, expected: str, plain: Callable, rows: list[tuple[float, float]]
) -> None:
    result = function(np.array([a for a, _ in rows], np.float64), np.array([b for _, b in rows], np.float64))
    for value, (a, b) in zip(result.tolist(), rows, strict=True):
        answer = math.nan if a != a or b != b else plain(a, b)
        assert value == answer or (math.isnan(value) and not math.isfinite(answer))
        assert math.copysign(1.0, value) == 1.0 or value != 0.0  # there is one zero


def test_rule_23_division_by_zero_is_unknown() -> None:
    assert equal(divide(column("1 0 -1 5"), column("0 0 -0 2")), "? ? ? 2.5")


def test_absolute_drops_the_sign() -> None:
    assert equal(absolute(column("-3 3 0 ?")), "3 3 0 ?")


def test_previous_counts_bars() -> None:
    assert equal(previous(column("1 2 ? 4 5"), 1), "? 1 2 ? 4")
    assert equal(previous(column("1 2 ? 4 5"), 3), "? ? ? 1 2")
    assert equal(previous(column("1 2"), 100_000), "? ?")


def test_percent_change_is_in_percent_of_the_earlier_value() -> None:
    assert equal(percent_change(column("100 105 84 84"), 1), "? 5 -20 0")
    assert equal(percent_change(column("100 1 150 ? 75"), 2), "? ? 50 ? -50")
    assert equal(percent_change(column("1 2"), 100_000), "? ?")


def test_rule_23_a_change_from_zero_is_unknown() -> None:
    assert equal(percent_change(column("0 1 0 -0 3"), 1), "? ? -100 ? ?")
