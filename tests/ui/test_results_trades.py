"""The table of trades: sorted, filtered, copied, saved, and walked through together with the chart."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from support.result_pages import place_of, template_result

from app.canvas.theme import LIGHT
from app.engine.completed import TRADES, completed
from app.ui.results.page import ResultsPage
from app.ui.results.trades_model import OPEN, TradesModel
from app.ui.results.trades_panel import TradesPanel

pytestmark = pytest.mark.gui


def _made_up(count: int = 12) -> np.ndarray:
    rows = np.zeros(count, TRADES)
    rows["side"] = np.where(np.arange(count) % 3, 1, -1)
    rows["entry_time"] = 1_700_000_000_000 + np.arange(count) * 86_400_000
    rows["exit_time"] = rows["entry_time"] + 3_600_000
    rows["entry_price"] = rows["exit_price"] = 100.0
    rows["units"] = 1.0
    rows["pnl"] = [((number * 7) % count) - 5.5 for number in range(count)]
    rows["return_"] = rows["pnl"] / 100
    rows["r_multiple"] = np.where(np.arange(count) % 4, rows["pnl"], np.nan)
    rows["exit_reason"] = 1 + np.arange(count) % 3
    return rows


@pytest.fixture
def panel(qtbot: QtBot) -> TradesPanel:
    panel = TradesPanel(LIGHT)
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    panel.show_trades(_made_up())
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def _column(panel: TradesPanel, key: str) -> int:
    return next(number for number, column in enumerate(panel.model.columns) if column.key == key)


def _shown(panel: TradesPanel) -> list[int]:
    return [panel.model.trade_of(row) for row in range(panel.model.rowCount())]


def _click_head(panel: TradesPanel, key: str, qtbot: QtBot) -> None:
    header = panel.table.horizontalHeader()
    number = _column(panel, key)
    at = QPoint(header.sectionViewportPosition(number) + header.sectionSize(number) // 2, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_click_on_a_title_sorts_and_another_turns_it_around(panel: TradesPanel, qtbot: QtBot) -> None:
    _click_head(panel, "pnl", qtbot)
    up = [float(panel.model.trades["pnl"][trade]) for trade in _shown(panel)]
    assert up == sorted(up)
    _click_head(panel, "pnl", qtbot)
    down = [float(panel.model.trades["pnl"][trade]) for trade in _shown(panel)]
    assert down == sorted(down, reverse=True)
    assert panel.model.headerData(_column(panel, "pnl"), Qt.Orientation.Horizontal).endswith("↓")


def test_what_is_unknown_comes_last_either_way(panel: TradesPanel) -> None:
    number = _column(panel, "r_multiple")
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        panel.table.sortByColumn(number, order)
        values = panel.model.trades["r_multiple"][_shown(panel)]
        assert np.isnan(values[-3:]).all()
        assert not np.isnan(values[:-3]).any()
        assert panel.model.text(len(values) - 1, number) == "–"


def test_filters_take_hold_together(panel: TradesPanel) -> None:
    trades = panel.model.trades
    panel.side.setCurrentIndex(panel.side.findData(-1))
    panel.side.activated.emit(panel.side.currentIndex())
    assert _shown(panel) == np.flatnonzero(trades["side"] == -1).tolist()
    panel.outcome.setCurrentIndex(1)
    panel.outcome.activated.emit(1)
    assert _shown(panel) == np.flatnonzero((trades["side"] == -1) & (trades["pnl"] > 0)).tolist()
    assert panel.count.text() == f"{len(_shown(panel))} of 12 trades"
    panel.clear_filters()
    panel.reason.setCurrentIndex(panel.reason.findText("Stop loss"))
    panel.reason.activated.emit(panel.reason.currentIndex())
    assert _shown(panel) == np.flatnonzero(trades["exit_reason"] == 2).tolist()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("stop", [1, 4, 7, 10]), ("#3", [2]), ("2023-11-20", [5, 6]), ("short stop", []), ("LONG take", [2, 5, 8, 11])],
)
def test_typing_finds_trades(panel: TradesPanel, qtbot: QtBot, text: str, wanted: list[int]) -> None:
    qtbot.keyClicks(panel.search, text)
    found = _shown(panel)
    if text == "2023-11-20":
        wanted = [
            number
            for number in range(12)
            if "2023-11-20" in panel.model.columns[2].text(panel.model.trades["entry_time"][number].item())
        ]
        assert wanted
    assert found == wanted


def test_nothing_found_says_how_to_get_back(panel: TradesPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.search, "nowhere")
    assert _shown(panel) == []
    panel.choose(3)
    assert _shown(panel) == list(range(12))
    assert panel.trade == 3


def test_columns_are_chosen(panel: TradesPanel) -> None:
    number = _column(panel, "mae")
    assert panel.table.isColumnHidden(number)
    action = next(each for each in panel.columns.menu().actions() if each.text() == "MAE")
    action.trigger()
    assert not panel.table.isColumnHidden(number)
    action.trigger()
    assert panel.table.isColumnHidden(number)


def test_columns_without_room_are_copied_too(panel: TradesPanel, qtbot: QtBot) -> None:
    panel.resize(400, 300)
    qtbot.waitUntil(lambda: panel.table.isColumnHidden(_column(panel, "entry_price")))
    panel.table.selectRow(0)
    assert "Entry" in panel.copied().splitlines()[0].split("\t")


def test_selected_rows_are_copied_as_they_stand(panel: TradesPanel, qtbot: QtBot) -> None:
    panel.choose(2)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["#", "Side", "Entered (UTC)"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["3", "4"]
    assert "−" not in lines[1]


def test_the_order_holds_while_filtering_and_the_choice_too(panel: TradesPanel, qtbot: QtBot) -> None:
    panel.choose(4)
    panel.table.sortByColumn(_column(panel, "pnl"), Qt.SortOrder.AscendingOrder)
    qtbot.keyClicks(panel.search, "stop")
    pnl = panel.model.trades["pnl"][_shown(panel)]
    assert pnl.tolist() == sorted(pnl.tolist())
    assert panel.trade == 4
    assert panel.model.trade_of(panel.table.currentIndex().row()) == 4


def test_fifty_thousand_trades_are_kept_as_numbers_alone() -> None:
    rows = np.tile(_made_up(), 4_200)
    model = TradesModel(LIGHT)
    model.show_trades(rows)
    model.sort([column.key for column in model.columns].index("pnl"), Qt.SortOrder.DescendingOrder)
    assert model.rowCount() == len(rows)
    assert float(rows["pnl"][model.trade_of(0)]) == rows["pnl"].max()
    assert model.row_of(model.trade_of(777)) == 777


def test_left_and_right_go_from_trade_to_trade_in_time(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.trades.table.sortByColumn(_column(opened.trades, "pnl"), Qt.SortOrder.DescendingOrder)
    for chart in (opened.price, opened.equity, opened.drawdown):
        chart.setFocus()
        before = opened.trades.trade
        qtbot.keyClick(chart, Qt.Key.Key_Right)
        assert opened.trades.trade == before + 1
    opened.trades.table.setFocus()
    qtbot.keyClick(opened.trades.table, Qt.Key.Key_Left)
    assert opened.trades.trade == opened.price.chosen == 1
    assert opened.trades.model.trade_of(opened.trades.table.currentIndex().row()) == 1
    for _ in range(3):
        qtbot.keyClick(opened.trades.table, Qt.Key.Key_Left)
    assert opened.trades.trade == 0


def test_a_chosen_trade_comes_into_view_with_its_stop(opened: ResultsPage) -> None:
    assert opened.view is not None
    opened.trades.choose(3)
    first, last = opened.price.visible()
    marks = opened.view.trades
    assert first <= marks.entry[3] <= marks.exit[3] < last
    assert last - first < len(opened.view.bars) / 10
    levels = opened.price.levels
    assert levels is not None
    assert levels.stop[0] == pytest.approx(marks.entry_price[3] * 0.95)
    assert levels.first == marks.entry[3]
    assert np.isnan(levels.target).all()


def test_control_and_arrows_move_the_crosshair_bar_by_bar(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.price.setFocus()
    qtbot.keyClick(opened.price, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    at = opened.bars.hover
    qtbot.keyClick(opened.price, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert opened.bars.hover == at - 1
    assert opened.trades.trade == -1


def test_a_click_on_an_arrow_chooses_its_row(opened: ResultsPage, qtbot: QtBot) -> None:
    assert opened.view is not None
    marks = opened.view.trades
    opened.trades.choose(6)
    opened.bars.reveal(int(marks.entry[5]) - 20, int(marks.exit[5]) + 20)
    opened.price.repaint()
    at = place_of(opened, int(marks.entry[5]), float(marks.entry_price[5]))
    qtbot.mouseClick(opened.price, Qt.MouseButton.LeftButton, pos=at)
    assert opened.trades.trade == 5
    assert opened.side.currentWidget() is not opened.why


def test_saving_writes_every_trade(opened: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    assert opened.run is not None
    target = tmp_path / "trades.csv"
    asked: list[str] = []
    opened.choose_target = lambda name: asked.append(name) or str(target)  # type: ignore[func-returns-value]
    with qtbot.waitSignal(opened.said) as heard:
        qtbot.mouseClick(opened.trades.save, Qt.MouseButton.LeftButton)
    assert heard.args == ["Saved to trades.csv.", False]
    assert asked == ["RSI dip in an uptrend trades.csv"]
    rows = list(csv.reader(target.read_text().splitlines()))
    assert len(rows) == 1 + len(opened.run.trades) + (opened.run.open_trade is not None)
    assert not any(cell[:1] in "=+@" for row in rows for cell in row if cell)


def test_a_file_that_cannot_be_written_is_a_sentence(opened: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(opened.said) as heard:
        opened.save_trades(tmp_path / "no such folder" / "trades.csv")
    text, bad = heard.args
    assert bad
    assert "cannot be written" in text


def test_an_open_position_is_a_row_without_an_exit(page: ResultsPage) -> None:
    run = completed(template_result("golden_cross", until=60))
    assert run.open_trade is not None
    page.show_run(run)
    row = page.trades.model.row_of(len(run.trades))
    assert page.trades.model.text(row, _column(page.trades, "exit_time")) == "–"
    assert page.trades.model.text(row, _column(page.trades, "exit_reason")) == "Still open"


def test_a_trade_still_open_is_counted_apart(panel: TradesPanel) -> None:
    rows = panel.model.trades.copy()
    panel.show_trades(rows)
    assert panel.count.text() == "12 trades"
    rows["exit_time"][-1] = OPEN
    panel.show_trades(rows)
    assert panel.count.text() == "11 + 1 open"


def test_where_no_trade_shows_the_reason_takes_the_place_of_the_table(opened: ResultsPage) -> None:
    panel = opened.trades
    panel.search.setText("nothing like it")
    assert panel.table.isHidden()
    assert panel._empty.text().startswith("No trade matches")
    panel.clear_filters()
    assert not panel.table.isHidden()
    assert panel._empty.isHidden()


@pytest.mark.parametrize("width", [1280, 1440])
def test_the_columns_that_show_at_first_fit_the_table(opened: ResultsPage, qtbot: QtBot, width: int) -> None:
    opened.resize(width, 800)
    table = opened.trades.table
    bar = table.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() == 0)
    metrics = table.fontMetrics()
    for number, column in enumerate(opened.trades.model.columns):
        if not table.isColumnHidden(number):
            assert table.columnWidth(number) > metrics.horizontalAdvance(column.title + " ↑")


def test_the_last_number_fits_its_column(panel: TradesPanel) -> None:
    many = np.resize(panel.model.trades, 43_210)
    panel.show_trades(many)
    width = panel.table.columnWidth(_column(panel, ""))
    assert width > panel.table.fontMetrics().horizontalAdvance("43,210")
