"""How fast the candle cache is after it has grown as it does in use: python -m benchmarks.candle_cache [SERIES].

Each series gets eleven months newest first, as a backfill brings them, then updates of all series by turns: an hour at
a time for twenty days with a restart every day, a minute at a time for the last two hours. It is compared with a plain
table of the same candles that was written in order in one go, and with columns in a file that numpy reads.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from app.data.candle_cache import CandleCache
from app.data.candle_rows import columns, from_columns
from app.data.duck_file import DuckFile
from app.data.records import Series, SeriesKey, Span
from app.market.candles import COLUMNS, Candles
from benchmarks.candles import YEAR, generate
from benchmarks.timing import in_turns, ratio

MINUTE_MS = 60_000
BACKFILLED = YEAR - 20 * 1_440
BY_HOUR = YEAR - 120
ROUNDS = 15


def main() -> None:
    """Build, measure and print, in a folder that is removed afterwards."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    folder = Path(tempfile.mkdtemp(prefix="candle-cache-"))
    try:
        market = [_candles(number) for number in range(count)]
        for line in measure(folder, market):
            print(line, flush=True)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path, market: list[Candles]) -> list[str]:
    """Return the figures as lines of text."""
    path = folder / "candles.duckdb"
    rows = len(market) * YEAR
    found = [f"{len(market)} series x 1 year of minutes, {rows:,} candles"]
    found += _grow(path, market)
    found.append(f"file: {path.stat().st_size / rows:.1f} bytes a candle")
    started = time.perf_counter()
    plain = _plain_table(folder / "plain.duckdb", market)
    found.append(f"plain table written in order: {time.perf_counter() - started:.0f} s")
    np.save(folder / "columns.npy", np.stack([market[0].time.astype(float), *columns(market[0])]))
    started = time.perf_counter()
    with CandleCache.open(path, now_ms=0) as cache:
        found.append(f"opening: {time.perf_counter() - started:.3f} s")
        found += _reading(cache, plain, folder / "columns.npy", "as it has grown")
        started = time.perf_counter()
        cache.tidy(lambda: True)
        found.append(f"putting all series in order: {time.perf_counter() - started:.1f} s")
        found += _reading(cache, plain, folder / "columns.npy", "put in order")
        started = time.perf_counter()
        assert cache.verify() == ()
        found.append(f"verify: {time.perf_counter() - started:.1f} s")
    found.append(f"file: {path.stat().st_size / rows:.1f} bytes a candle after that")
    plain.close()
    found.append(f"plain table: {(folder / 'plain.duckdb').stat().st_size / rows:.1f} bytes a candle")
    return found


_READ = (0, 1, 2)


def _grow(path: Path, market: list[Candles]) -> list[str]:
    edges = np.linspace(0, BACKFILLED, 12).astype(int)
    started = time.perf_counter()
    with CandleCache.open(path, now_ms=0) as cache:
        for number, candles in enumerate(market):
            cache.ensure(Series(_key(number)))
            for first, last in reversed(list(pairwise(edges))):
                _store(cache, number, candles, int(first), int(last))
    took = time.perf_counter() - started
    lines = [f"backfill by month: {len(market) * BACKFILLED / took / 1e6:.2f} M candles/s"]
    hours = []
    for day in range(BACKFILLED, BY_HOUR, 1_440):
        with CandleCache.open(path, now_ms=0) as cache:
            hours += _updates(cache, market, range(day, min(day + 1_440, BY_HOUR), 60), 60)
    with CandleCache.open(path, now_ms=0) as cache:
        minutes = _updates(cache, market, range(BY_HOUR, YEAR), 1)
    for name, seconds in (("60 candles", hours), ("1 candle", minutes)):
        lines.append(
            f"update of {name}: {median(seconds) * 1e3:.1f} ms, 99 % under {np.quantile(seconds, 0.99) * 1e3:.0f} ms, "
            f"longest {max(seconds) * 1e3:.0f} ms"
        )
    return lines


def _updates(cache: CandleCache, market: list[Candles], starts: range, width: int) -> list[float]:
    seconds = []
    for first in starts:
        for number, candles in enumerate(market):
            started = time.perf_counter()
            # An update asks for the last five candles again.
            _store(cache, number, candles, first - 5, min(first + width, YEAR))
            seconds.append(time.perf_counter() - started)
    return seconds


def _store(cache: CandleCache, number: int, candles: Candles, first: int, last: int) -> None:
    rows = candles.rows(first, last)
    covered = Span(int(rows.time[0]), rows.end)
    cache.store(_key(number), rows, covered, origin="rest", final=True, authoritative=True, now_ms=1)


def _reading(cache: CandleCache, plain: DuckFile, file: Path, what: str) -> list[str]:
    functions: dict[str, Callable[[], object]] = {
        "cache": lambda: [cache.read(_key(number), 0, 2**50) for number in _READ],
        "plain": lambda: [_read_plain(plain, number) for number in _READ],
        "npy": lambda: [np.load(file) for _ in _READ],
    }
    seconds = in_turns(functions, ROUNDS)
    each = {name: median(took) / len(_READ) * 1e3 for name, took in seconds.items()}
    return [
        f"reading one series and year, {what}: {each['cache']:.1f} ms cpu; plain table in order {each['plain']:.1f} ms "
        f"(ratio {ratio(seconds, 'cache', 'plain'):.2f}); np.load {each['npy']:.1f} ms "
        f"(ratio {ratio(seconds, 'cache', 'npy'):.2f})"
    ]


def _plain_table(path: Path, market: list[Candles]) -> DuckFile:
    file = DuckFile(path)
    file.run(
        "CREATE TABLE candles (series INTEGER, ts BIGINT, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, "
        "volume DOUBLE)"
    )
    for number, candles in enumerate(market):
        file.insert("candles", [number], [candles.time, *columns(candles)])
    file.run("CHECKPOINT")
    return file


def _read_plain(file: DuckFile, number: int) -> list[np.ndarray]:
    query = f"SELECT ts, {', '.join(COLUMNS)} FROM candles WHERE series = {number} AND ts >= 0 AND ts < {2**50}"
    return file.columns(query, [np.int64, *[np.float64] * 5])


def _key(number: int) -> SeriesKey:
    return SeriesKey("binance", "spot", f"COIN{number}/USDT")


def _candles(number: int) -> Candles:
    made = generate(YEAR, seed=number)
    time_, *values = (np.ascontiguousarray(column) for column in made.values())
    return from_columns(time_.astype(np.int64), [value.astype(np.float64) for value in values], MINUTE_MS)


if __name__ == "__main__":
    main()
