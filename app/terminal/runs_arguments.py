"""What can be typed after `blockbuilders runs`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.terminal.named import named

ACTIONS = {
    "list": "list the runs that are kept, the newest first",
    "show": "say what a run gave, what it ran on, and what to doubt",
    "export": "write a run to files: a report, its trades, everything",
    "compare": "set two to six runs side by side",
}
ORDERS = ("newest", "oldest", "return", "drawdown", "trades")
_STATES = ("completed", "failed", "cancelled", "running", "pending")


def add(
    parser: argparse.ArgumentParser,
    moment: Callable[[str], int],
    rate: Callable[[str], float],
    place: Callable[[str], Path],
) -> None:
    """Add every action to the parser of `runs`; `moment` reads a date, `rate` a fraction, `place` a path."""
    inside = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=type(parser))
    made = {
        name: inside.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.", allow_abbrev=False)
        for name, about in ACTIONS.items()
    }
    _add_list(made["list"], moment, rate)
    made["show"].add_argument("run", metavar="RUN", type=run_number, help="the number of a run: see runs list")
    made["show"].add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    _add_export(made["export"], place)
    made["compare"].add_argument("runs", metavar="RUN", type=run_number, nargs="+", help="numbers of two to six runs")
    made["compare"].add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _add_list(parser: argparse.ArgumentParser, moment: Callable[[str], int], rate: Callable[[str], float]) -> None:
    parser.add_argument(
        "text", metavar="TEXT", nargs="*", help="words in the strategy's name, the instrument, the note"
    )
    parser.add_argument("--symbol", metavar="SYMBOL", type=named, help="one instrument, such as BTC/USDT")
    parser.add_argument("--state", choices=_STATES, help="how they ended")
    parser.add_argument("--pinned", action="store_true", help="only those that are pinned")
    parser.add_argument("--from", dest="start", metavar="DATE", type=moment, help="run on that day, UTC, or later")
    parser.add_argument("--to", dest="end", metavar="DATE", type=moment, help="run before that day, UTC")
    parser.add_argument(
        "--tested-from", metavar="DATE", type=moment, help="tested on candles of that day, UTC, or later ones"
    )
    parser.add_argument("--tested-to", metavar="DATE", type=moment, help="tested on candles before that day, UTC")
    parser.add_argument("--least-return", metavar="RATE", type=rate, help="a total return from 0.1, or 10%%")
    parser.add_argument("--most-drawdown", metavar="RATE", type=rate, help="never down by more than 0.2, or 20%%")
    parser.add_argument("--least-trades", metavar="NUMBER", type=_whole, help="so many closed trades or more")
    parser.add_argument("--order", choices=ORDERS, default="newest", help="what comes first (newest)")
    parser.add_argument("--limit", metavar="NUMBER", type=_whole, default=30, help="at most so many (30); 0: all")
    parser.add_argument("--json", action="store_true", help="print one JSON list instead of a table")


def _add_export(parser: argparse.ArgumentParser, place: Callable[[str], Path]) -> None:
    parser.add_argument("run", metavar="RUN", type=run_number, help="the number of a run: see runs list")
    parser.add_argument(
        "--html", metavar="FILE", type=place, help="a report that opens in any browser, offline; - prints it"
    )
    parser.add_argument("--csv", metavar="FILE", type=place, help="the trades; - prints them")
    parser.add_argument(
        "--json", metavar="FILE", type=place, help="figures, trades, equity as one JSON object; - prints it"
    )
    parser.add_argument(
        "--out", metavar="DIR", type=place, help="all of these in a folder, with the charts and the strategy"
    )


def run_number(text: str) -> int:
    """Return the number of a run, also where it was typed with a hash sign."""
    try:
        return _whole(text.removeprefix("#"))
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            "a run is named by its number, such as 12; blockbuilders runs list tells them"
        ) from None


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError("write a whole number, such as 30")
    return int(text)
