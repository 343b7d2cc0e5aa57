"""What is traded, and where."""

from __future__ import annotations

from dataclasses import dataclass

from app.market.exchange_names import exchange_name


@dataclass(frozen=True)
class Instrument:
    """One market: its symbol (`BTC/USDT`), the exchange or file it comes from, and its step sizes where known.

    `size_step` is the smallest change in units an order can have; None means that any fraction is allowed.
    `price_step` is the smallest change in price; it is for display, levels are never rounded to it (rule 11).
    """

    symbol: str
    exchange: str
    size_step: float | None = None
    price_step: float | None = None

    def __str__(self) -> str:
        return f"{self.symbol} ({exchange_name(self.exchange)})"
