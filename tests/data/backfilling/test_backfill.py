"""Filling the candle cache: planned from what it covers, from archives and pages, and resumed wherever it broke off."""

from __future__ import annotations

from typing import Any

import pytest
from support.backfilling import (
    CLOSED,
    DECEMBER,
    FIRST,
    KEY,
    NOW,
    Make,
    asked,
    coverage_equals_rows,
    stored_like_the_market,
)
from support.stand_in import DAY, MINUTE, START, Seconds, as_new

from app.data.backfill_progress import Progress
from app.data.candle_cache import CandleCache
from app.data.feed_errors import HistoryNotOffered, SymbolUnknown
from app.data.records import SeriesKey, Span
from app.errors import Cancelled, CandlesUnavailable


def test_a_month_from_the_archive_is_the_month_from_the_exchange(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    backfill().fetch(KEY, DECEMBER)
    from_archive = cache.read(KEY, DECEMBER.start, DECEMBER.end).fingerprint()
    assert asked(exchange) == ["2024-12", "1h"]
    cache.delete(KEY)
    as_new(exchange)
    backfill(archive=False).fetch(KEY, DECEMBER)
    assert cache.read(KEY, DECEMBER.start, DECEMBER.end).fingerprint() == from_archive
    assert asked(exchange) == ["klines"] * 45
    stored_like_the_market(cache, DECEMBER)


def test_newest_first_files_for_whole_months_and_pages_for_the_rest(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    outcome = backfill().fetch(KEY, Span(FIRST, CLOSED))
    assert asked(exchange)[:5] == ["klines"] * 5
    assert asked(exchange)[5:7] == ["2024-12", "1h"]
    assert outcome.missing == ()
    assert outcome.problem is None
    assert outcome.stored.added == (CLOSED - FIRST) // MINUTE
    stored_like_the_market(cache, Span(FIRST, CLOSED))
    coverage_equals_rows(cache)


def test_the_same_job_again_asks_nothing(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    span = Span(DECEMBER.start + 5 * DAY, CLOSED)
    backfill().fetch(KEY, span)
    before = cache.coverage(KEY)
    as_new(exchange)
    outcome = backfill().fetch(KEY, span)
    assert (exchange.requests, outcome.stored.added, outcome.missing) == ([], 0, ())
    assert cache.coverage(KEY) == before


def test_pages_take_as_few_requests_as_there_are_pages(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    span = Span(FIRST + 3 * DAY + 7 * MINUTE, FIRST + 13 * DAY + 91 * MINUTE)
    backfill(archive=False).fetch(KEY, span)
    assert len(asked(exchange)) == -(-(span.end - span.start) // MINUTE // 1000)
    stored_like_the_market(cache, span)


def test_the_newest_minutes_are_not_final_and_come_again(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    exchange.set_now(NOW)
    exchange.state.late_bars = 3
    backfill().fetch(KEY, Span(CLOSED - DAY, CLOSED + DAY))
    assert cache.last_covered(KEY) == CLOSED - 5 * MINUTE
    early = cache.read(KEY, CLOSED - DAY, CLOSED)
    assert early.end == CLOSED
    exchange.advance(minutes=10)
    outcome = backfill().poll(KEY)
    assert (outcome.stored.added, outcome.stored.changed) == (10, 3)
    stored_like_the_market(cache, Span(CLOSED - DAY, CLOSED + 7 * MINUTE))
    assert len(cache.revisions(KEY, Span(CLOSED - DAY, CLOSED))) == 3


def test_what_had_arrived_before_a_failure_is_kept_and_not_asked_for_again(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    span = Span(START, START + 6 * DAY)
    exchange.fault("503@6-99")
    outcome = backfill(archive=False).fetch(KEY, span)
    assert outcome.missing == (Span(START, span.end - 3000 * MINUTE),)
    assert "out of order at the moment (503)" in str(outcome.problem)
    exchange.fault()
    as_new(exchange)
    assert backfill(archive=False).fetch(KEY, span).missing == ()
    assert len(asked(exchange)) == 6
    stored_like_the_market(cache, span)


def test_cancelling_between_answers_keeps_what_has_arrived(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    told: list[Progress] = []

    def report(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 3:
            raise Cancelled("stopped")

    span = Span(START, START + 6 * DAY)
    with pytest.raises(Cancelled):
        backfill(archive=False, report=report).fetch(KEY, span)
    assert cache.missing(KEY, span) == (Span(START, span.end - 3000 * MINUTE),)
    assert cache.jobs()[0].state == "stopped"
    assert [one.minutes for one in told] == [1000, 2000, 3000]
    assert told[0].minutes_asked == 6 * 1440
    assert told[-1].received_bytes > 300_000
    coverage_equals_rows(cache)


def test_newest_candles_that_were_broken_off_are_gone_on_with(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(NOW)
    backfill(archive=False).fetch(KEY, Span(CLOSED - 9 * DAY, CLOSED - 8 * DAY))

    def broken_off(_: Progress) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        backfill(archive=False, report=broken_off).poll(KEY)
    assert cache.missing(KEY, Span(CLOSED - 9 * DAY, CLOSED - DAY)) != ()
    assert backfill(archive=False).poll(KEY).problem is None
    assert cache.missing(KEY, Span(CLOSED - 9 * DAY, CLOSED - 5 * MINUTE)) == ()
    stored_like_the_market(cache, Span(CLOSED - 9 * DAY, CLOSED))


def test_who_comes_back_after_more_than_a_year_is_told_what_was_not_asked_for(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    backfill(archive=False).fetch(KEY, Span(FIRST, FIRST + DAY))
    exchange.set_now(FIRST + 400 * DAY)
    asking = backfill(archive=False)
    left_out = "From 2024-11-26 00:00 to 2024-12-29 00:00 UTC nothing was asked for; fetch it if it is needed."
    assert left_out in asking.poll(KEY).notes
    assert not any("nothing was asked for" in note for note in asking.poll(KEY).notes)


def test_what_the_trader_stopped_is_not_gone_on_with_by_asking_for_the_newest(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(NOW)

    def broken_off(_: Progress) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        backfill(archive=False, report=broken_off).fetch(KEY, Span(CLOSED - 9 * DAY, CLOSED))
    as_new(exchange)
    backfill(archive=False).poll(KEY)
    assert len(asked(exchange)) == 1


def test_a_series_that_is_deleted_while_it_is_fetched_stays_deleted(backfill: Make, cache: CandleCache) -> None:
    with pytest.raises(CandlesUnavailable, match="BTC/USDT were deleted meanwhile"):
        backfill(archive=False, report=lambda _: cache.delete(KEY)).fetch(KEY, Span(START, START + 3 * DAY))
    assert cache.series() == ()
    assert cache.jobs() == ()


def test_progress_tells_the_time_that_is_left(exchange: Any, backfill: Make) -> None:
    told: list[Progress] = []
    clock = Seconds()

    def report(progress: Progress) -> None:
        clock.now += 1.0
        told.append(progress)

    backfill(archive=False, report=report, timing=clock.timing()).fetch(KEY, Span(START, START + 5000 * MINUTE))
    assert [one.seconds_left for one in told] == [None, None, pytest.approx(4 / 3), 0.75, 0.0]
    assert told[-1].share == 1.0


def test_with_a_fast_clock_no_file_is_asked_for_that_cannot_be_there(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now("2024-12-28T00:00:30Z")
    outcome = backfill(now=lambda: exchange.now() + 60 * DAY).fetch(KEY, DECEMBER)
    assert set(asked(exchange)) == {"klines"}
    assert not any("archive" in note for note in outcome.notes)


def test_what_an_exchange_does_not_have_is_raised(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    with pytest.raises(SymbolUnknown):
        backfill().fetch(SeriesKey("binance", "spot", "XYZ/USDT"), DECEMBER)
    with pytest.raises(HistoryNotOffered, match="only its newest 720 candles"):
        backfill("kraken", archive=False).fetch(SeriesKey("kraken", "spot", "BTC/USDT"), DECEMBER)
    assert cache.series() == ()


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_wrong_clock_here_invents_no_candle_and_loses_none(
    exchange: Any, backfill: Make, cache: CandleCache, minutes: int
) -> None:
    exchange.set_now(NOW)
    here = exchange.now() + minutes * MINUTE
    outcome = backfill(now=lambda: here).fetch(KEY, Span(CLOSED - DAY, CLOSED + DAY))
    end = min(CLOSED, here // MINUTE * MINUTE)
    assert cache.read(KEY, CLOSED - DAY, CLOSED + DAY).end == end
    assert "The clock of this computer is 5 min" in outcome.notes[0]
    stored_like_the_market(cache, Span(CLOSED - DAY, end - 5 * MINUTE))


def test_a_month_of_which_the_exchange_gave_a_part_keeps_that_part(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    part = Span(DECEMBER.start + 3 * DAY, DECEMBER.start + 4 * DAY)
    backfill(archive=False).fetch(KEY, part)
    backfill().fetch(KEY, DECEMBER)
    origins = {covered.origin for covered in cache.coverage(KEY) if covered.span == part}
    assert origins == {"rest"}
    stored_like_the_market(cache, DECEMBER)
