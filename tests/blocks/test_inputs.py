"""The blocks of the group Inputs."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from support.prices import START, column, walk

from app.blocks.inputs import constant, time_of_day, typical, weekday

MINUTE = 60_000
DAY = 86_400_000


@pytest.mark.parametrize("name", ["open", "high", "low", "close", "volume"])
def test_a_column_of_the_market_is_handed_on_without_a_copy(name: str) -> None:
    market = walk(20)
    kind = importlib.import_module(f"app.blocks.inputs.{name}").KIND
    given = getattr(market, name)
    assert kind.market == (name,)
    assert kind.compute(given) is given


def test_the_typical_price_is_the_mean_of_high_low_and_close() -> None:
    result = typical.typical(column(12, 9), column(6, 9), column(9, 9.3))
    assert result.tolist() == [9.0, pytest.approx(9.1)]


def test_a_constant_is_the_same_at_every_bar() -> None:
    result = constant.constant(np.arange(3, dtype=np.int64), 30.5)
    assert result.tolist() == [30.5, 30.5, 30.5]
    assert constant.constant(np.arange(0, dtype=np.int64), 1.0).shape == (0,)


def test_the_time_of_day_counts_hours_since_midnight_utc() -> None:
    times = START + np.array([0, 30 * MINUTE, 13 * 60 * MINUTE + 30 * MINUTE, DAY - MINUTE, DAY], dtype=np.int64)
    assert time_of_day.time_of_day(times).tolist() == [0.0, 0.5, 13.5, 24.0 - 1.0 / 60.0, 0.0]


def test_the_weekday_goes_from_monday_1_to_sunday_7() -> None:
    days = START + np.arange(8, dtype=np.int64) * DAY
    assert weekday.weekday(days).tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0]


def test_the_weekday_changes_at_midnight_utc() -> None:
    times = np.array([START - MINUTE, START], dtype=np.int64)
    assert weekday.weekday(times).tolist() == [7.0, 1.0]


def test_the_first_day_of_1970_was_a_thursday() -> None:
    assert weekday.weekday(np.array([0], dtype=np.int64)).tolist() == [4.0]
