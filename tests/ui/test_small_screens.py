"""The window on a small screen, or on one whose letters are made large: nothing is wider than the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run

from app.strategy import edits, templates
from app.ui.main_window import MainWindow
from app.ui.wrap_row import WrapRow

pytestmark = pytest.mark.gui

# A laptop of 1366 x 768 whose letters are half as large again, without the frame of the window.
SMALL = (900, 484)


def _row(qtbot: QtBot, *widths: int, stretch_before: int = -1) -> tuple[QWidget, list[QWidget]]:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = WrapRow(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    parts = []
    for number, width in enumerate(widths):
        if number == stretch_before:
            row.add_stretch()
        part = QWidget()
        part.setFixedSize(width, 20)
        row.addWidget(part)
        parts.append(part)
    return holder, parts


def _places(holder: QWidget, width: int, parts: list[QWidget]) -> list[tuple[int, int]]:
    holder.resize(width, holder.layout().heightForWidth(width))
    holder.show()
    holder.layout().activate()
    return [(part.x(), part.y()) for part in parts]


def test_what_has_no_room_goes_to_the_next_line(qtbot: QtBot) -> None:
    holder, parts = _row(qtbot, 100, 100, 100)
    assert _places(holder, 320, parts) == [(0, 0), (110, 0), (220, 0)]
    assert _places(holder, 319, parts) == [(0, 0), (110, 0), (0, 30)]
    assert _places(holder, 100, parts) == [(0, 0), (0, 30), (0, 60)]
    assert [holder.layout().heightForWidth(width) for width in (320, 319, 100)] == [20, 50, 80]
    assert holder.minimumSizeHint().width() == 100


def test_what_comes_after_a_stretch_is_at_the_end_of_its_line(qtbot: QtBot) -> None:
    holder, parts = _row(qtbot, 100, 50, 60, stretch_before=1)
    assert _places(holder, 400, parts) == [(0, 0), (280, 0), (340, 0)]
    assert _places(holder, 170, parts) == [(0, 0), (120, 0), (110, 30)]
    assert _places(holder, 120, parts) == [(0, 0), (0, 30), (60, 30)]


def test_a_field_grows_as_far_as_it_may_and_a_stretch_takes_the_rest(qtbot: QtBot) -> None:
    holder, parts = _row(qtbot, 100, 50, stretch_before=1)
    field = parts[0]
    field.setMinimumWidth(60)
    field.setMaximumWidth(120)
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    for width, wide in ((120, 60), (150, 75), (400, 120)):
        assert _places(holder, width, parts) == [(0, 0), (width - 50, 0)]
        assert field.width() == wide


def test_hidden_parts_take_no_room(qtbot: QtBot) -> None:
    holder, parts = _row(qtbot, 100, 100, 100)
    parts[1].hide()
    assert _places(holder, 220, parts)[2] == (110, 0)


def test_a_height_is_worked_out_again_only_when_a_part_has_changed(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, parts = _row(qtbot, 100, 100, 100)
    holder.show()
    row = holder.layout()
    arranged: list[object] = []
    arrange = WrapRow._arrange
    monkeypatch.setattr(WrapRow, "_arrange", lambda *args, **keys: [arranged.append(args), arrange(*args, **keys)][1])
    assert [row.heightForWidth(220) for _ in range(3)] == [50, 50, 50]
    assert len(arranged) == 1
    parts[0].hide()
    assert row.heightForWidth(220) == 20
    parts[0].show()
    assert row.heightForWidth(220) == 50
    parts[1].setFixedHeight(44)
    assert row.heightForWidth(220) == 74
    row.setSpacing(20)
    assert row.heightForWidth(240) == 84


def test_every_page_fits_a_small_screen(drawn: MainWindow, qtbot: QtBot) -> None:
    shown: list[object] = []
    drawn.running().shown.connect(shown.append)
    drawn.run_drawing()
    qtbot.waitUntil(lambda: bool(shown), timeout=20_000)
    large = []
    for show in (drawn.show_builder, drawn.show_results, drawn.show_history, drawn.show_data, drawn.help.open,
                 drawn.setup.open, drawn.show_home):  # fmt: skip
        show()
        drawn.resize(*SMALL)
        qtbot.wait(30)
        page = drawn.pages.currentWidget()
        if drawn.size() != QSize(*SMALL) or page.minimumSizeHint().width() > SMALL[0]:
            large.append((type(page).__name__, drawn.size()))
    assert large == []


@pytest.mark.parametrize("width", [900, 1024])
def test_what_matters_of_runs_and_trades_shows_without_scrolling_sideways(
    drawn: MainWindow, qtbot: QtBot, width: int
) -> None:
    shown: list[object] = []
    drawn.running().shown.connect(shown.append)
    drawn.run_drawing()
    qtbot.waitUntil(lambda: bool(shown), timeout=20_000)
    drawn.resize(width, 700)
    trades, runs = drawn.results.trades.table, drawn.history.page().table
    for show, table, matters in (
        (drawn.show_results, trades, {"entry_time", "exit_reason", "pnl", "return_"}),
        (drawn.show_history, runs, {"when", "strategy_name", "total_return", "max_drawdown"}),
    ):
        show()
        qtbot.waitUntil(lambda: table.isVisible() and table.model().rowCount() > 0)  # noqa: B023 - waited for at once
        qtbot.wait(30)
        assert table.horizontalScrollBar().maximum() == 0
        places = range(table.model().columnCount())
        assert matters <= {table.headings[place].key for place in places if not table.isColumnHidden(place)}


def test_a_drawing_and_its_result_fit_a_small_screen_beside_the_first_steps(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.first_steps.begin()
    assert drawn.first_steps.isVisible()
    drawn.resize(*SMALL)
    qtbot.wait(50)
    assert drawn.size() == QSize(*SMALL)
    drawn.resize(910, 512)
    qtbot.waitUntil(lambda: drawn.builder.canvas.height() >= 110)
    assert not drawn.builder.words.isVisible()
    drawn.resize(1280, 800)
    qtbot.waitUntil(drawn.builder.words.isVisible)


def test_pointing_at_a_bar_moves_nothing(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.resize(1024, 700)
    result = drawn.builder.result
    qtbot.waitUntil(lambda: result.assumptions.height() > 1.4 * result.assumptions.fontMetrics().lineSpacing())
    qtbot.wait(100)
    places = (result.y(), result.price.geometry(), result.equity.geometry())
    result.bars.point_at(300)
    qtbot.wait(50)
    assert result.reason.isVisible()
    assert (result.y(), result.price.geometry(), result.equity.geometry()) == places


def test_a_page_that_is_not_shown_makes_the_window_no_higher(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.resize(1024, 700)
    drawn.builder.result.bars.point_at(300)
    qtbot.wait(100)
    drawn.show_home()
    drawn.builder.result.bars.point_at(-1)
    drawn.choose_theme("dark")
    drawn.resize(1440, 700)
    qtbot.wait(100)
    assert drawn.height() == 700
    assert drawn.builder.minimumSizeHint().height() < 500


def test_a_wrapped_row_takes_nothing_from_the_charts(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(860, 720)
    window.open_strategy(templates.template("rsi_dip").strategy)
    wait_for_run(window, qtbot)
    result = window.builder.result
    assert result.run_bar.height() > 60, "two lines"
    for chart in (result.equity, result.price):
        assert chart.height() >= chart.minimumSizeHint().height()
        seen = QRect(chart.mapTo(result, chart.rect().topLeft()), chart.size())
        assert result.rect().contains(seen)


def test_assumptions_and_reasons_are_whole_at_every_width(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.resize(*SMALL)
    result = drawn.builder.result

    def whole(label: QLabel) -> bool:
        return label.height() >= label.heightForWidth(label.width())

    qtbot.waitUntil(lambda: result.assumptions.isVisible() and whole(result.assumptions))
    assert result.assumptions.width() > 0.9 * result.width()
    result.say_reason("No “Enter long”: " + "a condition with a long name is not true, " * 12)
    qtbot.waitUntil(lambda: whole(result.reason))
    assert drawn.width() == SMALL[0]


def test_a_long_name_is_read_from_its_beginning(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.resize(*SMALL)
    name = drawn.bar.name
    drawn.drawings.rename("A name " * 17)
    qtbot.waitUntil(lambda: name.cursorPosition() == 0)
    name.setText(name.text())
    qtbot.waitUntil(lambda: name.cursorPosition() == 0)
    name.setFocus()
    qtbot.keyClick(name, Qt.Key.Key_End)
    qtbot.keyClicks(name, "!")
    assert name.cursorPosition() == len(name.text()), "left alone while it is typed"
    drawn.builder.canvas.setFocus()
    qtbot.waitUntil(lambda: name.cursorPosition() == 0)


def test_what_a_run_gave_is_whole_in_a_narrow_window(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.resize(1024, 700)
    drawn.run_drawing()
    qtbot.waitUntil(lambda: drawn.results is not None and drawn.results.complete, timeout=20_000)
    page = drawn.results
    assert len({face.y() for face in page.cards.cards}) == 1, "one row of figures"
    assert all(face.width() >= face.minimumSizeHint().width() for face in page.cards.cards)
    about = page.header.subtitle
    assert about.fontMetrics().horizontalAdvance(about.text()) <= about.width()
    page.side.setCurrentWidget(page.statistics)
    qtbot.waitUntil(page.statistics.exits.isVisible)
    for table, last in ((page.statistics.exits, "P&L"), (page.statistics.extremes, "P&L")):
        qtbot.waitUntil(lambda table=table: table.horizontalScrollBar().maximum() == 0)
        place = next(n for n in range(table.columnCount()) if table.horizontalHeaderItem(n).text() == last)
        assert not table.isColumnHidden(place)
    head, months = page.statistics.months.horizontalHeader(), page.statistics.months.model()
    assert months.headerData(0, Qt.Orientation.Horizontal) == "J"
    assert months.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "Jan"
    drawn.resize(1440, 900)
    qtbot.waitUntil(lambda: months.headerData(0, Qt.Orientation.Horizontal) == "Jan")
    assert all(head.sectionSize(n) >= head.fontMetrics().horizontalAdvance("Mar") for n in range(13))
    assert not any(page.statistics.exits.isColumnHidden(n) for n in range(6))


def test_where_no_trade_was_made_tables_say_so_and_their_titles_are_whole(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.resize(1024, 700)
    drawn.builder.editor.perform("Never", lambda strategy: edits.set_param(strategy, "less_1", "value", 1.0))
    drawn.run_drawing()
    qtbot.waitUntil(lambda: drawn.results is not None and drawn.results.complete, timeout=20_000)
    found = drawn.results.statistics
    drawn.results.side.setCurrentWidget(found)
    for table in (found.exits, found.sides, found.extremes):
        for width in (1025, 1026):
            drawn.resize(width, 700)
            qtbot.wait(30)
            assert table.horizontalScrollBar().maximum() == 0
        picture = table.viewport().grab().toImage()
        row = {picture.pixel(x, y) for x in range(8, 100) for y in range(picture.height())}
        assert len(row) > 2, "something is written"


def test_the_wheel_brings_the_trades_into_view_before_it_goes_through_them(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.resize(1024, 700)
    drawn.run_drawing()
    qtbot.waitUntil(lambda: drawn.results is not None and drawn.results.complete, timeout=20_000)
    table = drawn.results.trades.table
    qtbot.waitUntil(lambda: table.isVisible() and table.verticalScrollBar().maximum() > 0)
    qtbot.wait(50)

    def turn(notches: int) -> None:
        place = table.viewport().mapTo(drawn, QPoint(60, 2))
        QTest.wheelEvent(drawn.windowHandle(), QPointF(place), QPoint(0, notches * 120))

    def whole() -> bool:
        return table.visibleRegion().boundingRect() == table.rect()

    assert not whole()
    for _ in range(10):
        if not whole():
            turn(-1)
            assert table.verticalScrollBar().value() == 0
    assert whole()
    turn(-1)
    assert table.verticalScrollBar().value() > 0
    turn(9)
    turn(9)
    assert not whole(), "and back up to the charts"
