"""The bars of a result as CSV text, with all that the blocks said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.engine.result import BacktestResult
from app.export.trades_csv import line
from app.market.candles import COLUMNS

# Of so many bars there is text at once: five years of minutes would take gigabytes.
_ROWS = 2_000


def bars_csv(result: BacktestResult) -> Iterator[str]:
    """Yield a line per strategy bar: prices, every block's output, the orders, position and equity at its close.

    `time` is the bar's open time in UTC ms. Signals are 1 or 0; an empty cell is unknown. Numbers read back exactly.
    """
    columns: dict[str, np.ndarray[Any, Any]] = {"time": result.bars.time}
    columns |= {name: getattr(result.bars, name) for name in COLUMNS}
    columns |= {f"{block}.{output}": values for (block, output), values in result.values.items()}
    columns |= dict(result.orders)
    columns |= {"position": result.position.astype(np.int64), "equity": result.equity}
    yield line(columns)
    for first in range(0, len(result.bars), _ROWS):
        cells = [_cells(values[first : first + _ROWS]) for values in columns.values()]
        for row in zip(*cells, strict=True):
            yield ",".join(row) + "\n"


def _cells(values: np.ndarray[Any, Any]) -> Iterator[str]:
    if values.dtype == np.int8:
        return iter(["" if value < 0 else str(value) for value in values.tolist()])
    if values.dtype.kind == "f":
        return iter(["" if value != value else repr(value) for value in values.tolist()])
    return map(str, values.tolist())
