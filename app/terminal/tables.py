"""Results as CSV text, for a spreadsheet or another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from app.engine.result import BacktestResult
from app.market.candles import COLUMNS
from app.terminal.machine import trade_object

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def bars_csv(result: BacktestResult) -> Iterator[str]:
    """Yield a line per strategy bar: prices, every block's output, the orders, position and equity at its close.

    `time` is the bar's open time in UTC ms. Signals are 1 or 0; an empty cell is unknown. Numbers read back exactly.
    """
    columns: dict[str, np.ndarray[Any, Any]] = {"time": result.bars.time}
    columns |= {name: getattr(result.bars, name) for name in COLUMNS}
    columns |= {f"{block}.{output}": values for (block, output), values in result.values.items()}
    columns |= dict(result.orders)
    columns |= {"position": result.position.astype(np.int64), "equity": result.equity}
    yield _line(columns)
    cells = [_cells(values) for values in columns.values()]
    for row in zip(*cells, strict=True):
        yield ",".join(row) + "\n"


def equity_csv(result: BacktestResult) -> Iterator[str]:
    """Yield a line per bar: its open time in UTC ms, and the equity at its close."""
    yield _line(("time", "equity"))
    for time, equity in zip(result.bars.time.tolist(), result.equity.tolist(), strict=True):
        yield f"{time},{equity!r}\n"


def trades_csv(result: BacktestResult) -> Iterator[str]:
    """Yield a line per trade, the open one last with no exit; names and units are those of the JSON object."""
    trades = [*result.trades, *([result.open_trade] if result.open_trade else [])]
    names = (
        *("side", "entry_time", "exit_time", "entry_price", "exit_price", "units", "fees", "slippage", "exit_reason"),
        *("pnl", "return", "r_multiple", "mae", "mfe", "bars_held", "ambiguous"),
    )
    yield _line(names)
    for trade in trades:
        row = trade_object(trade)
        yield _line(row[name] for name in names)


def _cells(values: np.ndarray[Any, Any]) -> Iterator[str]:
    if values.dtype == np.int8:
        return iter(["" if value < 0 else str(value) for value in values.tolist()])
    if values.dtype.kind == "f":
        return iter(["" if value != value else repr(value) for value in values.tolist()])
    return map(str, values.tolist())


def _line(cells: Iterable[object]) -> str:
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
