"""An import may be killed at any moment: it is there whole or not at all, and what was said to be done stays."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

from support.import_killing import FILES, import_until_killed, opens, write_files
from support.importing_now import NOW
from support.last_words import next_word, rest

from app.data.candle_cache import CandleCache
from app.data.importing.originals import Originals
from app.data.importing.storing import Shelf, rebuild
from app.data.records import SeriesKey

ROUNDS = 20
KEY = SeriesKey("import", "crypto", "BTC/USD mine")


def test_an_import_that_is_killed_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    write_files(tmp_path)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["support.import_killing", "duckdb"])
    chance = random.Random(3)
    sure: dict[int, str] = {}
    done = 0
    for round_ in range(ROUNDS):
        read, write = context.Pipe(duplex=False)
        process = context.Process(target=import_until_killed, args=(tmp_path, round_, write))
        process.start()
        write.close()
        told = [next_word(read, process) for _ in range(chance.randrange(1, 5))]
        time.sleep(chance.uniform(0.0, 0.2))
        process.kill()
        process.join()
        told += rest(read)
        done += sum(word == "DONE" for word, *_ in told)
        sure = check(tmp_path, sure, told)
    assert done > ROUNDS // 2, "the processes were killed before they did anything"


def check(folder: Path, sure: dict[int, str], told: list[tuple[str, int, str]]) -> dict[int, str]:
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
        assert candles == sorted(time for number, zone in kept.items() for time in opens(number, zone))
        assert sum(covered.rows for covered in cache.coverage(KEY)) == len(candles)
        assert not list(shelf.originals.folder.glob(".*"))
        assert len(list(shelf.originals.folder.iterdir())) == 2 * len(kept)
    return kept
