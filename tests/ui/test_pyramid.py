"""Candles and lines taken together lose no high and no low."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.export.scales import nice_values
from app.market.candles import Candles, candles
from app.market.timeframe import HOUR_MS
from app.ui.charts.pyramid import Pyramid, envelope


def _candles(count: int) -> Candles:
    close = 100 + np.random.default_rng(3).normal(0, 1, count).cumsum().clip(-50, 50)
    open_ = np.append(100.0, close[:-1])
    high, low = np.maximum(open_, close) + 1, np.minimum(open_, close) - 1
    return candles(np.arange(count) * HOUR_MS, open_, high, low, close, close, HOUR_MS)


BARS = _candles(5_000)
PYRAMID = Pyramid(BARS)


@given(st.integers(0, 4_990), st.integers(1, 5_000), st.floats(1.0, 900.0))
def test_groups_cover_the_bars_with_their_highs_and_lows(first: int, count: int, at_least: float) -> None:
    last = min(first + count, len(BARS))
    groups = PYRAMID.groups(first, last, at_least)
    assert groups.size >= at_least
    assert groups.first <= first
    for number in range(len(groups.open)):
        rows = slice(groups.first + number * groups.size, groups.first + (number + 1) * groups.size)
        inside = BARS.high[rows], BARS.low[rows]
        if rows.stop <= last:
            assert (groups.high[number], groups.low[number]) == (inside[0].max(), inside[1].min())
            assert (groups.open[number], groups.close[number]) == (BARS.open[rows][0], BARS.close[rows][-1])
    assert groups.first + len(groups.open) * groups.size >= last


@given(st.integers(0, 4_900), st.integers(1, 5_000), st.integers(1, 2_000))
def test_a_line_keeps_its_extremes(first: int, count: int, columns: int) -> None:
    last = min(first + count, len(BARS))
    at, values = envelope(BARS.close, first, last, columns)
    assert len(at) == len(values) <= max(2 * columns + 2, 2 * count)
    assert values.max() >= BARS.close[first:last].max()
    assert values.min() <= BARS.close[first:last].min()
    assert (np.diff(at) > 0).all()


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 12))
def test_marks_of_an_axis_lie_inside_it_and_are_few(low: float, size: float, most: int) -> None:
    marks = nice_values(low, low + size, most)
    assert len(marks) <= most + 1
    assert all(low - size * 1e-6 <= mark <= low + size * (1 + 1e-6) for mark in marks)
