"""What is missing, and why: closed, quiet, an outage, or not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from support.cache import EVER, MINUTE, START, minutes, series, span

from app.data import quality
from app.data.calendar import closed
from app.data.candle_cache import CandleCache
from app.data.candle_files import read_candles
from app.data.quality import NOTHING_LACKING, Lack, bar, causes, find_gaps, lacking, missing, note_gaps, shares
from app.data.records import Calendar, Gap, Series, SeriesKey, Span
from app.market.candles import Candles
from app.market.timeframe import DAY_MS, HOUR_MS

ONE, TWO, THREE = series(1), series(2), series(3)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CandleCache]:
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as opened:
        yield opened


def put(cache: CandleCache, known: Series, there: Iterable[int], covered: Span) -> None:
    cache.ensure(known)
    rows = minutes(there).between(covered.start, covered.end)
    cache.store(known.key, rows, covered, origin="rest", final=True, authoritative=True, now_ms=1)


def put_candles(cache: CandleCache, known: Series, rows: Candles, covered: Span) -> None:
    cache.ensure(known)
    cache.store(known.key, rows, covered, origin="import", final=True, authoritative=True, now_ms=1)


def without_minutes(*gone: range) -> list[int]:
    return sorted(set(range(1_000)) - {minute for part in gone for minute in part})


def found(cache: CandleCache, known: Series = ONE) -> list[tuple[int, int, str]]:
    gaps = find_gaps(cache, known.key, EVER)
    return [((gap.span.start - START) // MINUTE, (gap.span.end - START) // MINUTE, gap.cause) for gap in gaps]


def test_only_what_was_asked_for_can_be_missing(cache: CandleCache) -> None:
    put(cache, ONE, [5, 6, 9], span(4, 10))
    put(cache, ONE, [20], span(20, 22))
    assert found(cache) == [(4, 5, "quiet"), (7, 9, "quiet"), (21, 22, "quiet")]


def test_a_gap_over_two_answers_is_one(cache: CandleCache) -> None:
    put(cache, ONE, [0], span(0, 5))
    cache.store(ONE.key, minutes([9]), span(5, 10), origin="archive day", final=False, authoritative=True, now_ms=1)
    assert found(cache) == [(1, 9, "quiet")]


def test_a_quarter_of_an_hour_with_nothing_to_compare_with_is_not_known(cache: CandleCache) -> None:
    put(cache, ONE, without_minutes(range(10, 24), range(100, 115)), span(0, 1_000))
    assert found(cache) == [(10, 24, "quiet"), (100, 115, "unknown")]


def test_an_outage_is_when_another_market_of_the_source_stood_still_too(cache: CandleCache) -> None:
    put(cache, ONE, without_minutes(range(100, 160), range(500, 560), range(800, 860)), span(0, 1_000))
    put(cache, TWO, without_minutes(range(140, 155), range(510, 523)), span(0, 850))
    other = replace(THREE, key=SeriesKey("kraken", "spot", "COIN3/USDT"))
    put(cache, other, without_minutes(range(500, 560)), span(0, 1_000))
    assert found(cache) == [(100, 160, "outage"), (500, 560, "unknown"), (800, 860, "unknown")]


def test_weekends_are_no_gaps_of_currencies() -> None:
    friday = 1_489_179_540_000  # 2017-03-10 20:59
    fx = replace(ONE, calendar="fx")
    (weekend,) = closed("fx", Span(friday, friday + 3 * DAY_MS))
    around = Span(weekend.start - 5 * MINUTE, weekend.end + 20 * MINUTE)
    assert causes([around], fx) == (
        Gap(Span(around.start, weekend.start), "quiet"),
        Gap(weekend, "closed"),
        Gap(Span(weekend.end, around.end), "unknown"),
    )
    assert causes([weekend], fx) == (Gap(weekend, "closed"),)
    assert causes([weekend], ONE) == (Gap(weekend, "unknown"),)
    assert causes([], fx) == ()


def test_a_holiday_is_when_no_market_of_the_class_has_anything(cache: CandleCache) -> None:
    day = Span(1_489_363_200_000, 1_489_363_200_000 + DAY_MS)  # Monday, 13 March 2017
    everything = np.arange(day.start, day.end, MINUTE)

    def currency(name: str, gone: Span, source: str = "import") -> None:
        known = Series(SeriesKey(source, "fx", name), calendar="fx")
        rows = minutes(range(len(everything)))
        keep = (everything < gone.start) | (everything >= gone.end)
        rows = Candles(everything, rows.open, rows.high, rows.low, rows.close, rows.volume, MINUTE)
        put_candles(cache, known, _picked(rows, keep), day)

    holiday = Span(day.start + 4 * HOUR_MS, day.start + 10 * HOUR_MS)
    currency("EUR/USD", holiday)
    key = SeriesKey("import", "fx", "EUR/USD")
    assert find_gaps(cache, key, day) == (Gap(holiday, "unknown"),)
    currency("USD/JPY", holiday, "oanda")
    assert find_gaps(cache, key, day) == (Gap(holiday, "closed"),)
    currency("GBP/USD", Span(holiday.start, holiday.end - HOUR_MS))
    assert find_gaps(cache, key, day) == (Gap(holiday, "outage"),)


def _picked(rows: Candles, keep: np.ndarray) -> Candles:
    return Candles(
        rows.time[keep],
        rows.open[keep],
        rows.high[keep],
        rows.low[keep],
        rows.close[keep],
        rows.volume[keep],
        rows.step_ms,
    )


def test_every_look_at_a_gap_is_counted(cache: CandleCache) -> None:
    put(cache, ONE, without_minutes(range(100, 160), range(500, 503)), span(0, 1_000))
    assert [gap.checks for gap in note_gaps(cache, ONE.key, span(0, 1_000), now_ms=1)] == [1, 1]
    assert [gap.checks for gap in note_gaps(cache, ONE.key, span(0, 200), now_ms=2)] == [2]
    assert [(gap.cause, gap.checks) for gap in cache.gaps(ONE.key, EVER)] == [("unknown", 2), ("quiet", 1)]
    assert [gap.checks for gap in find_gaps(cache, ONE.key, EVER)] == [2, 1]
    put(cache, ONE, range(1_000), span(0, 1_000))
    assert cache.gaps(ONE.key, EVER) == ()


def test_a_series_that_is_not_known_has_no_gaps(cache: CandleCache) -> None:
    assert find_gaps(cache, ONE.key, EVER) == ()
    assert lacking(cache, ONE.key, EVER) == NOTHING_LACKING


_HOLES = some.lists(some.tuples(some.integers(0, 10_079), some.integers(1, 200)), max_size=60)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.sampled_from(["24x7", "fx", "metals"]), _HOLES, _HOLES)
def test_what_is_lacking_is_the_gaps_counted(
    cache: CandleCache, calendar: Calendar, holes: list[tuple[int, int]], holes_of_peer: list[tuple[int, int]]
) -> None:
    week = Span(1_489_104_000_000, 1_489_104_000_000 + 7 * DAY_MS)  # from Friday, 10 March 2017
    known, peer = replace(ONE, calendar=calendar), replace(TWO, calendar=calendar)
    for one, gone in ((known, holes), (peer, holes_of_peer)):
        cache.delete(one.key)
        put_candles(cache, one, _of_week(week, gone), week)
    gaps = [gap for gap in find_gaps(cache, known.key, EVER) if gap.cause != "closed"]
    counted = Counter[str]()
    for gap in gaps:
        counted[gap.cause] += (gap.span.end - gap.span.start) // MINUTE
    found = lacking(cache, known.key, EVER)
    assert found.candles == counted
    longest = max((gap.span.end - gap.span.start for gap in gaps), default=0)
    assert found.longest is None if not gaps else found.longest in gaps
    assert found.longest is None or found.longest.span.end - found.longest.span.start == longest


def _of_week(week: Span, gone: list[tuple[int, int]]) -> Candles:
    keep = np.ones(10_080, np.bool_)
    for first, length in gone:
        keep[first : first + length] = False
    rows = minutes(range(10_080))
    return _picked(replace(rows, time=week.start + MINUTE * np.arange(10_080)), keep)


def test_short_gaps_are_counted_without_looking_at_each(cache: CandleCache, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    real = quality.causes

    def counting(parts: tuple[Span, ...], *others: object) -> tuple[Gap, ...]:
        looked_at.append(len(parts))
        return real(parts, *others)  # type: ignore[arg-type]

    put(cache, ONE, [each for each in range(1_000) if each % 3 or 300 <= each < 400], span(0, 1_020))
    monkeypatch.setattr(quality, "causes", counting)
    assert lacking(cache, ONE.key, EVER) == Lack({"quiet": 299, "unknown": 21}, Gap(span(999, 1_020), "unknown"))
    assert looked_at == [1]


def test_missing_without_a_cache() -> None:
    assert missing(minutes([3, 4]).time, [span(0, 3), span(3, 6)], MINUTE) == (span(0, 3), span(5, 6))
    assert missing(minutes([3, 4]).time + 20_000, [span(0, 3), span(4, 6)], MINUTE) == (
        Span(START, START + 3 * MINUTE),
        Span(START + 5 * MINUTE + 20_000, START + 6 * MINUTE),
    )
    assert missing(minutes([]).time, [], MINUTE) == ()


def test_shares_of_equal_parts(cache: CandleCache) -> None:
    put(cache, ONE, without_minutes(range(110, 150), range(200, 300)), span(0, 400))
    put(cache, ONE, range(450, 500), span(450, 500))
    assert shares(cache, ONE.key, span(0, 600), 6) == (1.0, 0.6, 0.0, 1.0, 1.0, None)
    assert shares(cache, TWO.key, span(0, 600), 2) == (None, None)


def test_a_weekend_is_whole_without_a_candle(cache: CandleCache) -> None:
    fx = replace(ONE, calendar="fx")
    (weekend,) = closed("fx", Span(START, START + 7 * DAY_MS))
    put(cache, fx, [], weekend)
    assert shares(cache, fx.key, weekend, 3) == (1.0, 1.0, 1.0)


def test_the_bar_is_full_only_where_nothing_is_missing() -> None:
    assert bar([None, 0.0, 0.01, 0.4, 0.5, 0.7, 0.9999, 1.0]) == "· ░▒▒▓▓█"


def test_real_outages_are_told_from_quiet_minutes(cache: CandleCache, shared_data: Path) -> None:
    week = Span(1_546_560_000_000, 1_546_560_000_000 + 7 * DAY_MS)  # from 4 January 2019
    for name in ("BTC", "ETH"):
        rows = read_candles(shared_data / f"bitfinex_{name}USD_1m_2019.parquet").between(week.start, week.end)
        put_candles(cache, Series(SeriesKey("bitfinex", "spot", f"{name}/USD")), rows, week)
    for name, longest in (("BTC", 197), ("ETH", 257)):
        gaps = find_gaps(cache, SeriesKey("bitfinex", "spot", f"{name}/USD"), week)
        outages = [gap.span for gap in gaps if gap.cause == "outage"]
        assert max((part.end - part.start) // MINUTE for part in outages) == longest
        assert {gap.cause for gap in gaps} <= {"quiet", "outage", "unknown"}
        quiet = sum(gap.cause == "quiet" for gap in gaps)
        assert quiet > 10 * (len(gaps) - quiet)


def test_easter_of_gold_is_a_gap_that_nobody_can_explain(cache: CandleCache, shared_data: Path) -> None:
    rows = read_candles(shared_data / "mt5_XAUUSD_1m_2026-03_2026-05.parquet")
    gold = Series(SeriesKey("import", "metals", "XAU/USD"), calendar="metals")
    whole = Span(int(rows.time[0]), rows.end)
    put_candles(cache, gold, rows, whole)
    gaps = find_gaps(cache, gold.key, whole)
    assert {gap.cause for gap in gaps if gap.span.end - gap.span.start >= DAY_MS} == {"closed"}
    (friday,) = (gap.span for gap in gaps if gap.cause == "unknown" and gap.span.end - gap.span.start > 20 * HOUR_MS)
    assert (friday.start, friday.end) == (1_775_167_200_000, 1_775_250_000_000)  # 2 April 22:00 to 3 April 21:00
