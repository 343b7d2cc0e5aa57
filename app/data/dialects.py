"""What is particular to each exchange that candles are fetched from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from app.data.feed_errors import FeedError
from app.data.http import Pace
from app.market.timeframe import DAY_MS, HOUR_MS


@dataclass(frozen=True)
class Dialect:
    """What is particular to an exchange: candles of a page, pace, what it calls a market.

    `by_rows` tells that it can be asked for the newest candles before a moment, however long ago they are. `recent`
    tells that it has nothing but its newest page. `long_ms` is the length of its long candles, with which years are
    looked through in a few requests. `clock_pair` is a pair by whose newest candle the time is told, where an exchange
    tells none: always, or because it does not answer that question.
    """

    page: int
    pace: Pace
    market_id: Callable[[str, str], str]
    by_rows: bool = False
    recent: bool = False
    long_ms: int = DAY_MS
    tells_time: bool = True
    clock_pair: str | None = None

    def called(self, symbol: str) -> str:
        """Return what the exchange usually calls a pair like BTC/USDT."""
        base, _, quote = symbol.partition("/")
        return self.market_id(base, quote)


def _together(base: str, quote: str) -> str:
    return base + quote


def _with_dash(base: str, quote: str) -> str:
    return f"{base}-{quote}"


def _small(base: str, quote: str) -> str:
    return (base + quote).lower()


def _kraken(base: str, quote: str) -> str:
    return {"BTC": "XBT", "DOGE": "XDG"}.get(base, base) + quote


# Paces are half of what each exchange publishes.
DIALECTS = {
    "binance": Dialect(1000, Pace(25.0, 25), _together, by_rows=True),
    "coinbase": Dialect(300, Pace(5.0, 10), _with_dash),
    "bybit": Dialect(1000, Pace(5.0, 10), _together, long_ms=4 * HOUR_MS, clock_pair="BTC/USDT"),
    "okx": Dialect(300, Pace(5.0, 10), _with_dash, long_ms=4 * HOUR_MS, clock_pair="BTC/USDT"),
    "bitstamp": Dialect(1000, Pace(6.0, 10), _small, tells_time=False, clock_pair="BTC/USD"),
    "kraken": Dialect(720, Pace(0.5, 4), _kraken, recent=True, clock_pair="BTC/USD"),
}


def known_exchange(text: str) -> str:
    """Return the id of an exchange as typed. Raises FeedError with the nearest one."""
    name = text.strip().lower()
    if name in DIALECTS:
        return name
    near = get_close_matches(name, DIALECTS, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(DIALECTS)}."
    raise FeedError(f"Candles cannot be fetched from {text[:40]!r}. {hint}")
