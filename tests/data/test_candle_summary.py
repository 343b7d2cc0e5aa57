"""What `describe` says about candles with and without gaps."""

from __future__ import annotations

import math

import numpy as np

from app.data.candle_summary import describe
from app.market.candles import Candles, candles
from app.market.timeframe import HOUR_MS


def hourly(hours: list[int], prices: list[float], volume: list[float] | None = None) -> Candles:
    close = np.array(prices)
    return candles(np.array(hours) * HOUR_MS, close, close, close, close, volume or [1.0] * len(hours), HOUR_MS)


def test_gaps_are_counted_in_missing_candles() -> None:
    found = describe(hourly([10, 11, 13, 14, 19, 20], [100, 100, 100, 100, 100, 100]))
    assert (found.rows, found.first, found.last, found.end) == (6, 10 * HOUR_MS, 20 * HOUR_MS, 21 * HOUR_MS)
    assert (found.gaps, found.longest_gap, found.longest_gap_after) == (2, 4, 14 * HOUR_MS)
    assert found.share_present == 6 / 11


def test_the_biggest_jump_is_from_close_to_open_across_a_gap_in_either_direction() -> None:
    found = describe(hourly([0, 1, 3, 9, 10], [100, 400, 440, 330, 1]))
    assert (found.jump, found.jump_after) == (-0.25, 3 * HOUR_MS)


def test_without_gaps_there_is_no_longest_gap_and_no_jump() -> None:
    for found in (describe(hourly([5, 6], [1, 2])), describe(hourly([5], [1]))):
        assert (found.gaps, found.longest_gap, found.longest_gap_after) == (0, 0, None)
        assert (found.jump, found.jump_after, found.share_present) == (None, None, 1.0)


def test_zero_volume_and_no_volume_are_told_apart() -> None:
    found = describe(hourly([0, 1, 2, 3], [1, 1, 1, 1], [0.0, math.nan, 0.0, 2.0]))
    assert (found.zero_volume, found.no_volume) == (2, 1)
