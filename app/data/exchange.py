"""The one door to ccxt: what an exchange answers when asked for candles, markets or the time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.data.dialects import DIALECTS, Dialect
from app.data.feed_errors import FeedBlocked, FeedBusy, FeedUnavailable, PageRefused, SymbolUnknown
from app.data.http import LIST_BYTES, PAGE_BYTES, Answer, Http
from app.data.markets import Market, step
from app.market.exchange_names import exchange_name
from app.market.timeframe import MINUTE_MS, Timeframe

# How each exchange says that it has no such instrument.
_UNKNOWN = ("Invalid symbol", "Unknown asset pair", "Not supported symbols", "doesn't exist", "not found", "NOT_FOUND")

# So long an answer may be on its way.
_ANSWER_MS = 10_000


@dataclass(frozen=True)
class Wanted:
    """Candles of `step_ms` from `since` to before `until`, at most `limit`; `now` is the exchange's clock.

    Without `since` the newest ones before `until`, without either the newest of all.
    """

    step_ms: int
    limit: int
    now: int
    since: int | None = None
    until: int | None = None


class Exchange:
    """One exchange: ccxt knows how to ask it, our own connections carry the questions. For one thread at a time.

    `addresses` are tried in their order: the next one when one serves not this place or cannot be reached.
    """

    def __init__(self, name: str, http: Http, addresses: Sequence[str]) -> None:
        self.id = name
        self.http = http
        self._addresses = tuple(addresses)
        self._at = 0
        self._session = _Session(http)
        self._library: Any = None
        self._markets: dict[str, Market] = {}
        for address in self._addresses:
            http.pace(address, self.dialect.pace)

    @property
    def dialect(self) -> Dialect:
        """What is particular to this exchange."""
        return DIALECTS[self.id]

    @property
    def name(self) -> str:
        """What a trader calls the exchange."""
        return exchange_name(self.id)

    @property
    def tells_of_one(self) -> bool:
        """Whether it can be asked about one market alone; of the others there are only lists."""
        return self.id == "binance"

    def rows(self, symbol: str, wanted: Wanted) -> list[Any]:
        """Return rows `[time, open, high, low, close, volume]` as they were sent. Raises a FeedError."""
        market = self.market(symbol)

        def asked(library: Any) -> Any:
            # ccxt takes the computer's clock for what it asks of some exchanges.
            library.milliseconds = lambda: wanted.now
            library.seconds = lambda: wanted.now // 1000
            _introduce(library, market)
            until = {} if wanted.until is None else {"until": wanted.until - 1}
            return library.fetch_ohlcv(symbol, str(Timeframe(wanted.step_ms)), wanted.since, wanted.limit, until)

        found: list[Any] = self._call(asked)
        return found

    def time(self, now_ms: int) -> int | None:
        """Return the exchange's clock in UTC milliseconds, None where it tells none. Raises a FeedError.

        Where only candles tell it, that is `now_ms`, the clock of this computer, unless they contradict it.
        """
        before = self.http.received
        told = self._told_time() if self.dialect.tells_time else None
        silent = self.dialect.tells_time and self.http.received == before
        if told is not None or silent or self.dialect.clock_pair is None:
            return told
        try:
            return self._time_of_candles(self.dialect.clock_pair, now_ms)
        except (SymbolUnknown, PageRefused, FeedUnavailable):
            return None

    def _told_time(self) -> int | None:
        try:
            if self.id == "binance":
                told = self._json("/api/v3/time").get("serverTime")
            else:
                told = self._call(lambda library: library.fetch_time())
        except (SymbolUnknown, PageRefused):
            return None
        except FeedUnavailable:
            # Where it is known to tell the time, it is out of reach; elsewhere it may just not tell it.
            if self.id == "binance":
                raise
            return None
        return told if isinstance(told, int) else None

    def _time_of_candles(self, symbol: str, now_ms: int) -> int | None:
        """Return a time at which the newest candle of a pair that always has one is the newest there is."""
        rows = self.rows(symbol, Wanted(MINUTE_MS, 1, now_ms))
        newest = max((int(row[0]) for row in rows), default=None)
        if newest is None or newest <= now_ms < newest + MINUTE_MS + _ANSWER_MS:
            return now_ms
        # It is up to a minute more. Too early only makes candles late, too late would take one that is not closed yet.
        return newest

    def market(self, symbol: str, *, again: bool = False) -> Market:
        """Return a market by its symbol, asking for no more than that one, once unless `again`.

        Raises SymbolUnknown or another FeedError. What cannot be asked for alone is called as the exchange usually
        calls a pair.
        """
        if again and self.tells_of_one:
            self._markets.pop(symbol, None)
        if symbol not in self._markets:
            base, _, quote = symbol.partition("/")
            if not base.isalnum() or not quote.isalnum():
                raise SymbolUnknown(f"{symbol[:40]!r} is not a pair; write it like BTC/USDT.")
            guess = Market(symbol, self.id, self.dialect.market_id(base, quote), base, quote)
            self._markets[symbol] = self._binance_market(guess) if self.tells_of_one else guess
        return self._markets[symbol]

    def learn(self, markets: Sequence[Market]) -> None:
        """Take markets from a list, in place of those known before, so that they need not be asked for."""
        self._markets = {market.symbol: market for market in markets}

    def markets(self) -> tuple[Market, ...]:
        """Return all spot markets, at least one. Raises a FeedError."""
        if self.id == "binance":
            markets = self._call(lambda _: self._binance_markets())
        else:
            self._session.most = LIST_BYTES
            try:
                entries = self._call(lambda library: library.fetch_markets())
            finally:
                self._session.most = PAGE_BYTES
            markets = [_market(self.id, entry) for entry in entries if entry.get("spot")]
        if not markets:
            raise FeedUnavailable(f"{self.name} sent an empty list of instruments; try again later.")
        self.learn(markets)
        return tuple(markets)

    def _call(self, what: Callable[[Any], Any]) -> Any:
        """Return what `what` gets from ccxt, at the next address where one does not serve. Raises a FeedError."""
        while True:
            try:
                return self._translated(what)
            except (FeedBlocked, FeedUnavailable):
                if self._at + 1 >= len(self._addresses):
                    raise
                self._at += 1
                self._library = None

    def _translated(self, what: Callable[[Any], Any]) -> Any:
        import ccxt

        try:
            return what(self._ready())
        except (ccxt.DDoSProtection, ccxt.RateLimitExceeded):
            raise FeedBusy(f"{self.name} is busy and asks to wait a while.", 30.0) from None
        except ccxt.BaseError as error:
            if isinstance(error, ccxt.BadSymbol) or any(words in str(error) for words in _UNKNOWN):
                raise SymbolUnknown(f"{self.name} does not have this instrument.") from None
            # What a server says is never shown: it could say anything.
            raise FeedUnavailable(
                f"{self.name} answers with something that cannot be used. Try again later, or take another exchange."
            ) from error
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError):
            raise PageRefused(f"The answer of {self.name} was refused: it is not built as it should be.") from None

    def _ready(self) -> Any:
        """Return ccxt's exchange, its requests carried by our own connections to the address in use."""
        if self._library is None:
            import ccxt

            library = getattr(ccxt, self.id)({"enableRateLimit": False, "session": self._session})
            _point(library, self._addresses[self._at])
            library.parse_ohlcvs = _as_sent(library)
            if self.id == "kraken":
                library.publicGetOHLC = _named_as_asked(library.publicGetOHLC)
            library.has["fetchCurrencies"] = False
            library.options["fetchMarkets"] = {"types": ["spot"]}
            self._library = library
        return self._library

    def _json(self, path: str, most: int = PAGE_BYTES) -> dict[str, Any]:
        """Return Binance's answer to a plain request. Raises a FeedError."""

        def asked(_: object) -> dict[str, Any]:
            found = json.loads(self.http.get(self._addresses[self._at] + path, most=most).body)
            if not isinstance(found, dict):
                raise ValueError("not an object")
            return found

        found: dict[str, Any] = self._call(asked)
        return found

    def _binance_markets(self) -> list[Market]:
        path = "/api/v3/exchangeInfo?permissions=SPOT&showPermissionSets=false"
        return [_binance_market(entry) for entry in self._json(path, LIST_BYTES)["symbols"]]

    def _binance_market(self, guess: Market) -> Market:
        entries = self._json(f"/api/v3/exchangeInfo?symbol={guess.id}").get("symbols")
        if not entries:
            raise SymbolUnknown(f"{self.name} does not have {guess.symbol}.")
        found: Market = self._call(lambda _: _binance_market(entries[0]))
        return found


