"""A process that imports files, in one zone and then in another, until it is killed."""

from __future__ import annotations

import random
from multiprocessing.connection import Connection
from pathlib import Path

from support.candle_text import MINUTE, START, rows, stamp, table
from support.importing_now import NOW

from app.data.candle_cache import CandleCache
from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.originals import Originals
from app.data.importing.proposal import propose
from app.data.importing.storing import Shelf, rebuild, store

FILES = 5
ROWS = 400
ZONES = ("UTC", "UTC+1", "UTC+2")
DAY = 1_440 * MINUTE


def opens(number: int, zone: str) -> list[int]:
    """Return the open times of file `number` when it is read in a zone."""
    hours = ZONES.index(zone)
    return [row[0] - hours * 60 * MINUTE for row in rows(ROWS, START + number * DAY)]


def write_files(folder: Path) -> None:
    """Write the files; each has its own days."""
    for number in range(FILES):
        text = table(rows(ROWS, START + number * DAY), stamp("%Y-%m-%d %H:%M"))
        (folder / f"{number}.csv").write_text(text)


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
