"""Marks of axes: round, in order, where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.export.scales import nice_values, time_marks
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS

START = 1_704_067_200_000  # 2024-01-01


@given(
    low=st.floats(-1e12, 1e12),
    size=st.floats(1e-6, 1e12),
    most=st.integers(1, 12),
)
def test_marks_of_values_are_round_few_and_inside(low: float, size: float, most: int) -> None:
    high = low + size
    found = nice_values(low, high, most)
    room = 1e-9 * max(abs(low), abs(high))
    assert len(found) <= most + 1
    assert all(low - room <= value <= high + room for value in found)
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, [0, 0.25, 0.5, 0.75, 1.0]), (-30, 210, [0, 100, 200]), (5, 5, []), (0, float("inf"), [])],
)
def test_marks_of_values(low: float, high: float, expected: list[float]) -> None:
    assert nice_values(low, high, 4) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("step", "bars", "texts"),
    [
        (MINUTE_MS, 61, ["1 Jan", "00:15", "00:30", "00:45", "01:00"]),
        (HOUR_MS, 49, ["1 Jan", "12:00", "2 Jan", "12:00", "3 Jan"]),
        (DAY_MS, 9, ["2 Jan", "4 Jan", "6 Jan", "8 Jan"]),
        (DAY_MS, 400, ["2024", "Jul 2024", "2025"]),
        (7 * DAY_MS, 520, ["2025", "2030"]),
    ],
)
def test_marks_of_time(step: int, bars: int, texts: list[str]) -> None:
    time = START + step * np.arange(bars)
    assert [text for _, text in time_marks(time, 4)] == texts


def test_a_mark_stands_at_the_first_bar_from_its_moment_on() -> None:
    time = np.delete(START + HOUR_MS * np.arange(49), range(10, 14))
    assert [row for row, _ in time_marks(time, 4)] == [0, 10, 20, 32, 44]
    assert int(time[10]) == START + 14 * HOUR_MS
    assert time_marks(time[:1], 4) == []
