"""An exchange that stands in, an empty cache, and what fetches from the one into the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.backfilling import BARS, FIRST, LATER, Make
from support.stand_in import Seconds, as_new, columns, exchange_class, quick_http

from app.data.backfill import Backfill
from app.data.binance_archive import BinanceArchive
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.http import Http


@pytest.fixture(scope="session")
def served() -> Iterator[Any]:
    """Give an exchange with two markets, one of which does not trade any more."""
    markets = {"BTCUSDT": columns(BARS, FIRST), "OLDUSDT": columns(3 * 1440, FIRST, 9)}
    with exchange_class()(markets, statuses={"OLDUSDT": "BREAK"}, now=LATER) as exchange:
        yield exchange


@pytest.fixture
def exchange(served: Any) -> Any:
    as_new(served)
    served.set_now(LATER)
    served.state.revision, served.state.late_bars = 0, 0
    return served


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CandleCache]:
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as one:
        yield one


@pytest.fixture
def http() -> Iterator[Http]:
    with quick_http(Seconds()) as connections:
        yield connections


@pytest.fixture
def backfill(exchange: Any, cache: CandleCache, http: Http) -> Make:
    def make(name: str = "binance", *, archive: bool = True, **options: Any) -> Backfill:
        feed = ExchangeFeed(Exchange(name, http, (exchange.url,)))
        files = BinanceArchive(http, exchange.url) if archive else None
        return Backfill(cache, feed, files, **({"now": exchange.now, "timing": http.timing} | options))

    return make
