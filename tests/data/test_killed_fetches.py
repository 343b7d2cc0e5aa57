"""A fetch may be killed at any moment: what was stored stays, nothing is there twice, and the next one goes on."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import numpy as np
from support.fetching import fetch_until_killed
from support.last_words import next_word, rest
from support.stand_in import DAY, MINUTE, columns, exchange_class

from app.data.binance_archive import month_of
from app.data.candle_cache import CandleCache
from app.data.records import SeriesKey, Span

ROUNDS = 20
LATENCY_S = 0.002
KEY = SeriesKey("binance", "spot", "BTC/USDT")
DECEMBER = month_of(1_733_097_600_000)
SPAN = Span(DECEMBER.start, DECEMBER.end + 20 * DAY)


def test_killed_at_any_moment_the_cache_is_whole_and_the_next_fetch_goes_on(tmp_path: Path) -> None:
    bars = (SPAN.end - SPAN.start) // MINUTE
    wanted = columns(bars, SPAN.start)
    chance = random.Random(1)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["support.fetching", "ccxt", "duckdb", "httpx2"])
    file = tmp_path / "candles.duckdb"
    with exchange_class()({"BTCUSDT": wanted}, now=SPAN.end + 30_000, latency=LATENCY_S) as exchange:
        for _ in range(ROUNDS):
            read, write = context.Pipe(duplex=False)
            arguments = (file, exchange.url, KEY, SPAN, exchange.now(), write)
            process = context.Process(target=fetch_until_killed, args=arguments)
            process.start()
            write.close()
            told = [next_word(read, process)]
            time.sleep(chance.uniform(0.0, 0.4))
            process.kill()
            process.join()
            told += rest(read)
            _whole(file, told, wanted)
        read, write = context.Pipe(duplex=False)
        fetch_until_killed(file, exchange.url, KEY, SPAN, exchange.now(), write)
        assert _whole(file, [], wanted)


def _whole(file: Path, told: list[object], wanted: dict[str, np.ndarray]) -> bool:
    """Check the cache after a kill; return whether it was complete, and empty it then."""
    with CandleCache.open(file, now_ms=SPAN.end) as cache:
        assert cache.notice is None
        assert [text for text in told if isinstance(text, str) and text != "done"] == []
        for chunk in told:
            if isinstance(chunk, tuple):
                start, end = chunk
                assert any(one.span.start <= start and end <= one.span.end for one in cache.coverage(KEY)), chunk
        rows = cache.read(KEY, SPAN.start, SPAN.end)
        assert len(rows) == sum(covered.rows for covered in cache.coverage(KEY))
        assert (np.diff(rows.time) > 0).all()
        at = (rows.time - SPAN.start) // MINUTE
        for name in ("open", "high", "low", "close", "volume"):
            assert np.array_equal(getattr(rows, name), wanted[name][at]), name
        complete = cache.missing(KEY, Span(SPAN.start, SPAN.end - 5 * MINUTE)) == ()
        if complete:
            assert len(rows) == len(wanted["ts"])
            cache.delete(KEY)
        return complete
