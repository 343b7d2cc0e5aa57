"""Processes that bring stored candles up to date, minute by minute, and are killed: nothing is lost or there twice."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator
from dataclasses import astuple, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
from support.fetch_killing import Telling, check_stored
from support.killing import words_of_killed
from support.minute_server import BARS, market, minute_server
from support.stand_in import MINUTE, START, Unpaced

from app.data import backfill_run
from app.data.backfill import Backfill
from app.data.candle_cache import CandleCache
from app.data.dialects import DIALECTS
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.records import SeriesKey
from app.data.spans import union, within
from app.jobs.candle_upkeep import CandleUpkeep, News
from app.market.candles import COLUMNS

KEYS = (SeriesKey("binance", "spot", "BTC/USDT"), SeriesKey("binance", "spot", "ETH/USDT"))
BEGIN = START + 60 * MINUTE + 30_000
PAGE = 300


def kill_rounds(folder: Path, rounds: int, *, seed: int = 1) -> Iterator[int]:
    """Kill processes that update, check the cache after each, and yield how many chunks were acknowledged so far.

    Each begins up to two pages later than the one before was killed. A last update is not killed; after it every
    minute since the very first one has to be there. Where the market comes to its end, all begins anew.
    """
    chance, done, acknowledged = random.Random(seed), 0, 0
    while done < rounds:
        file = folder / f"{done}.duckdb"
        with minute_server(BEGIN) as server:
            while done < rounds and server.now_ms < START + (BARS - 1440) * MINUTE:
                for _ in range(chance.randrange(2 * PAGE)):
                    server.a_minute_later()
                told = words_of_killed(update_until_killed, file, server.url, after_s=chance.uniform(0.0, 0.2))
                check(file, told)
                done, acknowledged = done + 1, acknowledged + len(told)
                yield acknowledged
            _update(file, server.url, minutes=1)
            check(file, [], upto=server.now_ms // MINUTE * MINUTE)


def update_until_killed(file: Path, url: str, tell: Connection) -> None:
    """Ask for the newest candles minute after minute, storing every page; at first also once more for the last day."""
    backfill_run.PAGES_TOGETHER = 1
    DIALECTS["binance"] = replace(DIALECTS["binance"], page=PAGE)
    Telling.tell = tell
    try:
        _update(file, url, minutes=1_000_000)
    except Exception:
        tell.send(traceback.format_exc())
        raise


def _update(file: Path, url: str, minutes: int) -> None:
    now = BEGIN
    with Telling.open(file, now_ms=now) as cache, Unpaced() as http:
        feed = ExchangeFeed(Exchange("binance", http, (url,)))
        upkeep = CandleUpkeep(cache, lambda _: Backfill(cache, feed, None, now=lambda: now))
        upkeep.follow(KEYS)
        for _ in range(minutes):
            with urlopen(Request(f"{url}/minute", method="POST")) as answer:
                now = int(answer.read())
            _see_to(upkeep.tick(now))


def _see_to(news: tuple[News, ...]) -> None:
    assert [one.problem for one in news] == [None] * len(KEYS)


def check(file: Path, told: list[Any], upto: int | None = None) -> None:
    """See that every minute asked for is there, as the market has it where it is settled; all of them up to `upto`."""
    with CandleCache.open(file, now_ms=BEGIN) as cache:
        for key in KEYS:
            check_stored(cache, key, told)
            coverage = cache.coverage(key)
            rows = cache.read(key, 0, 2**50)
            assert rows.time.tolist() == [time for one in coverage for time in range(*astuple(one.span), MINUTE)]
            wanted, at = market(key.symbol.replace("/", "")), (rows.time - START) // MINUTE
            sure = within(rows.time, (one.span for one in coverage if one.final))
            for name in COLUMNS:
                assert np.array_equal(getattr(rows, name)[sure], wanted[name][at[sure]]), name
            if upto is not None:
                assert (len(union(one.span for one in coverage)), coverage[-1].span.end) == (1, upto)
