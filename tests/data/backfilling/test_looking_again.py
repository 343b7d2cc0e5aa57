"""Asking once more for what may have changed since: the last day, files published anew, and gaps."""

from __future__ import annotations

from typing import Any

from support.backfilling import (
    CLOSED,
    DECEMBER,
    KEY,
    NOW,
    Make,
    asked,
)
from support.stand_in import DAY, as_new

from app.data.candle_cache import CandleCache
from app.data.records import Span


def test_the_last_day_is_asked_for_again_once_an_hour_has_passed(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(NOW)
    backfill().fetch(KEY, Span(CLOSED - 2 * DAY, CLOSED))
    as_new(exchange)
    assert backfill().refresh_day(KEY).stored.changed == 0
    assert exchange.requests == []
    exchange.advance(hours=2)
    exchange.state.markets["BTCUSDT"].volume[-(1440 * 2) :] += 1.0
    try:
        outcome = backfill().refresh_day(KEY)
        assert outcome.stored.changed > 1000
        assert len(asked(exchange)) == 2
    finally:
        exchange.state.markets["BTCUSDT"].volume[-(1440 * 2) :] -= 1.0


def test_files_that_were_published_again_are_noticed(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    backfill().fetch(KEY, DECEMBER)
    as_new(exchange)
    assert backfill().refresh_archives(KEY).notes == ()
    assert len(exchange.requests) == 1
    exchange.state.revision = 1
    outcome = backfill().refresh_archives(KEY)
    assert outcome.notes == ("2024-12 was published again by the Binance archive; it was fetched anew.",)
    assert outcome.stored.changed == 1
    assert backfill().refresh_archives(KEY).notes == ()


def test_gaps_are_written_down_and_those_without_a_reason_are_asked_for_again(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(NOW)
    exchange.gap("BTCUSDT@2025-01-02T10:00/40", "BTCUSDT@2025-01-02T12:00/4")
    span = Span(CLOSED - 3 * DAY, CLOSED)
    backfill(archive=False).fetch(KEY, span)
    assert [(gap.cause, gap.checks) for gap in cache.gaps(KEY, span)] == [("unknown", 1), ("quiet", 1)]
    exchange.gap()
    as_new(exchange)
    assert backfill().recheck_gaps(KEY).stored.added == 0
    assert exchange.requests == []
    exchange.advance(hours=2)
    assert backfill().recheck_gaps(KEY).stored.added == 40
    assert [gap.cause for gap in cache.gaps(KEY, span)] == ["quiet"]


def test_a_gap_that_stays_is_asked_for_three_times(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    exchange.set_now(NOW)
    exchange.gap("BTCUSDT@2025-01-02T10:00/40")
    backfill(archive=False).fetch(KEY, Span(CLOSED - 3 * DAY, CLOSED))
    for _ in range(5):
        exchange.advance(hours=2)
        backfill().recheck_gaps(KEY)
    assert [gap.checks for gap in cache.gaps(KEY, Span(CLOSED - 3 * DAY, CLOSED))] == [3]
    as_new(exchange)
    exchange.gap("BTCUSDT@2025-01-02T10:00/40")
    exchange.advance(hours=2)
    backfill().recheck_gaps(KEY)
    assert exchange.requests == []
