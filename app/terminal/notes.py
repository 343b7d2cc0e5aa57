"""What is worth knowing about a strategy, and about running it on these candles, in sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.market.exchange_names import exchange_name
from app.results.numbers import moment
from app.strategy.document import Strategy
from app.strategy.problem import Problem

if TYPE_CHECKING:
    from app.terminal.sources import Source


def notes(problems: Sequence[Problem]) -> list[str]:
    """Return the notes among the problems; a block that something else is said about is not said to lead nowhere."""
    found = [problem for problem in problems if problem.severity == "note"]
    said = {problem.block_id for problem in found if problem.code != "leads_nowhere"}
    return [each.message for each in found if each.code != "leads_nowhere" or each.block_id not in said]


def another_market(strategy: Strategy, source: Source) -> list[str]:
    """Return a sentence if the strategy is drawn for a real instrument, but not run on candles of it."""
    if strategy.exchange == "sample":
        return []
    drawn = f"The strategy is drawn for {strategy.symbol} ({exchange_name(strategy.exchange)})"
    if source.synthetic:
        return [f"{drawn}; this is the synthetic sample market.{_how_to_get(strategy)}"]
    if source.instrument.exchange == "file" and not _names(source.instrument.symbol, strategy.symbol):
        return [f"{drawn}; these are candles of {source.instrument.symbol}, from a file."]
    return []


def shorter_than_asked(source: Source, start: int | None, end: int | None, bar_ms: int) -> list[str]:
    """Return a sentence for each end of the range that was typed where a bar or more lies outside the candles."""
    first, last = int(source.candles.time[0]), source.candles.end
    said = []
    if start is not None and first - start >= bar_ms:
        said.append(f"The candles begin on {moment(first)} UTC, later than the range asked for.")
    if end is not None and end - last >= bar_ms:
        said.append(f"The candles end on {moment(last)} UTC, before the range asked for does.")
    return said


def _how_to_get(strategy: Strategy) -> str:
    from app.data.dialects import DIALECTS

    known = strategy.exchange in DIALECTS or strategy.exchange == "import"
    # Only what a command line takes as it is: a strategy file may come from anyone.
    if not known or not re.fullmatch(r"[\w./:][\w./: -]*", strategy.symbol):
        return ""
    symbol = f'"{strategy.symbol}"' if " " in strategy.symbol else strategy.symbol
    return f" Add --instrument {symbol} --exchange {strategy.exchange} for the real one."


def _names(file: str, symbol: str) -> bool:
    """Return whether the name of a file, such as binance_BTC-USDT_1h, holds the whole symbol."""
    wanted = "".join(re.findall(r"[^\W_]+", symbol.upper()))
    parts = re.findall(r"[^\W_]+", file.upper())
    runs = ("".join(parts[first:end]) for first in range(len(parts)) for end in range(first + 1, len(parts) + 1))
    return bool(wanted) and wanted in runs
