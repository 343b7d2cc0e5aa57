"""The programs and sites that candle files come from, and what each of them means by its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.data.importing.column_names import plain_name
from app.data.importing.columns import Found, Table
from app.data.importing.zones import NEW_YORK, Zone
from app.data.records import VolumeKind
from app.market.candles import FloatSeries
from app.market.timeframe import HOUR_MS

BROKER = Zone(NEW_YORK, 7 * HOUR_MS)

Clock = Literal["utc", "broker", "new york", "exchange", "unknown"]


@dataclass(frozen=True)
class Layout:
    """A layout: its name, what its clock is where the file does not say, and what its volume counts, if known.

    `series` is how its candles are told apart from those of other sources. `floors` says that its open times may stand
    some seconds off the minute and mean the minute that they fall into. A broker's times may look like UTC.
    """

    title: str
    series: str
    clock: Clock = "unknown"
    volume: VolumeKind | None = None
    floors: bool = False

    @property
    def zone(self) -> Zone:
        """The most likely zone of its clock."""
        return {"broker": BROKER, "new york": Zone(NEW_YORK), "exchange": Zone(NEW_YORK)}.get(self.clock, Zone())


GENERIC = Layout("a table of candles", "")
RAW = Layout("rows of an exchange's API, without a header", "API")

_BINANCE = Layout("Binance archive (spot)", "Binance", "utc", floors=True)
_BINANCE_FUTURES = Layout("Binance archive (futures)", "Binance futures", "utc", floors=True)
_MT4 = Layout("MetaTrader 4 history", "MT4", "broker", "ticks")
_MT5 = Layout("MetaTrader 5 terminal", "MT5", "broker", "ticks")
_MT5_PYTHON = Layout("MetaTrader 5 for Python", "MT5", "broker", "ticks")
_HISTDATA = Layout("HistData", "HistData", "new york", "none")
_TRADINGVIEW = Layout("TradingView", "TradingView", "utc")
_DUKASCOPY = Layout("Dukascopy", "Dukascopy", "utc", "base")
_CRYPTODATADOWNLOAD = Layout("CryptoDataDownload", "CryptoDataDownload", "utc")
_LEAN = Layout("LEAN", "LEAN")
_LEAN_QUOTES = Layout("LEAN quotes, of which the bid is taken", "LEAN", volume="none")
LEAN_EQUITIES = Layout("LEAN equities, in ten-thousandths", "LEAN", "exchange")


@dataclass(frozen=True)
class _Look:
    """What layouts are told by."""

    table: Table
    found: Found
    file_name: str
    above: str

    @property
    def names(self) -> list[str]:
        return [plain_name(name) for name in self.table.names or ()]

    def starts(self, pattern: str) -> bool:
        """Return whether the first rows look like a pattern, cells joined by commas."""
        rows = self.table.rows[:50]
        return sum(re.match(pattern, ",".join(map(str.strip, row)), re.ASCII) is not None for row in rows) > 0.8 * len(
            rows
        )


def find_layout(table: Table, found: Found, file_name: str, above: str) -> Layout:
    """Return the layout of a table; `above` is the text of the lines above its rows, header apart."""
    look = _Look(table, found, file_name, above)
    for layout, fits in _TESTS:
        if fits(look):
            return layout
    return RAW if not table.names and found.times.shape == "epoch" else GENERIC


def with_scale(layout: Layout, prices: Sequence[FloatSeries]) -> tuple[Layout, float]:
    """Return the layout of a table whose prices are known, and by what they have to be divided.

    LEAN writes shares in ten-thousandths of a dollar, everything else as it is; its files do not say which they hold.
    """
    if layout is not _LEAN:
        return layout, 1.0
    whole = all(len(column) and (column == np.floor(column)).all() and column.min() >= 1_000.0 for column in prices)
    return (LEAN_EQUITIES, 10_000.0) if whole else (layout, 1.0)


def _is_binance(look: _Look) -> bool:
    if look.names:
        return look.names[:1] == ["open time"] and "quote volume" in look.names
    closes_after = r"(?:[^,]*,){6}\d{13,16},"
    return look.table.width == 12 and look.found.times.shape == "epoch" and look.starts(closes_after)


def _is_mt5(look: _Look) -> bool:
    return {"<DATE>", "<OPEN>", "<TICKVOL>"} <= {name.upper() for name in look.table.names or ()}


def _is_mt5_python(look: _Look) -> bool:
    return {"time", "tick volume", "spread"} <= set(look.names)


def _is_histdata(look: _Look) -> bool:
    if re.search(r"histdata|DAT_(?:ASCII|MT|NT|XLSX|MS)_", look.file_name, re.IGNORECASE):
        return not look.names
    return not look.names and look.starts(r"\d{8} \d{6},(?:[\d.]+,){4}0?$") and look.table.delimiter == ";"


def _is_mt4(look: _Look) -> bool:
    return not look.names and look.table.width == 7 and look.starts(r"\d{4}\.\d\d\.\d\d,\d\d:\d\d,")


def _is_tradingview(look: _Look) -> bool:
    named = re.search(r"[A-Z0-9]+_[^,]+, ?\d*[SDWM]?(?: \(\d+\))?(?:_[0-9a-f]+)?\.csv$", look.file_name)
    return look.names[:5] == ["time", "open", "high", "low", "close"] and named is not None


def _is_dukascopy(look: _Look) -> bool:
    first = look.names[:1]
    return first in (["gmt time"], ["local time"]) or "candlestick" in look.file_name.lower()


def _is_cryptodatadownload(look: _Look) -> bool:
    return "cryptodatadownload" in look.above.lower() or look.names[:3] == ["unix", "date", "symbol"]


_TESTS: tuple[tuple[Layout, Callable[[_Look], bool]], ...] = (
    (_BINANCE_FUTURES, lambda look: bool(look.names) and _is_binance(look)),
    (_BINANCE, _is_binance),
    (_MT5, _is_mt5),
    (_MT5_PYTHON, _is_mt5_python),
    (_LEAN_QUOTES, lambda look: look.found.times.shape == "of the day" and look.table.width == 11),
    (_LEAN, lambda look: look.found.times.shape == "of the day"),
    (_HISTDATA, _is_histdata),
    (_MT4, _is_mt4),
    (_CRYPTODATADOWNLOAD, _is_cryptodatadownload),
    (_DUKASCOPY, _is_dukascopy),
    (_TRADINGVIEW, _is_tradingview),
)
