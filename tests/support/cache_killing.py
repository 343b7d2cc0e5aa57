"""Processes that use the candle cache are killed again and again; what they were told is stored must be there.

Each series consists of chunks of a hundred minutes. A chunk is stored in versions, each with other minutes and values,
so that half a chunk, an old one or one of another series is noticed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from support.cache import EVER, minutes, same, series, span
from support.killing import words_of_killed

from app.data import cache_compaction
from app.data.candle_cache import CandleCache
from app.market.candles import Candles

SERIES = 3
CHUNKS = 12
WIDTH = 100
GONE = -1

Place = tuple[int, int]


def chunk(number: int, place: int, version: int) -> Candles:
    """Return a chunk of a series: the minutes that are there differ by series, place and version."""
    chance = random.Random(f"{number} {place} {version}")
    there = [place * WIDTH + minute for minute in range(WIDTH) if chance.random() < 0.9]
    return minutes(there if version != GONE else [], number * 1_000 + version)


def use_until_killed(path: Path, seed: int, tell: Connection) -> None:
    """Store chunks, delete series and put them in order, for ever; say before and after what was done."""
    chance = random.Random(seed)
    # The file is written anew often, however small it is.
    cache_compaction.LEAST_BYTES, cache_compaction.LEAST_SHARE = 0, 0.1
    with CandleCache.open(path, now_ms=0) as cache:
        for step in range(seed * 1_000, (seed + 1) * 1_000):
            number = chance.randrange(SERIES)
            place = chance.randrange(CHUNKS) if chance.random() < 0.98 else GONE
            tell.send(("DO", number, place, step))
            if place == GONE:
                cache.delete(series(number).key)
            else:
                _store(cache, number, place, step)
            tell.send(("DONE", number, place, step))
            if chance.random() < 0.05:
                cache.read(series(number).key, EVER.start, EVER.end)
                cache.tidy(lambda: True)


def _store(cache: CandleCache, number: int, place: int, version: int) -> None:
    cache.ensure(series(number))
    rows, covered = chunk(number, place, version), span(place * WIDTH, (place + 1) * WIDTH)
    key = series(number).key
    cache.store(key, rows, covered, origin="rest", final=True, authoritative=True, now_ms=version)


@dataclass
class Told:
    """What the killed processes said: the version of each chunk that is stored, and what may have come after it."""

    stored: dict[Place, int] = field(default_factory=dict)
    begun: dict[Place, int] = field(default_factory=dict)
    done: int = 0

    def hear(self, word: str, number: int, place: int, version: int) -> None:
        """Take one sentence."""
        places = [place] if place != GONE else list(range(CHUNKS))
        said = self.stored if word == "DONE" else self.begun
        said.update({(number, one): version if place != GONE else GONE for one in places})
        self.done += word == "DONE"


def kill_rounds(folder: Path, rounds: int, *, seed: int = 0) -> Iterator[int]:
    """Kill processes at any moment after their first word, check the cache after each, and yield what was acknowledged.

    Raises AssertionError when something is lost, there twice or not as it was.
    """
    chance, told, path = random.Random(seed), Told(), folder / "candles.duckdb"
    CandleCache.open(path, now_ms=0).close()
    for round_ in range(rounds):
        after_s = chance.uniform(0.0, 0.4)
        for words in words_of_killed(use_until_killed, path, seed * 100_000 + round_ + 1, after_s=after_s):
            told.hear(*words)
        _check(path, told)
        yield told.done


def _check(path: Path, told: Told) -> None:
    """See that every chunk is the last one that was stored, or the one that was begun after it, and settle which."""
    with CandleCache.open(path, now_ms=0) as cache:
        assert cache.notice is None, cache.notice
        assert cache.verify() == ()
        for number in range(SERIES):
            key = series(number).key
            assert sum(entry.rows for entry in cache.coverage(key)) == len(cache.read(key, EVER.start, EVER.end))
            for place in range(CHUNKS):
                _check_chunk(cache, told, (number, place))
    told.begun.clear()
    beside = {file.name: file.stat().st_size for file in path.parent.iterdir() if file != path}
    assert not beside, f"left beside the file: {beside}"


def _check_chunk(cache: CandleCache, told: Told, where: Place) -> None:
    number, place = where
    covered = span(place * WIDTH, (place + 1) * WIDTH)
    found = cache.read(series(number).key, covered.start, covered.end)
    asked = not cache.missing(series(number).key, covered)
    last = told.stored.get(where, GONE)
    possible = {last, told.begun.get(where, last)}
    fits = [
        version for version in possible if same(found, chunk(number, place, version)) and asked == (version != GONE)
    ]
    assert fits, f"chunk {where} should be of version {possible}; it has {len(found)} candles and is asked: {asked}"
    told.stored[where] = fits[0]