class _Session:
    """What ccxt takes for its connections: every request goes through `Http`, which keeps the rules."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self.most = PAGE_BYTES
        self.headers: dict[str, str] = {}
        self.cookies: dict[str, str] = {}

    def request(self, method: str, url: str, **_: object) -> _Response:
        """Carry out a GET request without anything that could tell who asks."""
        if method != "GET":
            raise FeedUnavailable("Exchanges are only read from.")
        return _Response(self._http.get(url, most=self.most))

    def close(self) -> None:
        """Leave the connections open: they are not ccxt's."""


class _Response:
    """An answer in the shape that ccxt expects."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.reason = ""
        self.headers = {name.title(): value for name, value in answer.headers.items()}
        self.text = answer.text
        self.content = answer.body
        self.encoding = "utf-8"

    def raise_for_status(self) -> None:
        """Raise what makes ccxt look at the error in the body."""
        if self.status_code >= 400:
            from ccxt.base.exchange import HTTPError

            raise HTTPError(str(self.status_code))


def _point(library: Any, address: str) -> None:
    """Make ccxt ask `address` in place of its own hosts, with their paths."""
    addresses = {name: url for name, url in library.urls["api"].items() if isinstance(url, str)}
    library.urls["api"] = {
        name: address + urlsplit(url.replace("{hostname}", "host")).path for name, url in addresses.items()
    }


def _as_sent(library: Any) -> Callable[..., list[Any]]:
    """Return a reader of candles that keeps every row as it came: ccxt's own would sort and cut them unseen."""

    def parse(rows: object, market: Any = None, *_: object) -> list[Any]:
        if not isinstance(rows, list):
            raise TypeError("not a list of candles")
        if library.id == "binance":
            # The same as ccxt's reader of one row, which takes several times as long.
            return [[row[0], *map(float, row[1:6])] for row in rows]
        return [library.parse_ohlcv(row, market) for row in rows]

    return parse


