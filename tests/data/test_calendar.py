"""Market hours: currencies and metals follow the clock of New York, in summer and in winter."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.data.calendar import closed, closed_candles, expected
from app.data.candle_files import read_candles
from app.data.records import Calendar, Span
from app.data.spans import union, within
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS

YEAR_2017 = Span(1_483_228_800_000, 1_514_764_800_000)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp()) * 1000


def utc(spans: tuple[Span, ...]) -> list[str]:
    return [f"{minute(one.start)} {minute(one.end)}" for one in spans]


def minute(time: int) -> np.datetime64:
    return np.datetime64(time // MINUTE_MS, "m")


def test_a_crypto_market_is_never_closed() -> None:
    assert closed("24x7", YEAR_2017) == ()
    assert expected("24x7", YEAR_2017, MINUTE_MS) == 525_600


def test_a_weekend_of_currencies_in_winter_and_in_summer() -> None:
    march = Span(ms("2017-03-08"), ms("2017-03-22"))
    assert utc(closed("fx", march)) == ["2017-03-10T22:00 2017-03-12T21:00", "2017-03-17T21:00 2017-03-19T21:00"]
    november = Span(ms("2017-11-01"), ms("2017-11-08"))
    assert utc(closed("fx", november)) == ["2017-11-03T21:00 2017-11-05T22:00"]


def test_metals_open_an_hour_later_and_pause_every_day() -> None:
    week = Span(ms("2026-04-01"), ms("2026-04-08"))
    assert utc(closed("metals", week)) == [
        "2026-04-01T21:00 2026-04-01T22:00",
        "2026-04-02T21:00 2026-04-02T22:00",
        "2026-04-03T21:00 2026-04-05T22:00",
        "2026-04-06T21:00 2026-04-06T22:00",
        "2026-04-07T21:00 2026-04-07T22:00",
    ]


def test_a_span_that_begins_or_ends_in_a_weekend_is_cut_there() -> None:
    saturday = Span(ms("2017-03-11"), ms("2017-03-11T12:00"))
    assert closed("fx", saturday) == (saturday,)
    assert closed("fx", Span(saturday.start, saturday.start)) == ()


def test_a_candle_during_which_the_market_opens_is_expected() -> None:
    week = Span(ms("2017-03-06"), ms("2017-03-13"))
    assert utc(closed_candles("fx", week, DAY_MS)) == ["2017-03-11T00:00 2017-03-12T00:00"]
    assert expected("fx", week, DAY_MS) == 6
    assert utc(closed_candles("fx", week, 4 * HOUR_MS)) == ["2017-03-11T00:00 2017-03-12T20:00"]
    assert closed_candles("metals", Span(ms("2017-03-07"), ms("2017-03-08")), 4 * HOUR_MS) == ()


@given(
    st.sampled_from(["fx", "metals"]),
    st.integers(0, 40 * 365 * 24),
    st.integers(1, 24 * 60),
    st.integers(1, 24 * 60),
)
def test_hours_do_not_depend_on_where_a_span_is_cut(calendar: Calendar, start: int, first: int, second: int) -> None:
    whole = Span(start * HOUR_MS, (start + first + second) * HOUR_MS)
    cut = (start + first) * HOUR_MS
    parts = closed(calendar, Span(whole.start, cut)) + closed(calendar, Span(cut, whole.end))
    assert union(parts) == closed(calendar, whole)
    length = whole.end - whole.start
    shut = sum(part.end - part.start for part in closed(calendar, whole))
    assert shut <= length
    assert expected(calendar, whole, HOUR_MS) == (length - shut) // HOUR_MS


@given(st.integers(0, 2_500))
def test_every_week_has_its_hours_whatever_the_clocks_do(week: int) -> None:
    start = week * WEEK_MS + 4 * DAY_MS  # Mondays
    fx = sum(part.end - part.start for part in closed("fx", Span(start, start + WEEK_MS)))
    metals = sum(part.end - part.start for part in closed("metals", Span(start, start + WEEK_MS)))
    assert fx in (47 * HOUR_MS, 48 * HOUR_MS, 49 * HOUR_MS)
    assert metals == fx + 5 * HOUR_MS


@pytest.mark.parametrize(
    ("name", "calendar", "most"),
    [
        ("histdata_EURUSD_1m_2017-01_2017-04.parquet", "fx", 40),
        ("mt5_XAUUSD_1m_2026-03_2026-05.parquet", "metals", 0),
        ("oanda_EURUSD_1m_2014-05.parquet", "fx", 0),
        # Some years the broker paused at another hour.
        ("oanda_XAUUSD_1h_2015_2019.parquet", "metals", 150),
    ],
)
def test_real_candles_lie_within_the_hours(shared_data: Path, name: str, calendar: Calendar, most: int) -> None:
    candles = read_candles(shared_data / name)
    span = Span(int(candles.time[0]), candles.end)
    shut = closed_candles(calendar, span, candles.step_ms)
    assert np.count_nonzero(within(candles.time, shut)) <= most
    there = len(candles) / expected(calendar, span, candles.step_ms)
    assert there > 0.95, f"{there:.4f} of the expected candles are there"
