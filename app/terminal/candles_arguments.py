"""What can be typed after `blockbuilders candles`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.terminal import import_arguments, kept_arguments
from app.terminal.named import named

Moment = Callable[[str], int]

ACTIONS = {
    "inspect": "say what a file holds and what it lacks",
    "fetch": "fetch the candles of an instrument that are not stored yet",
    "search": "find instruments of an exchange",
    "import": "take the candles of another program's file into the store",
    **kept_arguments.ACTIONS,
}


def add(parser: argparse.ArgumentParser, moment: Moment) -> None:
    """Add every action to the parser of `candles`; `moment` reads a date."""
    inside = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=type(parser))
    made = {
        name: inside.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.", allow_abbrev=False)
        for name, about in ACTIONS.items()
    }
    made["inspect"].add_argument("file", metavar="FILE", type=Path, help="a Parquet or CSV file")
    _add_fetch(made["fetch"], moment)
    _add_search(made["search"])
    import_arguments.add(made["import"])
    kept_arguments.add(made, moment)


def _add_fetch(parser: argparse.ArgumentParser, moment: Moment) -> None:
    parser.add_argument("symbol", metavar="SYMBOL", type=named, help="an instrument, such as BTC/USDT")
    add_exchange(parser)
    parser.add_argument(
        "--from", dest="start", metavar="DATE", type=moment, help="first day, or moment, in UTC (a year ago)"
    )
    parser.add_argument(
        "--to", dest="end", metavar="DATE", type=moment, help="the day, or moment, to stop before (now)"
    )
    parser.add_argument(
        "--again", action="store_true", help="also look whether stored files of the archive were published again"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text", metavar="TEXT", nargs="?", default="", help="part of a symbol; nothing: the popular ones"
    )
    add_exchange(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON list instead of a table")


def add_exchange(parser: argparse.ArgumentParser, default: str | None = "binance") -> None:
    """Add the option that names an exchange."""
    usual = f" ({default})" if default else "; import: the candles of imported files"
    parser.add_argument(
        "--exchange",
        metavar="NAME",
        type=named,
        default=default,
        help=f"binance, coinbase, bybit, okx, bitstamp or kraken{usual}",
    )
