"""The bars a drawing runs on: what is stored of its period, without a break, and what would still be needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.cache import minutes
from support.fake_feeds import START, FakeFeeds

from app.data.records import Series, SeriesKey, Span
from app.errors import CandlesUnavailable
from app.jobs.candle_store import CandleStore
from app.jobs.market_bars import CandlesMissing, MarketBars, Period
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS, Timeframe
from app.strategy import edits, templates

BTC = SeriesKey("binance", "spot", "BTC/USDT")
NOW = START + 500 * DAY_MS + 7 * HOUR_MS
DRAWING = edits.set_instrument(templates.template("rsi_dip").strategy, "BTC/USDT", "binance")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CandleStore]:
    made = CandleStore(tmp_path / "candles.duckdb", tmp_path / "imports", now=lambda: NOW, feeds=FakeFeeds)  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def bars(store: CandleStore) -> MarketBars:
    return MarketBars(store=store)


def _store(store: CandleStore, start: int, end: int, key: SeriesKey = BTC) -> None:
    store.cache().ensure(Series(key))
    rows = minutes(range((start - START) // MINUTE_MS, (end - START) // MINUTE_MS, key.step_ms // MINUTE_MS))
    rows = replace(rows, step_ms=key.step_ms)
    store.cache().store(key, rows, Span(start, end), origin="rest", final=True, authoritative=True, now_ms=NOW)


def test_without_any_candles_the_whole_period_is_wanted_with_bars_to_settle(bars: MarketBars) -> None:
    with pytest.raises(CandlesMissing) as raised:
        bars.of(DRAWING, Period(30), 48)
    wanted = raised.value.wanted
    assert wanted.key == BTC
    begins = (NOW - 30 * DAY_MS) // DAY_MS * DAY_MS
    assert wanted.span == Span(begins - 48 * HOUR_MS, NOW)
    assert wanted.share == 1.0


def test_a_whole_period_wants_nothing_and_starts_at_midnight(store: CandleStore, bars: MarketBars) -> None:
    _store(store, NOW - 60 * DAY_MS, NOW)
    found = bars.of(DRAWING, Period(30), 48)
    assert found.wanted is None
    assert found.start == (NOW - 30 * DAY_MS) // DAY_MS * DAY_MS
    assert found.coverage_end == NOW
    assert str(found.instrument) == "BTC/USDT (Binance)" or found.instrument.symbol == "BTC/USDT"  # type: ignore[union-attr]


def test_the_newest_months_are_run_on_while_the_older_ones_are_on_their_way(
    store: CandleStore, bars: MarketBars
) -> None:
    _store(store, NOW - 10 * DAY_MS, NOW)
    found = bars.of(DRAWING, Period(30), 48)
    assert found.start == NOW - 10 * DAY_MS
    assert found.wanted is not None
    assert found.wanted.share == pytest.approx(20 / 30, abs=0.02)
    _store(store, NOW - 20 * DAY_MS, NOW - 10 * DAY_MS)
    assert bars.of(DRAWING, Period(30), 48).start == NOW - 20 * DAY_MS


def test_candles_on_both_sides_of_a_break_are_not_mixed(store: CandleStore, bars: MarketBars) -> None:
    _store(store, NOW - 29 * DAY_MS, NOW - 12 * DAY_MS)
    _store(store, NOW - 3 * DAY_MS, NOW)
    found = bars.of(DRAWING, Period(30), 0)
    assert found.start == NOW - 29 * DAY_MS
    assert found.derived.base.end == NOW - 12 * DAY_MS


def test_a_slider_that_needs_more_bars_to_settle_reads_nothing_anew(store: CandleStore, bars: MarketBars) -> None:
    _store(store, NOW - 60 * DAY_MS, NOW)
    first = bars.of(DRAWING, Period(30), 20).derived
    assert bars.of(DRAWING, Period(30), 700).derived is first


def test_after_new_candles_the_series_is_read_again(store: CandleStore, bars: MarketBars) -> None:
    _store(store, NOW - 60 * DAY_MS, NOW)
    first = bars.of(DRAWING, Period(30), 20).derived
    bars.forget(BTC)
    assert bars.of(DRAWING, Period(30), 20).derived is not first


def test_dates_of_ones_own_bound_the_run_on_both_sides(store: CandleStore, bars: MarketBars) -> None:
    _store(store, START, START + 90 * DAY_MS)
    found = bars.of(DRAWING, Period(None, START + 30 * DAY_MS, START + 60 * DAY_MS), 24)
    assert (found.start, found.end, found.wanted) == (START + 30 * DAY_MS, START + 60 * DAY_MS, None)


def test_where_candles_were_found_to_begin_bounds_no_longer_period(store: CandleStore, bars: MarketBars) -> None:
    # Listed means: as far as was asked. An outage at the beginning of what was asked looks the same.
    _store(store, START + 30 * DAY_MS, START + 60 * DAY_MS)
    store.cache().ensure(Series(BTC, listed_ms=START + 32 * DAY_MS))
    found = bars.of(DRAWING, Period(None, START, START + 60 * DAY_MS), 24)
    assert found.wanted is not None
    assert found.wanted.span == Span(START - 24 * HOUR_MS, START + 60 * DAY_MS)
    assert found.wanted.share == pytest.approx(0.5)
    assert found.start == START + 30 * DAY_MS


def test_an_import_runs_on_its_finest_fitting_candles(store: CandleStore, bars: MarketBars) -> None:
    name = "EUR/USD broker"
    for step in (15 * MINUTE_MS, HOUR_MS):
        _store(store, START, START + 30 * DAY_MS, SeriesKey("import", "fx", name, step))
    drawing = edits.set_instrument(DRAWING, name, "import")
    assert bars.of(drawing, Period(None), 0).derived.base.step_ms == 15 * MINUTE_MS
    assert bars.of(drawing, Period(7), 0).start == START + 23 * DAY_MS
    with pytest.raises(CandlesUnavailable, match="choose a longer timeframe"):
        bars.of(edits.set_timeframe(drawing, Timeframe(5 * MINUTE_MS)), Period(None), 0)


def test_an_import_that_is_not_here_is_a_sentence(bars: MarketBars) -> None:
    with pytest.raises(CandlesUnavailable, match="Nothing was imported as GOLD"):
        bars.of(edits.set_instrument(DRAWING, "GOLD", "import"), Period(), 0)
