"""A table of rows: columns are widened, moved, hidden and sorted by, and stand like that after the next start."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from support.window_saving import settle

from app.ui.main_window import MainWindow
from app.ui.row_table import ColumnsButton, Heading, RowTable

pytestmark = pytest.mark.gui

HEADINGS = (
    Heading("number", "#", held=True),
    Heading("name", "Name", elastic=True, least=80),
    Heading("gain", "P&L"),
    Heading("fees", "Fees", shown=False),
)
WIDTHS = {"number": 40, "name": 60, "gain": 90, "fees": 70}
YIELDING = (
    Heading("number", "#", yields=2),
    Heading("name", "Name", held=True, elastic=True, least=80),
    Heading("gain", "P&L"),
    Heading("fees", "Fees", yields=1),
)


@pytest.fixture
def table(qtbot: QtBot) -> RowTable:
    return _table(qtbot)


@pytest.fixture
def yielding(qtbot: QtBot) -> RowTable:
    """Return a table with room for all of its columns, 280 pixels."""
    table = _table(qtbot, YIELDING)
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    return table


def _table(qtbot: QtBot, headings: Sequence[Heading] = HEADINGS) -> RowTable:
    table = RowTable(QStandardItemModel(3, len(headings)), 28, headings)
    table.setSortingEnabled(True)
    table.fit(WIDTHS)
    table.resize(400, 200)
    qtbot.addWidget(table)
    table.show()
    qtbot.waitExposed(table)
    return table


def _shown(table: RowTable) -> list[str]:
    header = table.horizontalHeader()
    places = (header.logicalIndex(at) for at in range(header.count()))
    return [HEADINGS[place].key for place in places if not table.isColumnHidden(place)]


def _drag(table: RowTable, column: int, by: int) -> None:
    """Drag the right edge of a column."""
    header = table.horizontalHeader()
    edge = header.sectionViewportPosition(column) + header.sectionSize(column) - 1
    begin, end = QPoint(edge, 8), QPoint(edge + by, 8)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(header.viewport(), end)
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=end)


def _entry(table: RowTable, key: str) -> Callable[[], None]:
    return next(action for action in table.column_menu.actions() if action.objectName() == key).trigger


def test_the_elastic_column_takes_the_room_that_the_others_leave(table: RowTable) -> None:
    assert _shown(table) == ["number", "name", "gain"]
    assert table.horizontalHeader().length() == table.viewport().width()
    _entry(table, "fees")()
    assert table.horizontalHeader().length() == table.viewport().width()
    table.resize(200, 200)
    assert table.columnWidth(1) == 80
    assert table.horizontalScrollBar().maximum() > 0


def test_a_column_that_was_widened_keeps_its_width_when_others_are_fitted(table: RowTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.rearranged):
        _drag(table, 2, 30)
    assert table.columnWidth(2) == 120
    table.fit(WIDTHS | {"number": 50})
    assert (table.columnWidth(0), table.columnWidth(2)) == (50, 120)


def test_columns_stand_as_they_were_arranged(table: RowTable, qtbot: QtBot) -> None:
    _drag(table, 2, 30)
    _entry(table, "fees")()
    table.horizontalHeader().moveSection(3, 0)
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    other = _table(qtbot)
    with qtbot.assertNotEmitted(other.rearranged):
        other.arrange(table.arrangement())
    assert _shown(other) == ["fees", "number", "name", "gain"]
    assert other.columnWidth(2) == 120
    assert other.horizontalHeader().sortIndicatorSection() == 2
    assert other.horizontalHeader().sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    assert other.arrangement() == table.arrangement()
    with qtbot.waitSignal(other.rearranged):
        _entry(other, "usual")()
    assert _shown(other) == ["number", "name", "gain"]
    assert other.columnWidth(2) == 90


def test_the_menu_says_what_shows_and_does_not_hide_what_is_held(table: RowTable) -> None:
    checked = {action.text(): action.isChecked() for action in table.column_menu.actions() if action.isCheckable()}
    assert checked == {"#": True, "Name": True, "P&&L": True, "Fees": False}
    assert not table.column_menu.actions()[0].isEnabled()
    table.arrange(json.dumps({"columns": [], "hidden": [], "widths": {}, "sorted": ["", False]}))
    assert _shown(table) == ["number", "name", "gain"]


def test_where_there_is_no_room_the_least_important_columns_are_put_away(yielding: RowTable) -> None:
    button = ColumnsButton(yielding)
    assert _shown(yielding) == ["number", "name", "gain", "fees"]
    yielding.resize(270, 200)
    assert _shown(yielding) == ["number", "name", "gain"]
    assert (button.text(), button.toolTip()) == ("1 more column", "There is no room for: Fees")
    yielding.resize(200, 200)
    assert _shown(yielding) == ["name", "gain"]
    assert yielding.horizontalHeader().length() == yielding.viewport().width()
    assert (button.text(), button.toolTip()) == ("2 more columns", "There is no room for: #, Fees")
    assert [action.isChecked() for action in yielding.column_menu.actions()[:4]] == [False, True, True, False]
    yielding.resize(400, 200)
    assert _shown(yielding) == ["number", "name", "gain", "fees"]
    assert (button.text(), button.toolTip()) == ("Columns", "Which columns show")


def test_a_column_that_the_trader_asks_for_stays_and_others_go(yielding: RowTable, qtbot: QtBot) -> None:
    yielding.resize(250, 200)
    assert _shown(yielding) == ["number", "name", "gain"]
    with qtbot.waitSignal(yielding.rearranged):
        _entry(yielding, "fees")()
    assert _shown(yielding) == ["name", "gain", "fees"]
    other = _table(qtbot, YIELDING)
    other.resize(250, 200)
    other.arrange(yielding.arrangement())
    assert _shown(other) == ["name", "gain", "fees"]
    other.resize(400, 200)
    assert _shown(other) == ["number", "name", "gain", "fees"], "put away is not hidden for good"
    _entry(yielding, "usual")()
    assert _shown(yielding) == ["number", "name", "gain"]


def test_the_column_that_rows_are_sorted_by_is_not_put_away(yielding: RowTable) -> None:
    yielding.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    yielding.resize(270, 200)
    assert _shown(yielding) == ["name", "gain", "fees"]
    yielding.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert _shown(yielding) == ["number", "name", "gain"]


def test_without_headings_they_are_those_of_the_model(qtbot: QtBot) -> None:
    model = QStandardItemModel(1, 2)
    model.setHorizontalHeaderLabels(["Run", "Left"])
    table = RowTable(model, 28)
    qtbot.addWidget(table)
    assert [action.text() for action in table.column_menu.actions()[:2]] == ["Run", "Left"]
    table.setColumnWidth(0, 77)
    assert json.loads(table.arrangement())["widths"] == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"columns": 1, "hidden": [], "widths": {}, "sorted": ["gain", true]}',
        '{"columns": ["gone", "name", "name"], "hidden": ["gone", "number"], "widths": {"x": 5}, "sorted": ["x", 1]}',
        '{"columns": ["name"], "hidden": [], "widths": {"name": "wide"}, "sorted": ["name", true]}',
        '{"columns": ["name"], "hidden": [], "widths": {"name": 1e999}, "sorted": ["name", true]}',
    ],
)
def test_what_cannot_be_read_of_an_arrangement_is_as_usual(table: RowTable, text: str) -> None:
    table.arrange(text)
    assert sorted(_shown(table)) == ["gain", "name", "number"]


def test_a_width_beyond_reason_is_not_taken_over(table: RowTable) -> None:
    table.arrange('{"columns": ["gain"], "hidden": [], "widths": {"gain": 1000000}, "sorted": ["gain", true]}')
    assert table.columnWidth(2) == 2_000


def test_the_window_remembers_the_columns_of_runs_and_of_trades(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    def tables(window: MainWindow) -> tuple[RowTable, RowTable]:
        window.show_history()
        settle(window, qtbot)
        return window.history.page().table, window.pages.results_page().trades.table

    first = open_window()
    runs, trades = tables(first)
    _entry(runs, "range")()
    runs.sortByColumn(runs.model().column("max_drawdown"), Qt.SortOrder.AscendingOrder)  # type: ignore[attr-defined]
    _entry(trades, "mae")()
    first.close()
    again = open_window()
    runs_again, trades_again = tables(again)
    assert runs_again.arrangement() == runs.arrangement()
    assert trades_again.arrangement() == trades.arrangement()
    assert again.history.page().model.order == ("max_drawdown", True)
