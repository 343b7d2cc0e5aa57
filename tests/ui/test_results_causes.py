"""From a surprising number to its cause in three clicks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QWidget
from pytestqt.qtbot import QtBot
from support.result_pages import place_of, template_result

from app.engine.completed import completed
from app.results.overview import overview
from app.ui.results.causes import CAUSES, lead_to_cause
from app.ui.results.page import ResultsPage

pytestmark = pytest.mark.gui


class Clicks:
    """Clicks as a hand does, and counts."""

    def __init__(self, page: ResultsPage, qtbot: QtBot) -> None:
        self.page, self.count = page, 0
        self._qtbot = qtbot

    def on(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisibleTo(self.page)
        self._qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())
        self.count += 1

    def figure(self, title: str) -> None:
        self.on(next(face for face in self.page.cards.cards if face.name.text() == title))

    def row(self, table: QAbstractItemView, row: int) -> None:
        index = table.model().index(row, 2)
        self.on(table.viewport(), table.visualRect(index).center())

    def why(self) -> None:
        self.on(self.page.trades.why)


@pytest.fixture
def clicks(opened: ResultsPage, qtbot: QtBot) -> Clicks:
    return Clicks(opened, qtbot)


def _told(page: ResultsPage, trade: int) -> bool:
    said = " ".join(line.text() for line in page.why.story.lines)
    return (
        page.side.currentWidget() is page.why and page.why.story.title.text() == f"Trade {trade + 1}" and "nded" in said
    )


def test_from_the_total_return_to_why_the_worst_trade_lost(clicks: Clicks, opened: ResultsPage) -> None:
    assert opened.run is not None
    clicks.figure("Total return")
    clicks.row(opened.statistics.extremes, opened.statistics.extremes.rowCount() - 1)
    clicks.why()
    assert _told(opened, int(np.argmin(opened.run.trades["pnl"])))
    assert clicks.count == 3


def test_from_the_drawdown_to_the_trade_that_lost_most_in_it(clicks: Clicks, opened: ResultsPage) -> None:
    assert opened.view is not None
    clicks.figure("Max drawdown")
    fall = opened.view.drawdown
    first, last = opened.price.visible()
    trough = int(fall.argmin())
    assert first <= trough < last
    assert last - first < len(fall)
    assert (fall[first:trough] == 0.0).any()
    clicks.why()
    trade = opened.trades.trade
    assert first <= opened.view.trades.exit[trade] <= last
    assert _told(opened, trade)
    assert clicks.count == 2


def test_from_the_win_rate_to_a_trade_that_lost(clicks: Clicks, opened: ResultsPage) -> None:
    assert opened.run is not None
    clicks.figure("Win rate")
    pnl = opened.run.trades["pnl"]
    assert opened.trades.model.rowCount() == (pnl <= 0).sum()
    clicks.row(opened.trades.table, 0)
    clicks.why()
    assert _told(opened, int(np.argmin(pnl)))
    assert clicks.count == 3


def test_from_a_trade_to_why_it_lost(clicks: Clicks, opened: ResultsPage) -> None:
    clicks.row(opened.trades.table, 1)
    clicks.why()
    assert _told(opened, 1)
    assert clicks.count == 2


def test_from_a_bar_to_why_there_was_no_trade(clicks: Clicks, opened: ResultsPage) -> None:
    assert opened.view is not None
    opened.bars.frame(96, 110)
    opened.price.repaint()
    clicks.on(opened.price, place_of(opened, 100, float(opened.view.bars.close[100])))
    assert opened.why.answer is not None
    assert opened.why.sentence.text().startswith("No trade here.")
    assert clicks.count == 1


def test_from_the_number_of_trades_to_the_conditions_that_let_few_bars_through(
    clicks: Clicks, opened: ResultsPage
) -> None:
    clicks.figure("Trades")
    assert opened.side.currentWidget() is opened.why
    top = opened.why.funnel.visibleRegion().boundingRect()
    assert top.height() > 40
    assert clicks.count == 1


def test_a_return_without_closed_trades_leads_to_the_open_one(page: ResultsPage, qtbot: QtBot) -> None:
    run = completed(template_result("buy_and_hold", days=30))
    assert not len(run.trades)
    page.show_run(run)
    qtbot.waitUntil(lambda: page.complete, timeout=10_000)
    lead_to_cause(page, "total_return")
    assert page.trades.trade == 0
    assert page.trades.why.isEnabled()


@pytest.mark.parametrize("make", ["nothing traded", "not read yet"])
def test_a_figure_without_a_cause_to_show_breaks_nothing(
    page: ResultsPage, make: str, template_runs: Callable[[str], object]
) -> None:
    for figure in CAUSES:
        template_runs(make)
        lead_to_cause(page, figure)
        page.repaint()


@pytest.fixture
def template_runs(page: ResultsPage, qtbot: QtBot) -> Callable[[str], None]:
    def show(make: str) -> None:
        run = completed(template_result(days=2))
        assert not len(run.trades)
        if make == "not read yet":
            page.show_glance(run, len(run.bars), {})
        else:
            page.show_run(run)
            qtbot.waitUntil(lambda: page.complete, timeout=10_000)

    return show


def test_every_cause_is_that_of_a_figure_and_is_reached_by_keys(opened: ResultsPage, qtbot: QtBot) -> None:
    assert opened.run is not None
    assert set(CAUSES) <= {card.name for card in overview(opened.run)}
    face = opened.cards.cards[0]
    assert "Click to see what it comes from." in face.toolTip()
    face.setFocus()
    qtbot.keyClick(face, Qt.Key.Key_Return)
    assert opened.side.currentWidget() is opened.statistics
    assert opened.statistics.extremes.visibleRegion().boundingRect().height() > 100
