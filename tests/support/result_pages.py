"""Runs for the results page, and waiting for what it makes of them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot
from support.sample import sample_candles

from app.engine.backtest import backtest
from app.engine.result import BacktestResult
from app.market.timeframe import DAY_MS
from app.strategy import templates
from app.ui.results.page import ResultsPage


@cache
def template_result(template: str = "rsi_dip", days: int = 365, until: int = 0) -> BacktestResult:
    """Return a template over the last days of the sample market, or of what there was `until` days before."""
    strategy = templates.template(template).strategy
    candles = sample_candles(strategy.symbol)
    end = candles.end - until * DAY_MS
    return backtest(strategy, candles, start=end - days * DAY_MS, end=end)


def wait_for_all(page: ResultsPage, qtbot: QtBot) -> None:
    """Wait until everything about the run is shown, the repeated runs included."""
    qtbot.waitUntil(lambda: page.complete and not page.making.busy, timeout=60_000)


def place_of(page: ResultsPage, bar: int, price: float) -> QPoint:
    """Return where the middle of a bar at a price is in the price chart."""
    return QPoint(round(page.price.x_of(bar + 0.5)), round(page.price.y_of(price)))
