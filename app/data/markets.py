"""Lists of what an exchange trades, kept for a day in the cache folder."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

from app import paths
from app.data.feed_errors import FeedError
from app.data.records import Status
from app.market.instrument import Instrument
from app.market.timeframe import DAY_MS

FORMAT = 1


@dataclass(frozen=True)
class Market:
    """One spot market: its symbol, what the exchange calls it, its steps where known, and whether it trades."""

    symbol: str
    exchange: str
    id: str
    base: str
    quote: str
    price_step: float | None = None
    size_step: float | None = None
    status: Status = "unknown"

    @property
    def instrument(self) -> Instrument:
        """The market as an instrument of a backtest."""
        return Instrument(self.symbol, self.exchange, size_step=self.size_step, price_step=self.price_step)


def step(value: object) -> float | None:
    """Return a step size from what an exchange sent for it; None for anything but a number above zero."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0.0 else None


class MarketLists:
    """The markets of each exchange, asked for at most once a day."""

    def __init__(self, ask: Callable[[str], Sequence[Market]], folder: Path | None = None) -> None:
        self._ask = ask
        self._folder = paths.cache_folder() / "markets" if folder is None else folder
        self._known: dict[str, tuple[int, tuple[Market, ...]]] = {}

    def markets(self, exchange: str, *, now_ms: int) -> tuple[Market, ...]:
        """Return all spot markets of an exchange, an older list where it cannot be asked. Raises a FeedError."""
        try:
            return self.of_today(exchange, now_ms=now_ms)
        except FeedError:
            older = self.kept(exchange)
            if not older:
                raise
            return older

    def of_today(self, exchange: str, *, now_ms: int) -> tuple[Market, ...]:
        """Return all spot markets of an exchange as they were within the last day. Raises a FeedError."""
        asked_ms, markets = self._known.get(exchange) or self._stored(exchange)
        if not markets or not 0 <= now_ms - asked_ms < DAY_MS:
            asked_ms, markets = now_ms, tuple(self._ask(exchange))
            self._store(exchange, asked_ms, markets)
        self._known[exchange] = asked_ms, markets
        return markets

    def kept(self, exchange: str) -> tuple[Market, ...]:
        """Return the markets as last asked for, however old; none where that was never."""
        return (self._known.get(exchange) or self._stored(exchange))[1]

    def _file(self, exchange: str) -> Path:
        return self._folder / f"{exchange}.json"

    def _stored(self, exchange: str) -> tuple[int, tuple[Market, ...]]:
        """Return the list kept in a file and when it was asked for; an empty one where it is missing or damaged."""
        try:
            found = json.loads(self._file(exchange).read_bytes())
            if found["format"] != FORMAT:
                return 0, ()
            return int(found["asked_ms"]), tuple(_market(exchange, row) for row in found["markets"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return 0, ()

    def _store(self, exchange: str, asked_ms: int, markets: Sequence[Market]) -> None:
        """Keep a list in a file that is there whole or not at all; where that is not possible, do without."""
        rows = [{name: value for name, value in asdict(market).items() if name != "exchange"} for market in markets]
        text = json.dumps({"format": FORMAT, "asked_ms": asked_ms, "markets": rows})
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    stream.write(text)
                os.replace(name, self._file(exchange))
            except BaseException:
                os.unlink(name)
                raise
        except OSError:
            return


def _market(exchange: str, row: dict[str, object]) -> Market:
    names = [str(row[name]) for name in ("symbol", "id", "base", "quote")]
    status = row["status"] if row["status"] in get_args(Status) else "unknown"
    symbol, market_id, base, quote = names
    return Market(symbol, exchange, market_id, base, quote, step(row["price_step"]), step(row["size_step"]), status)  # type: ignore[arg-type]
