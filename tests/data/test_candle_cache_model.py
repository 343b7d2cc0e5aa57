"""The candle cache against a plain dictionary: any stores, overlaps, deletes and restarts."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support.cache import EVER, START, minutes, same, series, span

from app.data.candle_cache import CandleCache
from app.data.records import Gap, Origin, Span, Stored
from app.market.candles import Candles

LAST = 60
RANK = {"archive month": 1, "archive day": 2, "rest": 3, "import": 3}

minute_sets = st.sets(st.integers(0, LAST - 1))
ranges = st.tuples(st.integers(0, LAST - 1), st.integers(1, 20)).map(lambda pair: (pair[0], min(LAST, sum(pair))))
origins = st.sampled_from(["archive month", "archive day", "rest"])
numbers = st.integers(0, 1)


@dataclass
class Known:
    """What a series should hold: the version of each minute that is there, and who has answered each minute."""

    versions: dict[int, int] = field(default_factory=dict)
    answered: dict[int, tuple[Origin, bool]] = field(default_factory=dict)
    gaps: set[int] = field(default_factory=set)
    revisions: int = 0


def values(minute: int, version: int) -> bytes:
    return minutes([minute], version).close.tobytes() + minutes([minute], version).volume.tobytes()


def minute_of(ms: int) -> int:
    return (ms - START) // 60_000


class Cache(RuleBasedStateMachine):
    """One cache file, and what is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "candles.duckdb"
        self.cache = CandleCache.open(self.path, now_ms=0)
        self.known: dict[int, Known] = {}

    def teardown(self) -> None:
        self.cache.close()
        self.folder.cleanup()

    @rule(
        number=numbers,
        covered=ranges,
        there=minute_sets,
        version=st.integers(0, 2),
        origin=origins,
        final=st.booleans(),
        authoritative=st.booleans(),
    )
    def store(
        self,
        number: int,
        covered: tuple[int, int],
        there: set[int],
        version: int,
        origin: Origin,
        final: bool,
        authoritative: bool,
    ) -> None:
        self.cache.ensure(series(number))
        known = self.known.setdefault(number, Known())
        inside = range(*covered)
        rows: Candles = minutes(there & set(inside), version)
        done = self.cache.store(
            series(number).key,
            rows,
            span(*covered),
            origin=origin,
            final=final,
            authoritative=authoritative,
            now_ms=1,
        )
        added = changed = removed = 0
        for minute in inside:
            by, for_good = known.answered.get(minute, (origin, False))
            if for_good and RANK[by] > RANK[origin]:
                continue
            known.answered[minute] = (origin, final)
            if minute in there:
                old = known.versions.get(minute)
                added += old is None
                changed += old is not None and values(minute, old) != values(minute, version)
                known.versions[minute] = version
                known.gaps.discard(minute)
            elif authoritative and minute in known.versions:
                removed += 1
                del known.versions[minute]
        expected = Stored(added, changed, removed)
        known.revisions += changed + removed
        assert done == expected

    @rule(number=numbers, inside=ranges, missing=minute_sets)
    def set_gaps(self, number: int, inside: tuple[int, int], missing: set[int]) -> None:
        if number not in self.known:
            return
        known = self.known[number]
        there = {minute for minute in missing & set(range(*inside)) if minute not in known.versions}
        gaps = [Gap(span(minute, minute + 1), "quiet") for minute in sorted(there)]
        self.cache.set_gaps(series(number).key, span(*inside), gaps)
        known.gaps = {minute for minute in known.gaps if not inside[0] <= minute < inside[1]} | there

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        self.cache.delete(series(number).key)
        self.known.pop(number, None)

    @rule()
    def restart(self) -> None:
        self.cache.close()
        self.cache = CandleCache.open(self.path, now_ms=0)
        assert self.cache.notice is None

    @rule()
    def put_in_order(self) -> None:
        self.cache.tidy(lambda: True)

    @rule()
    def verify(self) -> None:
        assert self.cache.verify() == ()

    @rule(number=numbers, inside=ranges)
    def read(self, number: int, inside: tuple[int, int]) -> None:
        asked = span(*inside)
        versions = self.known.get(number, Known()).versions
        found = self.cache.read(series(number).key, asked.start, asked.end)
        assert [minute_of(time) for time in found.time.tolist()] == sorted(set(versions) & set(range(*inside)))

    @invariant()
    def candles_are_those_of_the_model(self) -> None:
        for number, known in self.known.items():
            found = self.cache.read(series(number).key, EVER.start, EVER.end)
            parts = [minutes([minute], version) for minute, version in sorted(known.versions.items())]
            assert found.time.tolist() == [int(part.time[0]) for part in parts]
            for place, part in enumerate(parts):
                assert same(found.rows(place, place + 1), part)

    @invariant()
    def coverage_is_that_of_the_model(self) -> None:
        for number, known in self.known.items():
            coverage = self.cache.coverage(series(number).key)
            answered = {}
            end = -1
            for entry in coverage:
                assert end <= entry.span.start < entry.span.end
                end = entry.span.end
                inside = range(minute_of(entry.span.start), minute_of(entry.span.end))
                answered.update(dict.fromkeys(inside, (entry.origin, entry.final)))
                assert entry.rows == len(set(inside) & set(known.versions))
            assert answered == known.answered
            asked = span(0, LAST)
            open_ = {minute for part in self.cache.missing(series(number).key, asked) for minute in _minutes(part)}
            assert open_ == {minute for minute in range(LAST) if not known.answered.get(minute, ("rest", False))[1]}

    @invariant()
    def gaps_and_revisions_are_those_of_the_model(self) -> None:
        for number, known in self.known.items():
            gaps = self.cache.gaps(series(number).key, EVER)
            assert [minute for gap in gaps for minute in _minutes(gap.span)] == sorted(known.gaps)
            assert len(self.cache.revisions(series(number).key, EVER)) == known.revisions


def _minutes(part: Span) -> range:
    return range(minute_of(part.start), minute_of(part.end))


Cache.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestCacheAgainstModel = Cache.TestCase
