"""What can be typed after `blockbuilders candles status`, `verify`, `export`, `update`, `tidy` and `delete`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.terminal.named import named

ACTIONS = {
    "status": "say which candles are stored, what is missing and why",
    "verify": "read every stored candle, and drop what is not sound so that it is fetched again",
    "export": "write stored candles to a CSV or Parquet file",
    "update": "fetch the newest candles of what is stored, and look once more at the last day and at gaps",
    "tidy": "put stored candles into order on the disk, and give back room that nothing uses",
    "delete": "remove a series from the store",
}

_JSON = "print one JSON object and nothing else"


def add(made: dict[str, argparse.ArgumentParser], moment: Callable[[str], int]) -> None:
    """Add every option to the parsers of these actions; `moment` reads a date."""
    for name in ("status", "verify", "update"):
        made[name].add_argument(
            "symbol", metavar="SYMBOL", type=named, nargs="?", help="one instrument; nothing: every one"
        )
    for name in ("export", "delete"):
        made[name].add_argument("symbol", metavar="SYMBOL", type=named, help="an instrument, such as BTC/USDT")
    made["export"].add_argument("file", metavar="FILE", type=Path, help="a name that ends in .csv or .parquet")
    for name in ("status", "verify", "export", "update", "delete"):
        made[name].add_argument(
            "--exchange", metavar="NAME", type=named, help="an exchange, or import for imported candles"
        )
    made["export"].add_argument(
        "--from", dest="start", metavar="DATE", type=moment, help="first day, or moment, in UTC"
    )
    made["export"].add_argument(
        "--to", dest="end", metavar="DATE", type=moment, help="the day, or moment, to stop before"
    )
    made["export"].add_argument("--timeframe", metavar="1h", help="longer bars, made of the stored candles")
    made["delete"].add_argument("--yes", action="store_true", help="delete without asking")
    for name in ACTIONS:
        made[name].add_argument("--json", action="store_true", help=_JSON)
