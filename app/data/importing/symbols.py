"""Which instrument a file is about, as its name or a column in it says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.data.candle_columns import plain
from app.data.importing.refusal import ImportRefused
from app.data.records import Calendar

Asset = Literal["crypto", "fx", "metals", "other"]

_MONEY = {
    *("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "SGD", "HKD", "PLN", "HUF", "CZK"),
    *("TRY", "ZAR", "MXN", "CNH", "CNY", "INR", "BRL", "KRW", "RUB", "THB", "ILS", "RON"),
}
_METALS = {"XAU", "XAG", "XPT", "XPD", "GOLD", "SILVER"}
_STABLE = {"USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI", "UST"}
_COINS = {
    *(
        "BTC",
        "ETH",
        "SOL",
        "BNB",
        "XRP",
        "ADA",
        "DOGE",
        "LTC",
        "BCH",
        "DOT",
        "LINK",
        "AVAX",
        "TRX",
        "XLM",
        "XMR",
        "ETC",
    ),
    *("EOS", "NEO", "DASH", "ZEC", "UNI", "ATOM", "NEAR", "SHIB", "PEPE", "MATIC", "POL", "IOTA", "IOT", "XBT"),
    *("TON", "ETC"),
}
_EXCHANGES = {
    *("BINANCE", "BITFINEX", "BITSTAMP", "BYBIT", "COINBASE", "GEMINI", "HUOBI", "KRAKEN", "KUCOIN", "OKX", "POLONIEX"),
    *("DUKASCOPY", "FXCM", "HISTDATA", "OANDA"),
}
_KNOWN = _MONEY | _METALS | _STABLE | _COINS
_QUOTES = sorted({*_MONEY, *_STABLE, "BTC", "ETH", "BNB", "XBT"}, key=lambda quote: (-len(quote), quote))
_CALENDARS: dict[Asset, Calendar] = {"crypto": "24x7", "fx": "fx", "metals": "metals", "other": "24x7"}
_ALLOWED = re.compile(r"[A-Z0-9][A-Z0-9./:_#^-]{0,29}", re.ASCII)


@dataclass(frozen=True)
class Symbol:
    """An instrument as the app writes it, `EUR/USD`, and what kind of market it is."""

    text: str
    asset: Asset

    @property
    def calendar(self) -> Calendar:
        """When such a market is open, as far as the kind of market tells."""
        return _CALENDARS[self.asset]


def guess_symbol(name: str, cells: Iterable[str] = ()) -> Symbol | None:
    """Return the instrument named in a symbol column or else in the name of a file, None where none is named."""
    named = {cell.strip() for cell in cells}
    if len(named) == 1:
        return read_symbol(re.sub("^t(?=[A-Z])", "", named.pop()))  # Bitfinex puts a t before its pairs
    words = [word for word in re.split(r"[^A-Za-z0-9]+", name.upper()) if word]
    stripped = [re.sub(r"(?<=[A-Z]{3})\d+$", "", word) for word in words]
    for known in (True, False):
        for place, word in enumerate(stripped):
            beside = stripped[place + 1] if place + 1 < len(stripped) else ""
            found = _pair(word, beside) if beside in _QUOTES else None
            found = found or _split(word)
            if found and (found[0] in _KNOWN if known else found[1] in _STABLE | {"USD", "BTC", "ETH", "BNB"}):
                return Symbol("/".join(found), _asset(*found))
    return next((Symbol(word, "metals") for word in stripped if word in _METALS), None)


def read_symbol(text: str) -> Symbol:
    """Return the instrument that was typed: EUR/USD, EURUSD, US500. Raises ImportRefused."""
    typed = text.strip().upper()
    if not _ALLOWED.fullmatch(typed):
        raise ImportRefused(f"{plain(text)[:40]!r} is not a symbol; write it like BTC/USDT, EUR/USD or US500.")
    base, slash, quote = typed.partition("/")
    found = (base, quote) if slash else _split(typed)
    if not found or not all(found):
        return Symbol(typed, "metals" if typed in _METALS else "other")
    return Symbol("/".join(found), _asset(*found))


def _pair(base: str, quote: str) -> tuple[str, str] | None:
    fits = re.fullmatch(r"[A-Z0-9]{2,12}", base) and base != quote and base not in _EXCHANGES
    return (base, quote) if fits else None


def _split(word: str) -> tuple[str, str] | None:
    """Return base and quote of a symbol written as one word; endings that brokers add (`EURUSDm`) are cut off."""
    pairs = [(word.removesuffix(quote), quote) for quote in _QUOTES if word.endswith(quote)]
    pairs = [pair for pair in pairs if len(pair[0]) >= 2]
    if pairs:
        return next((pair for pair in pairs if pair[0] in _KNOWN), pairs[0])
    letters = word[:6]
    if 6 < len(word) <= 9 and letters[:3] in _MONEY | _METALS and letters[3:] in _MONEY:
        return letters[:3], letters[3:]
    return None


def _asset(base: str, quote: str) -> Asset:
    if base in _METALS:
        return "metals"
    if quote in _STABLE or base in _COINS | _STABLE or quote in ("BTC", "ETH", "BNB", "XBT"):
        return "crypto"
    return "fx" if base in _MONEY and quote in _MONEY else "other"
