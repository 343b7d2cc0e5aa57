"""AND, OR and NOT against Kleene's tables (rule 5)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.three_valued import FALSE, TRUE, UNKNOWN, all_true, any_true, signal, text

from app.blocks.logic.all_of import all_of
from app.blocks.logic.any_of import any_of
from app.blocks.logic.negate import negate

LEFT = "T T T F F F ? ? ?"
RIGHT = "T F ? T F ? T F ?"


def test_rule_05_and() -> None:
    assert text(all_of([signal(LEFT), signal(RIGHT)])) == "T F ? F F F ? F ?"


def test_rule_05_or() -> None:
    assert text(any_of([signal(LEFT), signal(RIGHT)])) == "T T T T F ? T ? ?"


def test_rule_05_not() -> None:
    assert text(negate(signal("T F ?"))) == "F T ?"


@pytest.mark.parametrize("join", [all_of, any_of])
def test_one_signal_passes_through_as_a_new_one(join: object) -> None:
    alone = signal("T F ?")
    result = join([alone])  # type: ignore[operator]
    assert text(result) == "T F ?"
    assert result is not alone


def test_one_signal_connected_twice_counts_once() -> None:
    twice = signal("T F ?")
    assert text(all_of([twice, twice])) == text(any_of([twice, twice])) == "T F ?"


@given(st.integers(0, 6).flatmap(lambda bars: st.lists(_signals(bars), min_size=1, max_size=6)))
@settings(max_examples=300, deadline=None)
def test_any_number_of_signals_join_after_kleene(rows: list[list[int]]) -> None:
    arrays = [np.array(row, np.int8) for row in rows]
    assert all_of(arrays).tolist() == [all_true(bar) for bar in zip(*rows, strict=True)]
    assert any_of(arrays).tolist() == [any_true(bar) for bar in zip(*rows, strict=True)]


@given(st.integers(0, 8).flatmap(lambda bars: st.lists(_signals(bars), min_size=1, max_size=4)))
@settings(max_examples=100, deadline=None)
def test_not_turns_and_into_or(rows: list[list[int]]) -> None:
    arrays = [np.array(row, np.int8) for row in rows]
    assert negate(all_of(arrays)).tolist() == any_of([negate(each) for each in arrays]).tolist()


def _signals(bars: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from([TRUE, FALSE, UNKNOWN]), min_size=bars, max_size=bars)
