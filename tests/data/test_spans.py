"""Arithmetic of spans, against sets of whole numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.data.records import Span
from app.data.spans import overlap, runs, union, within, without

spans = st.tuples(st.integers(0, 50), st.integers(0, 12)).map(lambda pair: Span(pair[0], sum(pair)))
many = st.lists(spans, max_size=6)


def numbers(parts: Iterable[Span]) -> set[int]:
    return {number for part in parts for number in range(part.start, part.end)}


def apart(parts: tuple[Span, ...]) -> bool:
    """Say whether spans are in order, with something between them, and none empty."""
    edges = [edge for part in parts for edge in (part.start, part.end)]
    return edges == sorted(set(edges))


@given(many)
def test_a_union_is_the_same_time_in_as_few_spans_as_can_be(parts: list[Span]) -> None:
    found = union(parts)
    assert numbers(found) == numbers(parts)
    assert apart(found)


@given(spans, many)
def test_what_is_left_without_some_spans(whole: Span, taken: list[Span]) -> None:
    found = without(whole, taken)
    assert numbers(found) == numbers([whole]) - numbers(taken)
    assert apart(found)


@given(spans, spans)
def test_an_overlap_is_what_both_share(one: Span, other: Span) -> None:
    found = overlap(one, other)
    assert numbers([found] if found else []) == numbers([one]) & numbers([other])


@given(st.sets(st.integers(0, 60)), many)
def test_runs_and_membership_of_open_times(times: set[int], parts: list[Span]) -> None:
    column = np.array(sorted(times), np.int64)
    assert numbers(runs(column, 1)) == times
    assert apart(runs(column, 1))
    assert set(column[within(column, parts)].tolist()) == times & numbers(parts)