def _named_as_asked(ask: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """Return Kraken's question for candles, its answer named by the pair that was asked for.

    Kraken answers a question for XBTUSD with candles of XXBTZUSD, and ccxt would find none.
    """

    def asked(question: dict[str, Any]) -> Any:
        answer = ask(question)
        result = answer.get("result") or {}
        candles = [value for value in result.values() if isinstance(value, list)]
        return {**answer, "result": {question["pair"]: candles[0]}} if len(candles) == 1 else answer

    return asked


def _introduce(library: Any, market: Market) -> None:
    """Tell ccxt about one market, so that it does not fetch all of them."""
    known = library.markets or {}
    if market.symbol in known:
        return
    entry = {
        **dict.fromkeys(("swap", "future", "option", "contract", "margin", "linear", "inverse"), False),
        **dict.fromkeys(("spot", "active"), True),
        "id": market.id,
        "symbol": market.symbol,
        "base": market.base,
        "quote": market.quote,
        "baseId": market.base,
        "quoteId": market.quote,
        "type": "spot",
        "precision": {"amount": market.size_step or 1e-8, "price": market.price_step or 1e-8},
        "info": {},
    }
    library.set_markets([*known.values(), library.safe_market_structure(entry)])


def _binance_market(entry: dict[str, Any]) -> Market:
    filters = {one.get("filterType"): one for one in entry.get("filters", [])}
    base, quote = str(entry["baseAsset"]), str(entry["quoteAsset"])
    return Market(
        f"{base}/{quote}",
        "binance",
        str(entry["symbol"]),
        base,
        quote,
        step(filters.get("PRICE_FILTER", {}).get("tickSize")),
        step(filters.get("LOT_SIZE", {}).get("stepSize")),
        "trading" if entry.get("status") == "TRADING" else "ended",
    )


def _market(exchange: str, entry: dict[str, Any]) -> Market:
    precision = entry.get("precision") or {}
    active = entry.get("active")
    return Market(
        str(entry["symbol"]),
        exchange,
        str(entry["id"]),
        str(entry["base"]),
        str(entry["quote"]),
        step(precision.get("price")),
        step(precision.get("amount")),
        "unknown" if active is None else "trading" if active else "ended",
    )
