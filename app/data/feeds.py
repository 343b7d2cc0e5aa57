"""Every source of candles of this computer, as its settings name them."""

from __future__ import annotations

from collections.abc import Callable

from app.data.backfill import Backfill, Report
from app.data.binance_archive import BinanceArchive
from app.data.candle_cache import CandleCache
from app.data.exchange import Exchange
from app.data.exchange_feed import ExchangeFeed
from app.data.http import Http
from app.data.markets import Market, MarketLists
from app.settings import Settings


class Feeds:
    """The exchanges and archives, made when they are first asked for. For one thread at a time."""

    def __init__(self, settings: Settings, http: Http | None = None, lists: MarketLists | None = None) -> None:
        self._settings = settings
        self._http = http or Http()
        self._exchanges: dict[str, Exchange] = {}
        self.lists = lists or MarketLists(self._ask_markets)

    def __enter__(self) -> Feeds:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def exchange(self, name: str) -> Exchange:
        """Return an exchange by its id. It knows the markets of the list that was kept last, if any."""
        if name not in self._exchanges:
            made = Exchange(name, self._http, self._settings.addresses(name))
            if not made.dialect.by_rows:
                made.learn(self.lists.kept(name))
            self._exchanges[name] = made
        return self._exchanges[name]

    def backfill(
        self, cache: CandleCache, name: str, *, now: Callable[[], int], report: Report | None = None
    ) -> Backfill:
        """Return what fetches candles of an exchange into the cache."""
        archive = None
        if name == "binance":
            archive = BinanceArchive(self._http, self._settings.binance_archive[0])
        feed = ExchangeFeed(self.exchange(name), self.lists)
        return Backfill(cache, feed, archive, now=now, timing=self._http.timing, report=report)

    def _ask_markets(self, name: str) -> tuple[Market, ...]:
        return self.exchange(name).markets()
