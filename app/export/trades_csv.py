"""Tables of a completed run as CSV text, for a spreadsheet or another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from app.engine.completed import CompletedRun
from app.export.run_json import TRADE_NAMES, trade_values

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def trades_csv(run: CompletedRun) -> Iterator[str]:
    """Yield a line per trade, the open one last with no exit.

    Names and units are those of the JSON object; both times are there once more as ISO 8601, UTC, for people.
    """
    yield line((*TRADE_NAMES, "entry_utc", "exit_utc"))
    entry, exit_ = TRADE_NAMES.index("entry_time"), TRADE_NAMES.index("exit_time")
    for values in trade_values(run):
        yield line((*values, _iso(values[entry]), _iso(values[exit_])))


def equity_csv(run: CompletedRun) -> Iterator[str]:
    """Yield a line per bar: its open time in UTC ms, and the equity at its close."""
    yield line(("time", "equity"))
    for time, equity in zip(run.bars.time.tolist(), run.equity.tolist(), strict=True):
        yield f"{time},{equity!r}\n"


def line(cells: Iterable[object]) -> str:
    """Return one line of CSV."""
    return ",".join(map(cell, cells)) + "\n"


def cell(value: object) -> str:
    """Return one value as a CSV cell; text that a spreadsheet would take for a formula gets a mark before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return repr(value)
    text = str(value)
    if isinstance(value, str) and text.startswith(_FORMULA_STARTS):
        text = f"'{text}"
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in ',"\n\r') else text


def _iso(ms: int | None) -> str | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
