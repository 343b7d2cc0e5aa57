"""What can be typed after `blockbuilders`, and sentences for what cannot."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from app.errors import BlockbuildersError
from app.terminal import candles_arguments, runs_arguments
from app.terminal.named import named
from app.terminal.screen import shown, write

# Where others take a dash for standard output, so does what writes one file that people pass on.
PRINTED = Path("-")

COMMANDS = {
    "backtest": "test a strategy on candles of an exchange, from a file, or on the synthetic sample market",
    "validate": "say what is wrong with a strategy, and what is worth knowing about it",
    "explain": "say in plain sentences what a strategy does",
    "schema": "print the JSON Schema of a strategy file",
    "blocks": "list the blocks a strategy can be drawn from",
    "templates": "list the strategies that come with the app, or print one of them",
    "example": "test the built-in example on the sample market, and say what to try next",
    "runs": "list, show, export and compare the runs that the window has kept",
    "candles": "fetch candles of an exchange, find instruments, look into files of candles",
}


class UsageError(BlockbuildersError):
    """What was typed is not a command; it has to be typed again."""


class _Parser(argparse.ArgumentParser):
    """Leaves itself as `parser` in what it has read, where that of an action takes the place of that of its command."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.set_defaults(parser=self)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{_sentence(message)} Try {shown(self.prog)} --help.")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("blockbuilders")
        except PackageNotFoundError:
            found = "of an unknown version"
        write(f"blockbuilders {found}\n")
        parser.exit()


def parse(typed: Sequence[str]) -> argparse.Namespace:
    """Return the command and its options; without arguments the command is `example`. Raises UsageError."""
    if not typed:
        return argparse.Namespace(command="example")
    first = typed[0]
    if not first.startswith("-") and first not in COMMANDS:
        near = get_close_matches(first, COMMANDS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(COMMANDS)}."
        raise UsageError(f"There is no command {shown(first)[:40]!r}. {hint}")
    options, unknown = _parser().parse_known_args(typed)
    if unknown:
        raise UsageError(_unknown(unknown[0], options.parser))
    _check_ranges(options)
    return options


def _parser() -> _Parser:
    parser = _Parser(
        prog="blockbuilders",
        description="A strategy lab on your own computer. Without arguments it opens a window, or runs an example.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=_Parser, title="commands"
    )
    made = {
        name: commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.", allow_abbrev=False)
        for name, about in COMMANDS.items()
    }
    _add_strategy(made["validate"])
    _add_strategy(made["explain"])
    made["templates"].add_argument(
        "name", metavar="NAME", nargs="?", help="print this one as a strategy file: templates golden_cross > my.json"
    )
    made["blocks"].add_argument("--json", action="store_true", help="print one JSON list instead of a table")
    _add_backtest(made["backtest"])
    candles_arguments.add(made["candles"], moment)
    runs_arguments.add(made["runs"], moment, rate, place)
    return parser


def _add_strategy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "strategy",
        metavar="STRATEGY",
        type=named,
        help="a strategy file (JSON), or a template's name: see blockbuilders templates",
    )


def _add_backtest(parser: argparse.ArgumentParser) -> None:
    _add_strategy(parser)
    _add_source(parser)
    parser.add_argument("--timeframe", metavar="1h", help="length of the bars, in place of the strategy's own")
    parser.add_argument("--from", dest="start", metavar="DATE", type=moment, help="first day, or moment, in UTC")
    parser.add_argument("--to", dest="end", metavar="DATE", type=moment, help="the day, or moment, to stop before")
    _add_assumptions(parser)
    _add_results(parser)


def _add_source(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--candles",
        metavar="FILE",
        type=place,
        help="Parquet or CSV with the columns ts (open time, UTC milliseconds) open high low close volume; "
        "without it the synthetic sample market is used",
    )
    source.add_argument(
        "--sample",
        metavar="SYMBOL",
        type=named,
        help="an instrument of the sample market: RIVER/USD, HARBOR/USD or STORM/USD",
    )
    source.add_argument(
        "--instrument",
        metavar="SYMBOL",
        type=named,
        help="an instrument of an exchange, such as BTC/USDT; what is missing is fetched",
    )
    candles_arguments.add_exchange(parser, None)


