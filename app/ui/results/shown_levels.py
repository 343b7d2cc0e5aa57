"""Where stop and target of a trade stood, as the price chart draws them: a value for each bar of the strategy."""

from __future__ import annotations

import numpy as np

from app.engine.result import BacktestResult
from app.market.candles import FloatSeries
from app.results.levels import levels
from app.ui.results.price_pane import Levels
from app.ui.results.result_view import bar_of


def shown_levels(result: BacktestResult, number: int | None) -> Levels:
    """Return the levels of closed trade `number`, or with None of the open one, as they stood at the end of each bar.

    A trailing stop moves from minute to minute; a bar is too narrow to show more than where it ended.
    """
    found = levels(result, number)
    bars = bar_of(result.bars, found.time)
    last = np.flatnonzero(np.diff(bars, append=-1))
    return Levels(int(bars[0]), _at(found.stop, last), _at(found.take_profit, last))


def _at(column: FloatSeries | None, rows: np.ndarray) -> FloatSeries:
    return np.full(len(rows), np.nan) if column is None else column[rows]
