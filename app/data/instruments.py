"""What can be traded: the instruments people ask for most, and a search over all markets of an exchange."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.data.dialects import DIALECTS
from app.data.markets import Market, MarketLists

POPULAR = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT", "XRP/USDT", "ADA/USDT", "DOGE/USDT")
MOST_FOUND = 50

_BASES = tuple(symbol.partition("/")[0] for symbol in POPULAR)
# Where one coin is paired with many, these come first.
_QUOTES = ("USDT", "USDC", "USD", "FDUSD", "EUR", "BTC", "ETH", "BNB")


def symbol_of(text: str) -> str:
    """Return what was typed as a symbol: `btcusdt`, `BTC-USDT` and `btc/usdt` are BTC/USDT."""
    parts = [part for part in re.split(r"[^A-Z0-9]+", text.upper().strip()) if part]
    if len(parts) == 2:
        return "/".join(parts)
    together = "".join(parts)
    for quote in sorted(_QUOTES, key=len, reverse=True):
        if together.endswith(quote) and len(together) > len(quote):
            return f"{together.removesuffix(quote)}/{quote}"
    return text.upper().strip()


def popular(lists: MarketLists, exchange: str) -> tuple[Market, ...]:
    """Return the popular instruments at once, without asking anybody; with steps and status where a list is kept.

    Where an exchange has a coin without USDT, the pair with its most usual quote currency stands in.
    """
    kept = {market.symbol: market for market in lists.kept(exchange)}
    found = []
    for symbol in POPULAR:
        base, _, quote = symbol.partition("/")
        others = [kept[pair] for other in _QUOTES if (pair := f"{base}/{other}") in kept]
        if symbol in kept or not kept:
            market_id = DIALECTS[exchange].market_id(base, quote)
            found.append(kept.get(symbol, Market(symbol, exchange, market_id, base, quote)))
        elif others:
            found.append(others[0])
    return tuple(found)


def search(lists: MarketLists, text: str, exchange: str, *, now_ms: int) -> tuple[Market, ...]:
    """Return the spot markets of an exchange that fit what was typed, the likeliest first, at most fifty.

    `btc`, `BTCUSDT`, `btc/usdt` and `btc-usdt` all find BTC/USDT. Nothing typed gives the popular instruments. Raises a
    FeedError when there is no list of markets and it cannot be asked for.
    """
    typed = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not typed:
        return popular(lists, exchange)
    markets = lists.markets(exchange, now_ms=now_ms)
    wanted = re.split(r"[^A-Z0-9]+", text.upper().strip())
    fitting = [(rank, market) for market in markets if (rank := _rank(market, typed, wanted)) is not None]
    fitting.sort(key=lambda entry: (entry[0], entry[1].symbol))
    return tuple(market for _, market in fitting[:MOST_FOUND])


def nearest(lists: MarketLists, symbol: str, exchange: str) -> str | None:
    """Return the symbol of a kept list that is most like one that does not exist."""
    from difflib import get_close_matches

    symbols = [market.symbol for market in lists.kept(exchange)] or list(POPULAR)
    near = get_close_matches(symbol.upper(), symbols, n=1, cutoff=0.5)
    return near[0] if near else None


def _rank(market: Market, typed: str, wanted: Sequence[str]) -> tuple[int, ...] | None:
    """Return how well a market fits, less being better; None when it does not."""
    base, quote = market.base.upper(), market.quote.upper()
    together = base + quote
    parts = len(wanted) == 2 and base.startswith(wanted[0]) and quote.startswith(wanted[1])
    begins = (base.startswith(typed), together.startswith(typed))
    fits = (typed == together, parts, typed == base, *begins, typed in base, typed == quote)
    if not any(fits):
        return None
    known_base = _BASES.index(base) if base in _BASES else len(_BASES)
    known_quote = _QUOTES.index(quote) if quote in _QUOTES else len(_QUOTES)
    return (int(market.status == "ended"), fits.index(True), known_base, len(base), known_quote)
