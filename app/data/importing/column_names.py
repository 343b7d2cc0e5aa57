"""What columns are called, in the languages and programs that candles come from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from app.market.candles import PRICES

# For each part of a candle the names it goes by, the surest first; written as `plain_name` makes them.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "time": (
        *("open time", "opentime", "unix", "unix timestamp", "unixtime", "timestamp", "ts", "time", "datetime"),
        *("date time", "gmt time", "utc time", "time utc", "timestamp utc", "local time", "kline open time", "t"),
        *("date", "day", "datum", "zeit", "datum zeit", "fecha", "hora", "fecha hora", "heure", "data", "ora"),
        *("data ora", "data hora", "tijd", "czas", "data czas", "дата", "время", "dtyyyymmdd", "startdate"),
    ),
    "open": (
        *("open", "o", "open price", "opening", "bid open", "open bid", "eroffnung", "offnung", "erster", "apertura"),
        *("ouverture", "ouv", "abertura", "otwarcie", "открытие"),
    ),
    "high": (
        *("high", "h", "high price", "max", "bid high", "high bid", "hoch", "hochst", "hochstkurs", "maximum"),
        *("maximo", "alto", "haut", "plus haut", "massimo", "hoog", "najwyzszy", "максимум"),
    ),
    "low": (
        *("low", "l", "low price", "min", "bid low", "low bid", "tief", "tiefst", "tiefstkurs", "minimum"),
        *("minimo", "bajo", "bas", "plus bas", "basso", "laag", "najnizszy", "минимум"),
    ),
    "close": (
        *("close", "c", "close price", "bid close", "close bid", "last", "price", "schluss", "schlusskurs", "letzter"),
        *("cierre", "ultimo", "cloture", "fermeture", "dernier", "chiusura", "fechamento", "zamkniecie", "закрытие"),
    ),
    "volume": (
        *("tick volume", "tickvol", "tickvolume", "volume", "vol", "v", "base volume", "volume base", "volume from"),
        *("volumen", "volumes", "menge", "umsatz", "stuck", "qty", "quantity", "amount", "size", "wolumen", "объем"),
        "real volume",
    ),
    "symbol": ("symbol", "ticker", "pair", "market", "instrument"),
}
TICKS = ("tick volume", "tickvol", "tickvolume")
_MONEY = ("usd", "usdt", "usdc", "busd", "eur", "gbp", "jpy", "krw", "try", "brl", "quote")


def plain_name(name: str) -> str:
    """Return a column's name in small letters without accents and signs, words a space apart."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", kept).strip()


def columns_called(names: Sequence[str], part: str) -> list[int]:
    """Return the columns that by their names may hold a part of a candle, the surest first; of equal names the first.

    A volume column may name what it counts (`Volume BTC`); the one that counts money comes last.
    """
    plain = [plain_name(name) for name in names]
    found = [plain.index(alias) for alias in _NAMES[part] if alias in plain]
    if part == "volume":
        counted = [place for place, name in enumerate(plain) if re.fullmatch(r"volume [a-z0-9]+", name)]
        counted = [place for place in counted if plain[place].split()[1] not in ("ma", "sma", "ema")]
        found += sorted(counted, key=lambda place: plain[place].split()[1] in _MONEY)
    return list(dict.fromkeys(found))


def price_columns(names: Sequence[str]) -> dict[str, int] | None:
    """Return where open, high, low and close stand by their names, None unless all four have a column."""
    found = {part: columns_called(names, part)[:1] for part in PRICES}
    places = {part: places[0] for part, places in found.items() if places}
    return places if len(set(places.values())) == len(PRICES) else None
