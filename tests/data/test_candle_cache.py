"""The candle cache: what is stored comes back, and what was asked for is remembered."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.cache import EVER, MINUTE, START, minutes, same, series, span

from app.data.candle_cache import CandleCache
from app.data.records import Covered, Gap, Job, Origin, Revision, SeriesKey, Span, Stored
from app.errors import CandlesUnavailable
from app.market.candles import COLUMNS, Candles

ONE = series(1, price_step=0.01, status="trading", listed_ms=START)
KEY = ONE.key


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CandleCache]:
    with CandleCache.open(tmp_path / "new" / "candles.duckdb", now_ms=START) as opened:
        opened.ensure(ONE)
        yield opened


def store(
    cache: CandleCache,
    candles: Candles,
    covered: Span,
    origin: Origin = "rest",
    *,
    final: bool = True,
    authoritative: bool = False,
    checksum: str | None = None,
    now_ms: int = 5,
) -> Stored:
    return cache.store(
        KEY,
        candles,
        covered,
        origin=origin,
        final=final,
        authoritative=authoritative,
        checksum=checksum,
        now_ms=now_ms,
    )


def read(cache: CandleCache, first: int = 0, last: int = 10_000) -> Candles:
    inside = span(first, last)
    return cache.read(KEY, inside.start, inside.end)


def test_candles_come_back_to_the_last_bit_as_columns_that_loops_take(cache: CandleCache) -> None:
    rows = minutes(range(500))
    rows.volume[:] = np.nextafter(rows.volume, 1.0)
    rows.open[3], rows.low[3] = 1e-8, 1e-8
    assert store(cache, rows, span(0, 500)) == Stored(500)
    found = read(cache)
    assert same(found, rows)
    assert found.time.dtype == np.int64
    for column in (found.time, *(getattr(found, name) for name in COLUMNS)):
        assert column.flags.c_contiguous
        assert column.flags.aligned
        assert column.flags.writeable


def test_what_is_done_to_candles_that_were_read_stays_with_the_reader(cache: CandleCache) -> None:
    store(cache, minutes(range(5_000)), span(0, 5_000))
    closes = read(cache).close
    gc.collect()
    closes += 1.0
    assert np.array_equal(closes, minutes(range(5_000)).close + 1.0)
    assert same(read(cache), minutes(range(5_000)))


def test_a_range_is_cut_at_its_ends(cache: CandleCache) -> None:
    store(cache, minutes(range(100)), span(0, 100))
    assert same(read(cache, 10, 20), minutes(range(10, 20)))
    assert len(read(cache, 20, 20)) == 0
    assert len(read(cache, 20, 10)) == 0


def test_a_volume_that_the_source_does_not_give_stays_unknown(cache: CandleCache) -> None:
    rows = minutes(range(50))
    rows.volume[10:] = np.nan
    store(cache, rows, span(0, 50))
    assert np.array_equal(read(cache).volume, rows.volume, equal_nan=True)
    assert store(cache, rows, span(0, 50)) == Stored()


def test_pages_that_come_newest_first_are_read_in_order(cache: CandleCache) -> None:
    for first in (200, 100, 0, 300):
        store(cache, minutes(range(first, first + 100)), span(first, first + 100))
    assert same(read(cache), minutes(range(400)))
    assert cache.tidy(lambda: False) is False
    assert cache.tidy(lambda: True) is True
    assert cache.tidy(lambda: True) is False
    assert same(read(cache), minutes(range(400)))
    assert cache.tidy(lambda: True) is False
    assert cache.verify() == ()


def test_a_minute_nobody_asked_for_differs_from_one_that_is_not_there(cache: CandleCache) -> None:
    store(cache, minutes([1, 2, 5]), span(0, 10))
    assert cache.missing(KEY, span(0, 20)) == (span(10, 20),)
    assert cache.missing(KEY, span(2, 8)) == ()
    store(cache, minutes([]), span(12, 14))
    assert cache.missing(KEY, span(0, 20)) == (span(10, 12), span(14, 20))
    assert [entry.rows for entry in cache.coverage(KEY)] == [3, 0]


def test_an_answer_that_may_change_is_asked_for_again(cache: CandleCache) -> None:
    store(cache, minutes(range(10)), span(0, 10))
    store(cache, minutes(range(10, 15)), span(10, 15), final=False)
    assert cache.missing(KEY, span(0, 15)) == (span(10, 15),)
    assert cache.last_covered(KEY) == span(0, 10).end
    assert len(read(cache)) == 15


def test_the_same_answer_again_changes_nothing_but_the_time(cache: CandleCache) -> None:
    store(cache, minutes(range(10)), span(0, 10), now_ms=5)
    assert store(cache, minutes(range(10)), span(0, 10), now_ms=9) == Stored()
    assert cache.coverage(KEY) == (Covered(span(0, 10), "rest", 10, 9, True, None),)
    assert cache.revisions(KEY, EVER) == ()


def test_neighbours_of_one_kind_become_one_entry(cache: CandleCache) -> None:
    for minute in range(30):
        store(cache, minutes([minute]), span(minute, minute + 1), now_ms=minute)
    store(cache, minutes([30]), span(30, 31), final=False)
    store(cache, minutes([31]), span(31, 32), "archive day", checksum="ab")
    assert cache.coverage(KEY) == (
        Covered(span(0, 30), "rest", 30, 29, True),
        Covered(span(30, 31), "rest", 1, 5, False),
        Covered(span(31, 32), "archive day", 1, 5, True, "ab"),
    )


def test_an_answer_inside_another_cuts_it_in_two(cache: CandleCache) -> None:
    store(cache, minutes(range(0, 100, 2)), span(0, 100), "archive month", checksum="ab")
    store(cache, minutes(range(40, 60)), span(40, 60), "rest")
    assert cache.coverage(KEY) == (
        Covered(span(0, 40), "archive month", 20, 5, True, "ab"),
        Covered(span(40, 60), "rest", 20, 5, True),
        Covered(span(60, 100), "archive month", 20, 5, True, "ab"),
    )
    assert cache.verify() == ()


def test_a_later_answer_counts_and_what_it_replaces_is_kept(cache: CandleCache) -> None:
    store(cache, minutes(range(10)), span(0, 10), now_ms=1)
    later = minutes(range(10))
    later.high[4] += 1.0
    assert store(cache, later, span(0, 10), now_ms=2) == Stored(changed=1)
    assert same(read(cache), later)
    (revision,) = cache.revisions(KEY, EVER)
    before = minutes([4])
    values = tuple(float(getattr(before, name)[0]) for name in COLUMNS)
    changed = (values[0], values[1] + 1.0, *values[2:])
    assert revision == Revision(START + 4 * MINUTE, 2, "rest", values, changed)  # type: ignore[arg-type]
    assert cache.revisions(KEY, span(5, 10)) == ()


def test_a_candle_that_an_answer_lacks_goes_only_if_the_answer_is_authoritative(cache: CandleCache) -> None:
    store(cache, minutes(range(10)), span(0, 10))
    assert store(cache, minutes(range(5)), span(0, 10)) == Stored()
    assert len(read(cache)) == 10
    assert store(cache, minutes(range(5)), span(0, 10), authoritative=True) == Stored(removed=5)
    assert same(read(cache), minutes(range(5)))
    assert [revision.new for revision in cache.revisions(KEY, EVER)] == [None] * 5
    assert cache.verify() == ()


@pytest.mark.parametrize(
    ("first", "then", "counts"),
    [
        ("rest", "archive month", "first"),
        ("rest", "archive day", "first"),
        ("archive day", "archive month", "first"),
        ("archive month", "archive day", "then"),
        ("archive month", "rest", "then"),
        ("archive day", "rest", "then"),
        ("archive month", "archive month", "then"),
        ("rest", "rest", "then"),
    ],
)
def test_the_better_source_counts_where_two_disagree(
    cache: CandleCache, first: Origin, then: Origin, counts: str
) -> None:
    store(cache, minutes(range(20), 1), span(0, 20), first)
    done = store(cache, minutes(range(10, 30), 2), span(10, 30), then, authoritative=True)
    middle = minutes(range(10, 20), 1 if counts == "first" else 2)
    assert same(read(cache, 10, 20), middle)
    assert same(read(cache, 20, 30), minutes(range(20, 30), 2))
    assert done == Stored(added=10, changed=0 if counts == "first" else 10)
    assert cache.missing(KEY, span(0, 30)) == ()


def test_an_answer_that_may_change_gives_way_to_any_final_one(cache: CandleCache) -> None:
    store(cache, minutes(range(10), 1), span(0, 10), "rest", final=False)
    store(cache, minutes(range(10), 2), span(0, 10), "archive month")
    assert same(read(cache), minutes(range(10), 2))
    assert [entry.origin for entry in cache.coverage(KEY)] == ["archive month"]


@pytest.mark.parametrize(
    ("candles", "covered"),
    [
        (minutes(range(10)), span(0, 9)),
        (minutes(range(10)), span(1, 10)),
        (minutes([]), span(4, 4)),
        (replace(minutes(range(10)), step_ms=2 * MINUTE), span(0, 10)),
        (replace(minutes(range(10)), high=minutes(range(10)).low), span(0, 10)),
        (replace(minutes(range(10)), close=np.full(10, np.nan)), span(0, 10)),
    ],
)
def test_what_is_no_sound_answer_is_not_stored(cache: CandleCache, candles: Candles, covered: Span) -> None:
    with pytest.raises(ValueError, match=r"\."):
        store(cache, candles, covered)
    assert cache.coverage(KEY) == ()
    assert len(read(cache)) == 0


def test_series_are_known_by_source_market_symbol_and_step(cache: CandleCache) -> None:
    odd = series(2, calendar="fx", ended_ms=START + 1, volume="none")
    odd = replace(odd, key=SeriesKey("import", "fx", "EUR/USD 'my \"file\"'; DROP TABLE series --\\ é", 3_600_000))
    cache.ensure(odd)
    cache.ensure(odd)
    cache.ensure(replace(ONE, status="ended", ended_ms=START + 7))
    assert cache.find(odd.key) == odd
    assert cache.find(KEY) == replace(ONE, status="ended", ended_ms=START + 7)
    assert cache.find(replace(KEY, market="um")) is None
    assert cache.series() == (replace(ONE, status="ended", ended_ms=START + 7), odd)


def test_a_series_that_is_not_known_has_nothing(cache: CandleCache) -> None:
    other = series(9).key
    assert len(cache.read(other, 0, EVER.end)) == 0
    assert cache.coverage(other) == ()
    assert cache.missing(other, span(0, 5)) == (span(0, 5),)
    assert cache.last_covered(other) is None
    assert cache.gaps(other, EVER) == ()
    assert cache.revisions(other, EVER) == ()
    cache.delete(other)


def test_deleting_a_series_leaves_the_others_alone(cache: CandleCache) -> None:
    other = series(2)
    cache.ensure(other)
    cache.store(other.key, minutes(range(5)), span(0, 5), origin="rest", final=True, authoritative=False, now_ms=1)
    store(cache, minutes(range(50)), span(0, 50))
    cache.set_gaps(KEY, EVER, [Gap(span(3, 4), "quiet")])
    cache.save_job(Job("a", KEY, span(0, 5), "waiting"))
    cache.delete(KEY)
    assert [known.key for known in cache.series()] == [other.key]
    assert cache.jobs() == ()
    cache.ensure(ONE)
    assert cache.coverage(KEY) == ()
    assert cache.gaps(KEY, EVER) == ()
    assert len(read(cache)) == 0
    assert len(cache.read(other.key, 0, EVER.end)) == 5


def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "candles.duckdb"
    job = Job("backfill 1", KEY, span(0, 99), "resting", 3, 17, "The exchange's line is down.")
    with CandleCache.open(path, now_ms=1) as cache:
        cache.ensure(ONE)
        store(cache, minutes(range(0, 90, 2)), span(0, 90), checksum="ab")
        store(cache, minutes(range(0, 50, 2), 2), span(0, 50))
        cache.set_gaps(KEY, span(0, 90), [Gap(span(1, 2), "quiet", 1), Gap(span(5, 6), "unknown", 3)])
        cache.save_job(replace(job, state="waiting"))
        cache.save_job(job)
        before = (cache.series(), cache.coverage(KEY), cache.gaps(KEY, EVER), cache.revisions(KEY, EVER), cache.jobs())
        candles = read(cache)
    with CandleCache.open(path, now_ms=2) as cache:
        assert cache.notice is None
        after = (cache.series(), cache.coverage(KEY), cache.gaps(KEY, EVER), cache.revisions(KEY, EVER), cache.jobs())
        assert after == before
        assert same(read(cache), candles)
        assert cache.jobs() == (job,)
        cache.delete_job(job.id)
        assert cache.jobs() == ()
    assert [file.name for file in tmp_path.iterdir()] == ["candles.duckdb"]


def test_gaps_are_written_for_a_span_and_cut_at_its_ends(cache: CandleCache) -> None:
    store(cache, minutes([]), span(0, 100))
    cache.set_gaps(KEY, span(0, 100), [Gap(span(10, 40), "outage", 2), Gap(span(60, 70), "quiet")])
    assert cache.gaps(KEY, span(20, 65)) == (Gap(span(20, 40), "outage", 2), Gap(span(60, 65), "quiet"))
    cache.set_gaps(KEY, span(20, 30), [])
    assert cache.gaps(KEY, EVER) == (
        Gap(span(10, 20), "outage", 2),
        Gap(span(30, 40), "outage", 2),
        Gap(span(60, 70), "quiet"),
    )


def test_a_candle_that_comes_after_all_is_no_longer_a_gap(cache: CandleCache) -> None:
    store(cache, minutes([0, 9]), span(0, 10))
    cache.set_gaps(KEY, span(0, 10), [Gap(span(1, 9), "unknown", 1)])
    store(cache, minutes([3, 4]), span(2, 6))
    assert cache.gaps(KEY, EVER) == (Gap(span(1, 3), "unknown", 1), Gap(span(5, 9), "unknown", 1))


def test_more_series_than_shelves_do_not_mix(cache: CandleCache) -> None:
    many = [series(number) for number in range(150)]
    for known in many:
        cache.ensure(known)
    for number in (3, 67, 131, 132):
        rows = minutes(range(number, number + 20))
        covered = span(number, number + 20)
        cache.store(many[number].key, rows, covered, origin="rest", final=True, authoritative=False, now_ms=1)
    cache.delete(many[67].key)
    for number, there in ((3, 20), (67, 0), (131, 20), (132, 20), (133, 0)):
        assert len(cache.read(many[number].key, 0, EVER.end)) == there
    assert cache.verify() == ()


def test_many_threads_use_one_cache(cache: CandleCache) -> None:
    many = [series(number) for number in range(4)]
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            cache.ensure(many[number])
            for first in range(0, 100, 10):
                rows = minutes(range(first, first + 10), number)
                covered = span(first, first + 10)
                cache.store(many[number].key, rows, covered, origin="rest", final=True, authoritative=True, now_ms=1)
                assert len(cache.read(many[number].key, 0, EVER.end)) == first + 10
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for number in range(4):
        assert same(cache.read(many[number].key, 0, EVER.end), minutes(range(100), number))


def test_a_closed_cache_says_so(tmp_path: Path) -> None:
    cache = CandleCache.open(tmp_path / "candles.duckdb", now_ms=1)
    cache.close()
    cache.close()
    with pytest.raises(ValueError, match="closed"):
        cache.read(KEY, 0, 1)


def test_what_is_stored_for_a_series_that_was_deleted_is_a_sentence_and_nothing_else(cache: CandleCache) -> None:
    cache.delete(KEY)
    with pytest.raises(CandlesUnavailable, match="COIN1/USDT were deleted meanwhile"):
        store(cache, minutes(range(5)), span(0, 5))
    with pytest.raises(CandlesUnavailable, match="deleted meanwhile"):
        cache.set_gaps(KEY, span(0, 5), [Gap(span(0, 5), "unknown")])
    with pytest.raises(CandlesUnavailable, match="deleted meanwhile"):
        cache.save_job(Job("one", KEY, span(0, 5), "running"))
    assert cache.series() == ()


def test_candles_that_wait_while_their_series_is_deleted_never_end_up_in_another(cache: CandleCache) -> None:
    other = series(2)
    said: list[str] = []

    def late() -> None:
        try:
            store(cache, minutes(range(5)), span(0, 5))
        except CandlesUnavailable as problem:
            said.append(str(problem))

    with cache._lock:
        thread = threading.Thread(target=late)
        thread.start()
        thread.join(timeout=0.3)
        cache.delete(KEY)
        cache.ensure(other)
    thread.join()
    assert len(said) == 1
    assert len(cache.read(other.key, EVER.start, EVER.end)) == 0
    assert cache.coverage(other.key) == ()
