"""Filling the candle cache: planned from what it covers, from archives and pages, and resumed wherever it broke off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.stand_in import DAY, MINUTE, START, Seconds, as_new, columns, exchange_class, quick_http

from app.data.backfill import Backfill
from app.data.backfill_plan import WORTH_A_FILE_MS, plan
from app.data.backfill_progress import Progress
from app.data.binance_archive import BinanceArchive, month_of
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.feed_errors import FeedBlocked, FeedBusy, HistoryNotOffered, SymbolUnknown
from app.data.http import Http
from app.data.quality import find_gaps
from app.data.records import SeriesKey, Span
from app.errors import Cancelled, CandlesUnavailable
from app.market.candles import COLUMNS

KEY = SeriesKey("binance", "spot", "BTC/USDT")
OLD = SeriesKey("binance", "spot", "OLD/USDT")
# Bars from 25 November on: a few days of one month, all of December, a few days of January.
FIRST = START - 7 * DAY
BARS = 40 * 1440
DECEMBER = month_of(START)
NOW = "2025-01-03T20:00:30Z"
CLOSED = DECEMBER.end + 2 * DAY + 20 * 60 * MINUTE
LATER = "2025-02-04T12:00:30Z"


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    markets = {"BTCUSDT": columns(BARS, FIRST), "OLDUSDT": columns(3 * 1440, FIRST, 9)}
    with exchange_class()(markets, statuses={"OLDUSDT": "BREAK"}, now=LATER) as exchange:
        yield exchange


@pytest.fixture
def exchange(served: Any) -> Any:
    as_new(served)
    served.set_now(LATER)
    served.state.revision, served.state.late_bars = 0, 0
    return served


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CandleCache]:
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as one:
        yield one


@pytest.fixture
def http() -> Iterator[Http]:
    with quick_http(Seconds()) as connections:
        yield connections


Make = Callable[..., Backfill]


@pytest.fixture
def backfill(exchange: Any, cache: CandleCache, http: Http) -> Make:
    def make(name: str = "binance", *, archive: bool = True, **options: Any) -> Backfill:
        feed = ExchangeFeed(Exchange(name, http, (exchange.url,)))
        files = BinanceArchive(http, exchange.url) if archive else None
        return Backfill(cache, feed, files, **({"now": exchange.now, "timing": http.timing} | options))

    return make


def asked(exchange: Any, *kinds: str) -> list[str]:
    """Return what was asked: `klines`, `1h`, and the dates of files, checksums left out."""
    found = []
    for one in exchange.requests:
        if one["path"].endswith(".zip"):
            found.append(one["path"].split("-1m-")[1].removesuffix(".zip"))
        elif "klines" in one["path"] and not one["path"].endswith("CHECKSUM"):
            found.append("1h" if "interval=1h" in str(one) or "'1h'" in str(one) else "klines")
    return [one for one in found if not kinds or one in kinds]


def stored_like_the_market(cache: CandleCache, span: Span, key: SeriesKey = KEY) -> None:
    rows = cache.read(key, span.start, span.end)
    wanted = columns(BARS, FIRST)
    first, last = np.searchsorted(wanted["ts"], (span.start, span.end))
    assert rows.time.tolist() == wanted["ts"][first:last].tolist()
    for name in COLUMNS:
        assert getattr(rows, name).tolist() == wanted[name][first:last].tolist(), name


def coverage_equals_rows(cache: CandleCache, key: SeriesKey = KEY) -> None:
    for covered in cache.coverage(key):
        assert len(cache.read(key, covered.span.start, covered.span.end)) == covered.rows


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


@pytest.mark.parametrize(
    "fault", ["404:2024-12.zip", "badsum:2024-12.zip", "badzip:2024-12.zip", "missing-checksum:2024-12.zip"]
)
def test_a_month_that_the_archive_cannot_give_comes_from_the_exchange(
    exchange: Any, backfill: Make, cache: CandleCache, fault: str
) -> None:
    exchange.state.archive_faults = [fault]
    outcome = backfill().fetch(KEY, DECEMBER)
    assert asked(exchange, "klines") == ["klines"] * 45
    assert outcome.missing == ()
    assert "2024-12 did not come from the archive: " in outcome.notes[0]
    stored_like_the_market(cache, DECEMBER)


def test_a_stale_month_is_mended_by_the_exchange(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    exchange.state.archive_faults = ["stale:2024-12.zip"]
    outcome = backfill().fetch(KEY, DECEMBER)
    assert outcome.notes == ("2024-12: 1 hour of the archive differed from Binance itself, whose candles count.",)
    assert outcome.stored.changed == 10
    stored_like_the_market(cache, DECEMBER)
    assert len(cache.revisions(KEY, DECEMBER)) == 10


@pytest.mark.parametrize("where", ["2024-12-31T12:00/720", "2024-12-01T00:00/3000", "2024-12-12T07:13/2000"])
def test_a_month_that_was_cut_is_completed_by_the_exchange(
    exchange: Any, backfill: Make, cache: CandleCache, where: str
) -> None:
    exchange.gap(f"BTCUSDT@{where}/archive")
    assert backfill().fetch(KEY, DECEMBER).missing == ()
    stored_like_the_market(cache, DECEMBER)


def test_an_archive_that_is_down_is_not_asked_for_every_month(exchange: Any, cache: CandleCache, http: Http) -> None:
    feed = ExchangeFeed(Exchange("binance", http, (exchange.url,)))
    span = Span(DECEMBER.start - 2 * DAY, DECEMBER.end + 3 * DAY)
    Backfill(cache, feed, BinanceArchive(http, "http://127.0.0.1:9"), now=exchange.now).fetch(KEY, span)
    stored_like_the_market(cache, span)
    assert len(asked(exchange)) == -(-(span.end - span.start) // MINUTE // 1000) + 1


def test_where_the_exchange_is_closed_the_archive_gives_months_and_days(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(NOW)
    exchange.fault("451")
    # December is published on the first Monday of January, the 6th.
    outcome = backfill().fetch(KEY, Span(DECEMBER.end - 3 * DAY, CLOSED))
    assert outcome.missing == (Span(DECEMBER.end + 2 * DAY, CLOSED - 5 * MINUTE),)
    assert isinstance(outcome.problem, FeedBlocked)
    assert asked(exchange)[-6:] == ["2025-01-02", "2025-01-01", "2024-12-31", "2024-12-30", "2024-12-29"][-6:]
    stored_like_the_market(cache, Span(DECEMBER.end - 3 * DAY, DECEMBER.end + 2 * DAY))
    exchange.set_now(LATER)
    as_new(exchange)
    exchange.fault("451")
    cache.delete(KEY)
    outcome = backfill().fetch(KEY, DECEMBER)
    assert (outcome.missing, outcome.problem) == ((), None)
    stored_like_the_market(cache, DECEMBER)


def test_where_both_are_closed_it_is_said_and_nothing_is_claimed(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.fault("403")
    exchange.state.archive_faults = ["404:2024"]
    outcome = backfill().fetch(KEY, DECEMBER)
    assert outcome.missing == (DECEMBER,)
    assert "does not serve this place (403). Use another exchange, or import candles from a file." in str(
        outcome.problem
    )
    assert cache.coverage(KEY) == ()
    assert [(job.state, job.attempts) for job in cache.jobs()] == [("failed", 1)]
    backfill().fetch(KEY, DECEMBER)
    assert cache.jobs()[0].attempts == 2


def test_a_banned_exchange_is_left_alone_as_long_as_it_says(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    exchange.set_now(NOW)
    exchange.fault("418=600@3")
    span = Span(CLOSED - 5 * DAY, CLOSED)
    outcome = backfill(archive=False).fetch(KEY, span)
    assert isinstance(outcome.problem, FeedBusy)
    assert cache.jobs()[0].state == "resting"
    kept = len(cache.read(KEY, *_ends(span)))
    as_new(exchange)
    exchange.advance(minutes=9)
    outcome = backfill(archive=False).fetch(KEY, span)
    assert "has asked to be left alone for 1 more minutes" in str(outcome.problem)
    assert exchange.requests == []
    exchange.advance(minutes=2)
    assert backfill(archive=False).fetch(KEY, span).missing == ()
    assert kept < len(cache.read(KEY, *_ends(span)))
    stored_like_the_market(cache, span)


@pytest.mark.parametrize(
    "fault", ["429=2", "500", "503", "drop", "truncate", "html", "empty", "dup=2", "unsorted", "nan"]
)
def test_faults_that_pass_lose_nothing(exchange: Any, backfill: Make, cache: CandleCache, fault: str) -> None:
    span = Span(START, START + 6 * DAY)
    exchange.fault(f"{fault}@3,5,6,9")
    assert backfill(archive=False).fetch(KEY, span).missing == ()
    stored_like_the_market(cache, span)
    coverage_equals_rows(cache)


ALL_AT_ONCE = [f"{kind}:0.05" for kind in ("429=1", "500", "502", "503", "504", "drop", "truncate", "html", "dup=3")]
ALL_AT_ONCE += ["empty:0.06", "unsorted:0.1", "nan:0.05"]


@pytest.mark.parametrize("name", ["binance", "coinbase", "okx"])
def test_all_faults_at_once_neither_lose_nor_invent_a_candle(
    exchange: Any, backfill: Make, cache: CandleCache, name: str
) -> None:
    key, span = SeriesKey(name, "spot", "BTC/USDT"), Span(START, START + 4 * DAY)
    gaps = ((1000, 200), (2500, 20), (3000, 1100))
    exchange.gap(*(f"BTCUSDT@{np.datetime64(START + at * MINUTE, 'ms')}/{length}" for at, length in gaps))
    wanted = set(range(START, span.end, MINUTE))
    wanted -= {START + (at + step) * MINUTE for at, length in gaps for step in range(length)}
    exchange._rng.seed(3)
    exchange.fault(*ALL_AT_ONCE)
    for _ in range(20):
        if not backfill(name, archive=False).fetch(key, span).missing:
            break
    rows = cache.read(key, span.start, span.end)
    assert rows.time.tolist() == sorted(wanted)
    at = (rows.time - FIRST) // MINUTE
    assert rows.close.tolist() == columns(BARS, FIRST)["close"][at].tolist()
    coverage_equals_rows(cache, key)
    assert cache.missing(key, span) == ()


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


def test_before_it_was_listed_little_is_asked_and_then_nothing(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    span = Span(FIRST - 900 * DAY, FIRST + DAY)
    outcome = backfill().fetch(KEY, span)
    assert outcome.missing == ()
    assert outcome.notes[-1] == "Binance has no candles of BTC/USDT from 2022-06-09 00:00 to 2024-11-25 00:00 UTC."
    assert len(exchange.requests) < 20
    assert cache.find(KEY).listed_ms == FIRST
    assert find_gaps(cache, KEY, span) == ()
    as_new(exchange)
    assert backfill().fetch(KEY, span).notes == ()
    assert exchange.requests == []


@pytest.mark.parametrize("name", ["coinbase", "bybit", "okx", "bitstamp"])
def test_before_it_was_listed_an_exchange_that_gives_windows_only_is_not_asked_for_ever(
    exchange: Any, backfill: Make, cache: CandleCache, name: str
) -> None:
    key = SeriesKey(name, "spot", "BTC/USDT")
    span = Span(FIRST - 900 * DAY, FIRST + 300 * MINUTE)
    outcome = backfill(name, archive=False).fetch(key, span)
    assert outcome.notes[-1].endswith("has no candles of BTC/USDT from 2022-06-09 00:00 to 2024-11-25 00:00 UTC.")
    assert len(exchange.requests) < 60
    as_new(exchange)
    assert backfill(name, archive=False).fetch(key, span).missing == ()
    assert exchange.requests == []


@pytest.mark.parametrize("name", ["binance", "coinbase", "bybit", "okx", "bitstamp"])
def test_what_lies_before_a_long_silence_is_found_whichever_part_is_asked_for_first(
    backfill: Make, cache: CandleCache, name: str, tmp_path: Path
) -> None:
    """An instrument may stop trading for a year and come back."""
    times = np.concatenate([FIRST - 400 * DAY + MINUTE * np.arange(600), FIRST + MINUTE * np.arange(600)])
    market = {**columns(1200, FIRST), "ts": times}
    key = SeriesKey(name, "spot", "ETH/USDT")
    with exchange_class()({"ETHUSDT": market}, now=FIRST + DAY) as halted, quick_http() as http:
        feed = ExchangeFeed(Exchange(name, http, (halted.url,)))
        one = Backfill(cache, feed, None, now=halted.now, timing=http.timing)
        late, whole = Span(FIRST - 90 * DAY, FIRST + 600 * MINUTE), Span(FIRST - 410 * DAY, FIRST + 600 * MINUTE)
        assert one.fetch(key, late).missing == ()
        assert cache.find(key).listed_ms == FIRST
        assert one.fetch(key, whole).missing == ()
        assert cache.read(key, whole.start, whole.end).time.tolist() == times.tolist()
        assert cache.find(key).listed_ms == FIRST - 400 * DAY
        assert [gap.span for gap in find_gaps(cache, key, whole)] == [Span(FIRST - 400 * DAY + 600 * MINUTE, FIRST)]
        halted.requests.clear()
        assert one.fetch(key, whole).notes == ()
        assert halted.requests == []


def test_where_there_is_nothing_at_all_little_is_asked_and_then_nothing(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    exchange.set_now(FIRST + (BARS + 400 * 1440) * MINUTE)
    span = Span(FIRST + (BARS + 10 * 1440) * MINUTE, FIRST + (BARS + 300 * 1440) * MINUTE)
    assert backfill().fetch(KEY, span).missing == ()
    assert cache.find(KEY).listed_ms is None
    assert len(exchange.requests) < 20
    as_new(exchange)
    assert backfill().fetch(KEY, span).missing == ()
    assert exchange.requests == []


@pytest.mark.parametrize("fast", [0, 700])
def test_a_delisted_instrument_is_complete_and_its_candles_not_asked_for_any_more(
    exchange: Any, backfill: Make, cache: CandleCache, fast: int
) -> None:
    here = exchange.now() + fast * DAY
    outcome = backfill(now=lambda: here).fetch(OLD, Span(FIRST, here))
    assert outcome.notes[-1].startswith("OLD/USDT does not trade any more; its last candle is that of 2024-11-28")
    assert len(cache.read(OLD, FIRST, here)) == 3 * 1440
    assert find_gaps(cache, OLD, Span(FIRST, here)) == ()
    as_new(exchange)
    exchange.advance(days=3)
    assert backfill(now=lambda: here).fetch(OLD, Span(FIRST, here)).missing == ()
    assert asked(exchange) == []
    assert len(exchange.requests) <= 1


def test_an_instrument_that_trades_again_is_fetched_again(exchange: Any, backfill: Make, cache: CandleCache) -> None:
    backfill().fetch(OLD, Span(FIRST, exchange.now()))
    assert cache.find(OLD).ended_ms == FIRST + 3 * DAY
    market = exchange.state.markets["OLDUSDT"]
    market.status = "TRADING"
    try:
        backfill().fetch(OLD, Span(FIRST, exchange.now()))
    finally:
        market.status = "BREAK"
    assert (cache.find(OLD).status, cache.find(OLD).ended_ms) == ("trading", None)
    assert [gap.span.start for gap in find_gaps(cache, OLD, Span(FIRST, exchange.now()))] == [FIRST + 3 * DAY]


def test_whether_it_trades_again_is_not_asked_where_nobody_answers_or_only_the_past_is_wanted(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    backfill().fetch(OLD, Span(FIRST, exchange.now()))
    as_new(exchange)
    assert backfill().fetch(OLD, Span(FIRST, FIRST + 3 * DAY)).problem is None
    assert exchange.requests == []
    exchange.fault("451")
    assert backfill().fetch(OLD, Span(FIRST, exchange.now())).problem is None
    assert cache.find(OLD).ended_ms == FIRST + 3 * DAY


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


def test_a_month_of_which_the_exchange_gave_a_part_keeps_that_part(
    exchange: Any, backfill: Make, cache: CandleCache
) -> None:
    part = Span(DECEMBER.start + 3 * DAY, DECEMBER.start + 4 * DAY)
    backfill(archive=False).fetch(KEY, part)
    backfill().fetch(KEY, DECEMBER)
    origins = {covered.origin for covered in cache.coverage(KEY) if covered.span == part}
    assert origins == {"rest"}
    stored_like_the_market(cache, DECEMBER)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


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


# The plan


def test_nothing_missing_is_nothing_to_do() -> None:
    assert plan((), archive=True, now_ms=CLOSED) == ()


def test_a_month_is_a_file_when_it_is_published_and_enough_of_it_is_missing() -> None:
    later = DECEMBER.end + 10 * DAY
    half = Span(DECEMBER.start, DECEMBER.start + WORTH_A_FILE_MS)
    assert [chunk.kind for chunk in plan([half], archive=True, now_ms=later)] == ["month"]
    assert [chunk.span for chunk in plan([half], archive=True, now_ms=later)] == [DECEMBER]
    less = Span(half.start, half.end - MINUTE)
    assert [chunk.span for chunk in plan([less], archive=True, now_ms=later)] == [less]
    assert [chunk.kind for chunk in plan([half], archive=True, now_ms=DECEMBER.end + DAY)] == ["pages"]
    assert [chunk.kind for chunk in plan([half], archive=False, now_ms=later)] == ["pages"]


minutes = st.integers(0, 200 * 1440)


@settings(max_examples=60)
@given(st.lists(st.tuples(minutes, minutes), max_size=6), st.booleans(), minutes)
def test_a_plan_holds_what_is_missing_once_newest_first(pairs: list[tuple[int, int]], archive: bool, now: int) -> None:
    from app.data.spans import union

    missing = union(Span(FIRST + low * MINUTE, FIRST + high * MINUTE) for low, high in pairs)
    chunks = plan(missing, archive=archive, now_ms=FIRST + now * MINUTE)
    assert union(part for chunk in chunks for part in chunk.missing) == missing
    assert [chunk.span.start for chunk in chunks] == sorted((chunk.span.start for chunk in chunks), reverse=True)
    assert len({chunk.span for chunk in chunks if chunk.kind == "month"}) == sum(c.kind == "month" for c in chunks)
    for chunk in chunks:
        assert all(chunk.span.start <= part.start < part.end <= chunk.span.end for part in chunk.missing)
