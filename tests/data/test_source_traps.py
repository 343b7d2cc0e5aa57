"""What sources of candles are known to do, all the way from the exchange into the cache and out again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.stand_in import DAY, MINUTE, START, Seconds, as_new, columns, exchange_class, quick_http

from app.data.backfill import Backfill
from app.data.binance_archive import BinanceArchive, month_of
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.quality import find_gaps, jumps_across_gaps
from app.data.records import Series, SeriesKey, Span
from app.market.candles import COLUMNS, candles
from app.market.resample import derive
from app.market.timeframe import Timeframe

DECEMBER = month_of(START)
LATER = DECEMBER.end + 10 * DAY
BTC, SHIB, LIT = (SeriesKey("binance", "spot", f"{coin}/USDT") for coin in ("BTC", "SHIB", "LIT"))
SECOND_LIFE = START + 20 * DAY


def tiny() -> dict[str, np.ndarray]:
    """Return a market at some hundred-millionths, of which every fifth candle has no volume."""
    bars = (DECEMBER.end - DECEMBER.start) // MINUTE
    units = 90 + np.random.default_rng(8).integers(-1, 2, bars).cumsum().clip(-80, 800)
    open_ = np.concatenate([[90], units[:-1]])
    prices = (open_, np.maximum(open_, units) + 1, np.minimum(open_, units) - 1, units)
    volume = np.where(np.arange(bars) % 5 == 0, 0.0, np.arange(bars) * 1_000.0 + 0.12345678)
    named = zip(("open", "high", "low", "close"), (unit / 1e8 for unit in prices), strict=True)
    return {"ts": DECEMBER.start + MINUTE * np.arange(bars), **dict(named), "volume": np.round(volume, 8)}


def reused() -> dict[str, np.ndarray]:
    """Return a market that stops, and two weeks later another coin under the same name, at a hundredth of the price."""
    first, second = columns(3 * 1440, START), columns(3 * 1440, SECOND_LIFE, 5)
    cheaper = {name: np.round(second[name] / 100.0, 2) for name in ("open", "high", "low", "close")}
    return {name: np.concatenate([first[name], {**second, **cheaper}[name]]) for name in first}


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    markets = {"BTCUSDT": columns(3 * 1440), "SHIBUSDT": tiny(), "LITUSDT": reused()}
    with exchange_class()(markets, now=LATER) as exchange:
        yield exchange


@pytest.fixture
def exchange(served: Any) -> Any:
    as_new(served)
    return served


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CandleCache]:
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as one:
        yield one


def fetch(exchange: Any, cache: CandleCache, key: SeriesKey, span: Span, *, archive: bool = False) -> None:
    """Fetch a span in pages, or in whole months from the archive."""
    with quick_http(Seconds()) as http:
        files = BinanceArchive(http, exchange.url) if archive else None
        feed = ExchangeFeed(Exchange("binance", http, (exchange.url,)))
        done = Backfill(cache, feed, files, now=exchange.now, timing=http.timing).fetch(key, span)
    assert (done.problem, done.missing) == (None, ())


@pytest.mark.parametrize("archive", [True, False])
def test_prices_of_hundred_millionths_and_candles_without_volume_come_through_to_the_last_bit(
    exchange: Any, cache: CandleCache, archive: bool
) -> None:
    fetch(exchange, cache, SHIB, DECEMBER, archive=archive)
    rows, wanted = cache.read(SHIB, DECEMBER.start, DECEMBER.end), tiny()
    assert {one.origin for one in cache.coverage(SHIB)} == {"archive month" if archive else "rest"}
    assert rows.time.tolist() == wanted["ts"].tolist()
    for name in COLUMNS:
        assert getattr(rows, name).tolist() == wanted[name].tolist(), name
    assert rows.low.min() < 1e-6
    assert np.count_nonzero(rows.volume == 0.0) == -(-len(rows) // 5)
    assert find_gaps(cache, SHIB, DECEMBER) == ()


def test_another_coin_under_the_same_name_is_pointed_out_and_never_joined_to_the_first(
    exchange: Any, cache: CandleCache
) -> None:
    whole = Span(START, SECOND_LIFE + 3 * DAY)
    fetch(exchange, cache, LIT, whole)
    gaps = find_gaps(cache, LIT, whole)
    assert [gap.span for gap in gaps] == [Span(START + 3 * DAY, SECOND_LIFE)]
    (jump,) = jumps_across_gaps(cache, LIT, gaps)
    assert (jump.time, round(jump.move, 2)) == (SECOND_LIFE, -0.99)
    assert cache.read(LIT, whole.start, whole.end).close.tolist() == reused()["close"].tolist()


def test_minutes_that_an_exchange_lacks_are_neither_filled_nor_taken_from_another_exchange(
    exchange: Any, cache: CandleCache
) -> None:
    time, *values = columns(3 * 1440).values()
    other, span = SeriesKey("coinbase", "spot", "BTC/USDT"), Span(START, START + DAY)
    cache.ensure(Series(other))
    rows = candles(time[:1440], *(column[:1440] for column in values), MINUTE)
    cache.store(other, rows, span, origin="rest", final=True, authoritative=True, now_ms=1)
    exchange.gap("BTCUSDT@2024-12-02T10:00/45")
    fetch(exchange, cache, BTC, span)
    hole = Span(START + 600 * MINUTE, START + 645 * MINUTE)
    assert len(cache.read(BTC, hole.start, hole.end)) == 0
    assert len(cache.read(BTC, span.start, span.end)) == 1440 - 45
    assert [gap.span for gap in find_gaps(cache, BTC, span)] == [hole]


def test_longer_bars_of_stored_candles_are_the_same_in_every_run_and_thread(exchange: Any, cache: CandleCache) -> None:
    for day in (2, 0, 1):
        fetch(exchange, cache, BTC, Span(START + day * DAY, START + (day + 1) * DAY))

    def bars(_: int) -> tuple[str, ...]:
        rows = cache.read(BTC, START, START + 3 * DAY)
        return tuple(derive(rows, Timeframe.parse(name)).bars.fingerprint() for name in ("5m", "1h", "4h", "1d", "1w"))

    wanted = bars(0)
    for threads in range(1, 5):
        with ThreadPoolExecutor(threads) as pool:
            assert set(pool.map(bars, range(20))) == {wanted}
