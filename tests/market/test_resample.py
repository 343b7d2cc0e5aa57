"""Longer bars from shorter ones: against a plain reading of rule 1, and against bars from elsewhere."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.data.candle_files import read_candles
from app.market.candles import Candles, candles, flaw
from app.market.resample import derive
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS, Timeframe

GOLDEN_FILES = (
    "binance_BTCUSDT_1m_2024-12.parquet",
    "binance_um_DOTUSDT_1m_2026-02.parquet",
    "binance_um_LTCUSDT_1m_2026-02.parquet",
    "binance_um_NEARUSDT_1m_2026-02.parquet",
    "bitfinex_BTCUSD_1m_2018.parquet",
    "bitfinex_BTCUSD_1m_2019.parquet",
    "bitfinex_ETHUSD_1m_2019.parquet",
    "bitfinex_LTCUSD_1m_2014.parquet",
    "histdata_EURUSD_1m_2017-01_2017-04.parquet",
    "mt5_XAUUSD_1m_2026-03_2026-05.parquet",
    "oanda_EURUSD_1m_2014-05.parquet",
)


def base(minutes: list[int], prices: list[float] | None = None, volume: list[float] | None = None) -> Candles:
    """Return minute candles at these minutes; price i has a range of one around it."""
    close = np.array(prices or [100.0 + place for place in range(len(minutes))])
    time = np.array(minutes) * MINUTE_MS
    return candles(time, close, close + 0.5, close - 0.5, close, volume or [1.0] * len(minutes), MINUTE_MS)


def by_hand(rows: Candles, timeframe: Timeframe) -> list[tuple[float, ...]]:
    """Return the bars of rule 1, worked out row by row."""
    bars: dict[int, list[float]] = {}
    for time, *values in zip(rows.time.tolist(), rows.open, rows.high, rows.low, rows.close, rows.volume, strict=True):
        open_, high, low, close, volume = map(float, values)
        bar = bars.setdefault(timeframe.floor(time), [open_, high, low, close, 0.0])
        bar[1:] = [max(bar[1], high), min(bar[2], low), close, bar[4] + volume]
    return [(time, *bar) for time, bar in bars.items()]


def as_rows(bars: Candles) -> list[tuple[float, ...]]:
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_rule_01_a_bar_has_first_open_highest_high_lowest_low_last_close_and_all_volume() -> None:
    rows = base([0, 1, 2, 3, 4, 5], [10, 14, 9, 12, 20, 21], [1, 2, 4, 8, 16, 32])
    bars = derive(rows, Timeframe.parse("5m")).bars
    assert as_rows(bars) == [(0, 10, 20.5, 8.5, 20, 31), (5 * MINUTE_MS, 21, 21.5, 20.5, 21, 32)]


def test_rule_02_a_bucket_without_candles_gives_no_bar_and_one_with_some_missing_counts_as_incomplete() -> None:
    derived = derive(base([0, 1, 2, 3, 4, 16, 20, 21, 22, 23, 24]), Timeframe.parse("5m"))
    assert derived.bars.time.tolist() == [0, 15 * MINUTE_MS, 20 * MINUTE_MS]
    assert derived.incomplete() == 1


def test_rule_01_weeks_begin_on_monday() -> None:
    monday = np.datetime64("2024-07-01T00:00", "ms").astype(np.int64)
    hours = candles(
        monday - 2 * HOUR_MS + np.arange(5) * HOUR_MS, *[np.full(5, 7.0)] * 4, volume=np.ones(5), step_ms=HOUR_MS
    )
    bars = derive(hours, Timeframe.parse("1w")).bars
    assert bars.time.tolist() == [monday - WEEK_MS, monday]
    assert bars.volume.tolist() == [2, 3]
    assert flaw(bars) is None


def test_three_day_bars_begin_at_multiples_of_three_days_since_1970() -> None:
    days = candles(np.arange(7) * DAY_MS, *[np.full(7, 7.0)] * 4, volume=np.ones(7), step_ms=DAY_MS)
    assert derive(days, Timeframe.parse("3d")).bars.time.tolist() == [0, 3 * DAY_MS, 6 * DAY_MS]


def test_a_timeframe_that_is_no_multiple_of_the_step_is_refused() -> None:
    hourly = candles([0], [1], [1], [1], [1], [1], HOUR_MS)
    with pytest.raises(ValueError, match="90m bars cannot be made of 1h candles"):
        derive(hourly, Timeframe.parse("90m"))


def test_the_own_timeframe_gives_the_same_candles_and_no_candles_give_no_bars() -> None:
    rows = base([3, 4, 9])
    assert derive(rows, Timeframe.parse("1m")).bars is rows
    nothing = derive(rows.rows(0, 0), Timeframe.parse("1h"))
    assert len(nothing.bars) == 0
    assert nothing.incomplete() == 0


def test_volume_is_added_in_time_order() -> None:
    # One big and many small amounts: adding in pairs, or from the other end, gives another last digit.
    amounts = [1e16] + [1.0] * 29
    total = 0.0
    for amount in amounts:
        total += amount
    assert total != math.fsum(amounts)
    bars = derive(base(list(range(30)), volume=amounts), Timeframe.parse("30m")).bars
    assert bars.volume.tolist() == [total]


def test_unknown_volume_stays_unknown() -> None:
    bars = derive(base([0, 1, 5], volume=[1.0, math.nan, 2.0]), Timeframe.parse("5m")).bars
    assert math.isnan(bars.volume[0])
    assert bars.volume[1] == 2.0


@given(
    minutes=st.lists(st.integers(0, 3000), min_size=1, max_size=80, unique=True).map(sorted),
    timeframe=st.sampled_from(["1m", "2m", "5m", "7m", "1h", "4h", "1d", "1w"]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(deadline=None, max_examples=80)
def test_any_candles_give_the_bars_worked_out_by_hand(minutes: list[int], timeframe: str, seed: int) -> None:
    chance = np.random.default_rng(seed)
    prices = (50 + chance.random(len(minutes)) * 50).tolist()
    rows = base(minutes, prices, (chance.random(len(minutes)) * 1e6).tolist())
    derived = derive(rows, Timeframe.parse(timeframe))
    assert as_rows(derived.bars) == by_hand(rows, Timeframe.parse(timeframe))
    counts = np.diff(derived.first)
    assert counts.sum() == len(rows)
    assert derived.incomplete() == np.count_nonzero(counts < derived.bars.step_ms // MINUTE_MS)


@pytest.mark.parametrize("name", GOLDEN_FILES)
def test_real_files_give_the_bars_that_another_program_has_made_of_them(shared_data: Path, name: str) -> None:
    golden = json.loads((shared_data / "golden_derived.json").read_text())[name]
    rows = read_candles(shared_data / name)
    assert set(golden) == {"5m", "15m", "30m", "1h", "4h", "1d"}
    for timeframe, expected in golden.items():
        derived = derive(rows, Timeframe.parse(timeframe))
        bars = derived.bars
        digest = hashlib.sha256(bars.time.astype("<i8").tobytes())
        for column in (bars.open, bars.high, bars.low, bars.close):
            digest.update(column.astype("<f8").tobytes())
        assert digest.hexdigest() == expected["ohlc_sha256"], timeframe
        assert len(bars) == expected["bars"]
        assert (bars.time[0], bars.time[-1]) == (expected["first"], expected["last"])
        assert len(bars) - derived.incomplete() == expected["complete"]
        assert math.fsum(bars.volume) == pytest.approx(expected["sum_volume"], rel=1e-9)


def test_every_minute_file_with_golden_bars_is_looked_at(shared_data: Path) -> None:
    assert set(json.loads((shared_data / "golden_derived.json").read_text())) == set(GOLDEN_FILES)


def test_bars_made_of_minutes_equal_the_exchanges_own_quarter_hours(shared_data: Path) -> None:
    made = derive(read_candles(shared_data / "binance_BTCUSDT_1m_2024-12.parquet"), Timeframe.parse("15m")).bars
    own = read_candles(shared_data / "binance_BTCUSDT_15m_2024-12.parquet").between(0, made.end - 15 * MINUTE_MS)
    mine = made.between(int(own.time[0]), own.end)
    assert len(own) == 2780
    for name in ("time", "open", "high", "low", "close"):
        assert np.array_equal(getattr(mine, name), getattr(own, name)), name
    assert np.allclose(mine.volume, own.volume, rtol=2e-12, atol=0)
