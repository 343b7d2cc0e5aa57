"""What it costs to fetch a year of minute candles: from archive files, and in pages beside ccxt alone.

Run it as `python -m benchmarks.candle_feeds --stand-in FILE --market FILE`: the stand-in exchange and the Parquet file
of minutes that it serves. It runs in a process of its own, so that its work is not ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.data.backfill import Backfill
from app.data.backfill_progress import Progress
from app.data.binance_archive import BinanceArchive, month_of
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.http import Http, Timing
from app.data.records import SeriesKey, Span
from app.market.timeframe import DAY_MS, MINUTE_MS

KEY = SeriesKey("binance", "spot", "BTC/USDT")
YEAR = Span(1_514_764_800_000, 1_546_300_800_000)  # 2018
NOW = YEAR.end + 50 * DAY_MS
PAGE = 1000

ARCHIVE_SECONDS = 4.0
PAGES_AT_MOST = 1.15


@contextmanager
def stand_in(program: Path, market: Path) -> Iterator[str]:
    """Give the address of the stand-in exchange that serves a market as BTCUSDT."""
    command = [
        sys.executable,
        str(program),
        "--port",
        "0",
        "--now",
        str(NOW),
        "--market",
        f"BTCUSDT={market}",
        "--quiet",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait()


def warm(url: str) -> None:
    """Ask for every file once, because the stand-in makes them when they are first asked for."""
    start = YEAR.start
    while start < YEAR.end:
        month = month_of(start)
        date = time.strftime("%Y-%m", time.gmtime(start / 1000))
        path = f"/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-{date}.zip"
        try:
            urllib.request.urlopen(url + path).read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"The market does not have {date} ({error.code}).") from None
        start = month.end


class BarePaging:
    """ccxt alone, one page at a time, as its documentation shows: its own connections, its own sorting."""

    def __init__(self, url: str) -> None:
        import ccxt

        self.ccxt = ccxt.binance({"enableRateLimit": False})
        path = "/api/v3"
        self.ccxt.urls["api"] = dict.fromkeys(self.ccxt.urls["api"], url + path)
        self.ccxt.options["fetchMarkets"] = {"types": ["spot"]}
        self.ccxt.has["fetchCurrencies"] = False
        self.ccxt.load_markets()
        self.since = YEAR.start
        self.rows: list[Any] = []
        self.requests = 0

    def page(self) -> None:
        """Fetch the next page; nothing at the end."""
        if self.since >= YEAR.end:
            return
        page = self.ccxt.fetch_ohlcv("BTC/USDT", "1m", self.since, PAGE, {"until": YEAR.end - 1})
        self.requests += 1
        self.rows += page
        self.since = page[-1][0] + MINUTE_MS if page else YEAR.end


class Watch:
    """Wall and CPU seconds of this process since it was made, without those spent on something else."""

    def __init__(self) -> None:
        self.started = time.perf_counter(), time.process_time()
        self.elsewhere = [0.0, 0.0]

    @contextmanager
    def something_else(self) -> Iterator[None]:
        """Leave out what is done inside."""
        begun = time.perf_counter(), time.process_time()
        yield
        for place, now in enumerate((time.perf_counter(), time.process_time())):
            self.elsewhere[place] += now - begun[place]

    def seconds(self) -> tuple[float, float]:
        """Return wall and CPU seconds."""
        now = time.perf_counter(), time.process_time()
        wall, cpu = (now[place] - self.started[place] - self.elsewhere[place] for place in range(2))
        return wall, cpu


class Rests:
    """Rests as asked and counts the seconds: ours keeps a pace that spares the exchange, bare ccxt does not."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def sleep(self, seconds: float) -> None:
        """Rest."""
        begun = time.perf_counter()
        time.sleep(seconds)
        self.seconds += time.perf_counter() - begun


def clock() -> Callable[[], int]:
    """Return the time of a computer whose clock is right when the stand-in starts."""
    begun = time.monotonic()
    return lambda: NOW + int((time.monotonic() - begun) * 1000)


def from_archives(url: str, folder: Path) -> None:
    """Fetch the year from monthly files and say what that took."""
    with Http() as http, CandleCache.open(folder / "archives.duckdb", now_ms=NOW) as cache:
        feed = ExchangeFeed(Exchange("binance", http, (url,)))
        backfill = Backfill(cache, feed, BinanceArchive(http, url), now=clock())
        watch = Watch()
        outcome = backfill.fetch(KEY, YEAR)
        wall, cpu = watch.seconds()
    size = sum(file.stat().st_size for file in folder.glob("archives.duckdb*"))
    assert outcome.missing == (), outcome
    print(
        f"archives: {outcome.stored.added:,} candles, {http.requests} requests, {http.received / 1e6:.1f} MB unpacked"
    )
    print(f"archives: client work {cpu:.2f} s CPU (at most {ARCHIVE_SECONDS}), {wall:.2f} s in all")
    print(f"archives: {size / outcome.stored.added:.1f} bytes a candle on the disk")


def in_pages(url: str, folder: Path) -> None:
    """Fetch the year in pages, in turns with ccxt alone, and say how both compare."""
    bare, rests = BarePaging(url), Rests()
    timing = Timing(sleep=rests.sleep)
    with Http(timing=timing) as http, CandleCache.open(folder / "pages.duckdb", now_ms=NOW) as cache:
        feed = ExchangeFeed(Exchange("binance", http, (url,)))
        pages = 0

        def report(_: Progress) -> None:
            nonlocal pages
            pages += 1
            with watch.something_else():
                bare.page()

        backfill = Backfill(cache, feed, None, now=clock(), report=report)
        watch = Watch()
        outcome = backfill.fetch(KEY, YEAR)
        wall, cpu = watch.seconds()
        while bare.since < YEAR.end:
            with watch.something_else():
                bare.page()
        there = cache.read(KEY, YEAR.start, YEAR.end)
    other_wall, other_cpu = watch.elsewhere
    ideal = -(-len(bare.rows) // PAGE)
    assert there.time.tolist() == [row[0] for row in bare.rows]
    assert there.close.tolist() == [row[4] for row in bare.rows]
    print(f"pages: {outcome.stored.added:,} candles, {pages} requests for candles, {ideal} is the ideal")
    work = wall - rests.seconds
    print(f"pages: {wall:.2f} s, checked and stored; ccxt alone {other_wall:.2f} s; ratio {wall / other_wall:.2f}")
    print(f"pages: {work:.2f} s of it besides {rests.seconds:.2f} s of rest between requests to keep the pace")
    print(f"pages: ratio without the rest {work / other_wall:.2f} (at most {PAGES_AT_MOST})")
    print(f"pages: CPU {cpu:.2f} s against {other_cpu:.2f} s; ratio {cpu / other_cpu:.2f} (at most {PAGES_AT_MOST})")


def main() -> None:
    """Measure both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stand-in", required=True, type=Path, help="the program of the stand-in exchange")
    parser.add_argument("--market", required=True, type=Path, help="a Parquet file of the minutes of 2018")
    options = parser.parse_args()
    with stand_in(options.stand_in, options.market) as url, tempfile.TemporaryDirectory() as folder:
        warm(url)
        from_archives(url, Path(folder))
        in_pages(url, Path(folder))


if __name__ == "__main__":
    main()
