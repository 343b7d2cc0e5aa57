"""Where a figure comes from: a click on it leads there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtWidgets import QWidget

from app.results.drawdown import deepest_fall

if TYPE_CHECKING:
    from app.ui.results.page import ResultsPage

Cause = Literal["extremes", "months", "fall", "lost", "funnel", "holding"]

CAUSES: Mapping[str, Cause] = {
    **dict.fromkeys(("total_return", "profit_factor", "average_r", "expectancy"), "extremes"),
    **dict.fromkeys(("best_trade", "worst_trade"), "extremes"),
    **dict.fromkeys(("cagr", "sharpe", "sortino", "volatility"), "months"),
    **dict.fromkeys(("max_drawdown", "calmar"), "fall"),
    **dict.fromkeys(("win_rate", "average_loss", "longest_losing_streak"), "lost"),
    **dict.fromkeys(("trades", "exposure"), "funnel"),
    **dict.fromkeys(("buy_and_hold_return", "against_holding"), "holding"),
}  # fmt: skip


def lead_to_cause(page: ResultsPage, figure: str) -> None:
    """Show on the page what a figure comes from, as far as that has been made."""
    match CAUSES.get(figure):
        case "extremes":
            _show_extremes(page)
        case "months":
            _show(page, page.statistics.months)
        case "fall":
            _show_fall(page)
        case "lost":
            page.trades.show_lost()
        case "funnel":
            page.open_why()
            page.why.show_funnel()
        case "holding":
            page.bars.fit()
            page.equity.setFocus()


def _show(page: ResultsPage, part: QWidget) -> None:
    page.side.setCurrentWidget(page.statistics)
    page.statistics.bring(part)


def _show_extremes(page: ResultsPage) -> None:
    """Show the best and the worst trades; where none is closed, the one that is open."""
    there = len(page.trades.model.trades)
    if there and not page.statistics.extremes.rowCount():
        page.trades.choose(there - 1)
    else:
        _show(page, page.statistics.extremes)


def _show_fall(page: ResultsPage) -> None:
    """Show the bars of the deepest fall, and choose the trade that lost most in it."""
    if page.view is None:
        return
    found = deepest_fall(page.view.drawdown)
    if found is None:
        return
    first, last = found
    page.bars.frame(first, last)
    marks, pnl = page.view.trades, page.trades.model.trades["pnl"]
    inside = np.flatnonzero((marks.exit >= first) & (marks.exit <= last) & (pnl < 0))
    if len(inside):
        page.trades.choose(int(inside[np.argmin(pnl[inside])]))
        page.bars.frame(first, last)
