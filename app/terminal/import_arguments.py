"""What can be typed after `blockbuilders candles import`."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.terminal.named import named


def add(parser: argparse.ArgumentParser) -> None:
    """Add every option to the parser of `candles import`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, ZIP, gzip or Parquet, from any program")
    parser.add_argument("--dry-run", action="store_true", help="say what would be stored, and store nothing")
    parser.add_argument(
        "--map",
        metavar="time=..,open=..",
        help="which column is what, by name or number: time open high low close volume; "
        "time=Date+Time for two columns, volume=none for no volume",
    )
    parser.add_argument(
        "--zone",
        metavar="ZONE",
        help="time zone of the file: UTC, UTC+3, America/New_York, America/New_York+7 (most brokers), any IANA zone",
    )
    parser.add_argument("--symbol", metavar="EUR/USD", type=named, help="which instrument it is")
    parser.add_argument("--name", metavar="NAME", help="what to call the series beside its symbol")
    parser.add_argument("--calendar", choices=("24x7", "fx", "metals"), help="when the market is open")
    parser.add_argument("--dates", choices=("dmy", "mdy"), help="day before month, or month before day")
    parser.add_argument("--decimal", choices=("point", "comma"), help="the sign before the decimals of a number")
    parser.add_argument("--yes", action="store_true", help="import without asking")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