def _add_assumptions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--capital", type=money, default=10_000.0, help="cash at the start (10000)")
    parser.add_argument("--fee", type=rate, default=0.001, help="fee of each fill: 0.001, or 0.1%% (0.001)")
    parser.add_argument(
        "--slippage", type=rate, default=0.0005, help="how much worse fills are: 0.0005, or 0.05%% (0.0005)"
    )
    parser.add_argument(
        "--fill-model",
        choices=("minute", "bar"),
        default="minute",
        help="watch stops on every minute (minute), or on the strategy's own bars (bar)",
    )


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument(
        "--equity",
        action="store_true",
        help="with --json or --out: add the equity as [[open time of the bar in ms, equity at its close], ...]",
    )
    parser.add_argument(
        "--bars",
        metavar="FILE.csv",
        type=place,
        help="write a row per bar: prices, every block's output, orders, equity; - prints them instead of the report",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=place,
        help="write report.html there, result.json, trades.csv, equity.csv, strategy.json, report.txt and the charts",
    )


def moment(text: str) -> int:
    """Return a date or an ISO 8601 time as UTC milliseconds; what names no time zone is UTC."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        example = "2018-02-01 or 2018-02-01T12:00"
        raise argparse.ArgumentTypeError(f"{shown(text)[:40]!r} is not a date; write {example}") from None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    since = when - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def money(text: str) -> float:
    """Return an amount typed in digits alone, such as 10000."""
    return _number(text, "an amount", "10000")


def place(text: str) -> Path:
    """Return a path; an empty one does not mean the folder one is in."""
    return Path(named(text))


def rate(text: str) -> float:
    """Return a fraction typed as such, 0.001, or with a percent sign, 0.1%."""
    typed = text.strip()
    if not typed.endswith("%"):
        return _number(text, "a number", "0.001")
    try:
        # Moving the decimal point, not dividing: 0.07% is the very same number as 0.0007.
        return float(Decimal(typed[:-1].strip()).scaleb(-2))
    except (ValueError, ArithmeticError):
        raise argparse.ArgumentTypeError(f"{shown(text)[:40]!r} is not a rate; write 0.001 or 0.1%") from None


def _number(text: str, what: str, example: str) -> float:
    try:
        return float(text)
    except ValueError:
        said = f"{shown(text)[:40]!r} is not {what}; write for example {example}"
        raise argparse.ArgumentTypeError(said) from None


def _check_ranges(options: argparse.Namespace) -> None:
    for first, last, prefix in (("start", "end", "--"), ("tested_from", "tested_to", "--tested-")):
        start, end = getattr(options, first, None), getattr(options, last, None)
        if start is not None and end is not None and start >= end:
            raise UsageError(f"{prefix}from has to be before {prefix}to.")


def _unknown(typed: str, parser: argparse.ArgumentParser) -> str:
    """Return a sentence about something typed that has no meaning, with the nearest option."""
    if not typed.startswith("-"):
        return f"{shown(typed)[:40]!r} is one thing too many. Try {parser.prog} --help."
    near = get_close_matches(typed.split("=")[0], re.findall(r"--[a-z-]+", parser.format_usage()), n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Try {parser.prog} --help."
    return f"There is no option {shown(typed)[:40]!r} here. {hint}"


def _sentence(message: str) -> str:
    """Return what argparse says as a sentence."""
    if message.startswith("the following arguments are required: "):
        return f"{message.removeprefix('the following arguments are required: ')} is missing."
    text = re.sub(r"^argument ([^:]+): ", r"\1: ", shown(message)).removesuffix(".")
    text = re.sub(r": not allowed with argument (.*)", r" does not go with \1", text)
    text = text.replace(": expected one argument", " needs something after it")
    text = re.sub(r"invalid choice: (.*) \(choose from (.*)\)", _no_choice, text)
    return text if text.endswith("?") else f"{text}."


def _no_choice(found: re.Match[str]) -> str:
    """Return what to say of something that is none of the choices: the nearest of them, or all."""
    choices = re.findall(r"[\w-]+", found[2])  # which some versions of Python put in quotes
    near = get_close_matches(found[1].strip("'"), choices, n=1, cutoff=0.75)
    hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(choices)}"
    return f"{found[1]} is not possible; {hint}"
