"""What people call the places that candles come from."""

from __future__ import annotations

_NAMES = {
    "sample": "synthetic sample market",
    "import": "imported",
    "file": "from a file",
    "binance": "Binance",
    "coinbase": "Coinbase",
    "bybit": "Bybit",
    "okx": "OKX",
    "bitstamp": "Bitstamp",
    "kraken": "Kraken",
}


def exchange_name(exchange: str) -> str:
    """Return the name for an exchange as documents and records have it; one that nobody knows stays as it is."""
    return _NAMES.get(exchange, exchange)
