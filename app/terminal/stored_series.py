"""Which of the stored series was meant, and what it is called."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from app.data.records import IMPORTED
from app.errors import CandlesUnavailable
from app.market.exchange_names import exchange_name
from app.market.timeframe import Timeframe
from app.terminal.screen import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.data.records import Series

IMPORT = IMPORTED


def title(series: Series) -> str:
    """Return what to call a series: `BTC/USDT on Binance`, `EUR/USD broker, imported`."""
    key = series.key
    symbol = shown(key.symbol)
    if key.source == IMPORT:
        return f"{symbol}, imported"
    return f"{symbol} on {shown(exchange_name(key.source))}"


def candle_length(series: Series) -> str:
    """Return the length of its candles, `1m`."""
    return str(Timeframe(series.key.step_ms))


def mega(size: int) -> str:
    """Return a number of bytes in megabytes."""
    return f"{size / 1e6:,.1f} MB"


def matching(there: Sequence[Series], symbol: str | None, exchange: str | None) -> tuple[Series, ...]:
    """Return the series of a symbol, of all where none was typed. Raises CandlesUnavailable when there are none.

    An import is found by its whole name, or by its symbol alone; any series also by its name and the length of its
    candles, `XAU/USD broker 1h`.
    """
    source = exchange.strip().lower() if exchange else None
    known = [one for one in there if source in (None, one.key.source)]
    if symbol is None:
        if source and not known:
            raise CandlesUnavailable(f"Nothing is stored of {shown(exchange or '')[:40]!r}.")
        return tuple(known)
    name = _plain(symbol)
    found = [one for one in known if _plain(one.key.symbol) == name]
    found = found or [one for one in known if _plain(f"{one.key.symbol} {candle_length(one)}") == name]
    found = found or [one for one in known if _plain(one.key.symbol).split(" ")[0] == name]
    if found:
        return tuple(found)
    near = get_close_matches(symbol.upper(), [one.key.symbol.upper() for one in known], n=1, cutoff=0.5)
    hint = f"Did you mean {shown(near[0])}?" if near else "blockbuilders candles status lists what is."
    raise CandlesUnavailable(f"Nothing is stored of {shown(symbol)[:60]!r}. {hint}")


def only(there: Sequence[Series], symbol: str, exchange: str | None) -> Series:
    """Return the one series that was meant. Raises CandlesUnavailable when there is none, or more than one."""
    found = matching(there, symbol, exchange)
    if len(found) == 1:
        return found[0]
    listed = ", ".join(_typed(one, found) for one in found)
    raise CandlesUnavailable(f"There are several series of {shown(symbol)[:60]!r}; say which one: {listed}.")


def _typed(one: Series, others: Sequence[Series]) -> str:
    """Return what to type for a series so that none of the others is meant."""
    key = one.key
    twins = [other for other in others if other is not one and other.key.symbol == key.symbol]
    length = f" {candle_length(one)}" if any(twin.key.source == key.source for twin in twins) else ""
    name = f"{shown(key.symbol)}{length}"
    source = f" --exchange {shown(key.source)}" if any(twin.key.source != key.source for twin in twins) else ""
    return (f'"{name}"' if " " in name else name) + source


def _plain(name: str) -> str:
    return " ".join(name.replace("/", "").upper().split())
