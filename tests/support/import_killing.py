"""Processes that import files, in one zone and then in another, and are killed: a file is there whole or not at all."""

from __future__ import annotations

import random
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from support.candle_text import MINUTE, START, rows, stamp, table
from support.importing_now import NOW
from support.killing import words_of_killed

from app.data.candle_cache import CandleCache
from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.originals import Originals
from app.data.importing.proposal import propose
from app.data.importing.storing import Shelf, rebuild, store
from app.data.records import SeriesKey

FILES = 5
ROWS = 400
ZONES = ("UTC", "UTC+1", "UTC+2")
DAY = 1_440 * MINUTE
KEY = SeriesKey("import", "crypto", "BTC/USD mine")


def _opens(number: int, zone: str) -> list[int]:
    """Return the open times of file `number` when it is read in a zone."""
    hours = ZONES.index(zone)
    return [row[0] - hours * 60 * MINUTE for row in rows(ROWS, START + number * DAY)]


def _write_files(folder: Path) -> None:
    """Write the files; each has its own days."""
    for number in range(FILES):
        text = table(rows(ROWS, START + number * DAY), stamp("%Y-%m-%d %H:%M"))
        (folder / f"{number}.csv").write_text(text)


def kill_rounds(folder: Path, rounds: int, *, seed: int = 3) -> Iterator[int]:
    """Kill processes that import, check the cache after each, and yield how many imports were acknowledged so far."""
    _write_files(folder)
    chance, sure, done = random.Random(seed), dict[int, str](), 0
    for round_ in range(rounds):
        words, after_s = chance.randrange(1, 5), chance.uniform(0.0, 0.2)
        told = words_of_killed(import_until_killed, folder, seed * 100_000 + round_, after_s=after_s, wait_for=words)
        done += sum(word == "DONE" for word, *_ in told)
        sure = _check(folder, sure, told)
        yield done


def import_until_killed(folder: Path, seed: int, tell: Connection) -> None:
    """Import files for ever; say before and after which file is imported in which zone."""
    chance = random.Random(seed)
    with CandleCache.open(folder / "cache" / "candles.duckdb", now_ms=NOW) as cache:
        shelf = Shelf(cache, Originals(folder / "imports"))
        rebuild(shelf, now_ms=NOW)
        while True:
            number, zone = chance.randrange(FILES), chance.choice(ZONES)
            proposal = propose(folder / f"{number}.csv", Options(symbol="BTC/USD", name="mine", zone=zone))
            report = dry_run(proposal, now_ms=NOW)
            tell.send(("DO", number, zone))
            store(proposal, report, shelf, now_ms=NOW)
            tell.send(("DONE", number, zone))


def _check(folder: Path, sure: dict[int, str], told: list[tuple[str, int, str]]) -> dict[int, str]:
    """See that each file is imported as it was last said to be, or as was begun after that; return how it is."""
    begun: dict[int, str] = {}
    for word, number, zone in told:
        if word == "DONE":
            sure = {**sure, number: zone}
            begun.pop(number, None)
        else:
            begun[number] = zone
    with CandleCache.open(folder / "cache" / "candles.duckdb", now_ms=NOW) as cache:
        shelf = Shelf(cache, Originals(folder / "imports"))
        rebuild(shelf, now_ms=NOW)
        assert cache.notice is None
        assert cache.verify() == ()
        kept = {int(one.name.removesuffix(".csv")): str(one.options.zone) for one in shelf.originals.all()}
        for number in range(FILES):
            assert kept.get(number) in {sure.get(number), begun.get(number, sure.get(number))}
        candles = cache.read(KEY, 0, NOW).time.tolist()
        assert candles == sorted(time for number, zone in kept.items() for time in _opens(number, zone))
        assert sum(covered.rows for covered in cache.coverage(KEY)) == len(candles)
        assert not list(shelf.originals.folder.glob(".*"))
        assert len(list(shelf.originals.folder.iterdir())) == 2 * len(kept)
    return kept
