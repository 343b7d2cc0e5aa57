"""`blockbuilders candles search`."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.data.dialects import known_exchange
from app.data.feeds import Feeds
from app.data.instruments import search
from app.data.markets import Market
from app.market.exchange_names import exchange_name
from app.settings import load
from app.terminal import screen
from app.terminal.candles_fetch import now_ms

if TYPE_CHECKING:
    import argparse


def run_search(options: argparse.Namespace) -> int:
    """List the instruments that fit what was typed."""
    exchange = known_exchange(options.exchange)
    with Feeds(load()) as feeds:
        found = search(feeds.lists, options.text, exchange, now_ms=now_ms())
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text([asdict(market) for market in found], indent=2) + "\n")
        return 0
    if not found:
        text = screen.shown(options.text)[:40]
        screen.write(f"{exchange_name(exchange)} has no spot instrument like {text!r}.\n")
        return 0
    _show(found, exchange_name(exchange))
    if not re.search("[A-Z0-9]", options.text.upper()):
        screen.write("These are the popular ones. To find others: blockbuilders candles search btc\n")
    return 0


def _show(found: tuple[Market, ...], name: str) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(f"On {name}", style="cyan", no_wrap=True)
    for title in ("Price step", "Size step"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Status")
    for market in found:
        status = {"trading": "trading", "ended": "does not trade", "unknown": ""}[market.status]
        symbol = Text(screen.shown(market.symbol))
        table.add_row(symbol, _step(market.price_step), _step(market.size_step), status)
    screen.show([table])


def _step(value: float | None) -> str:
    return "" if value is None else f"{value:.10f}".rstrip("0").rstrip(".")
