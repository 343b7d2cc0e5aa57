"""The page of all runs: found, opened, pinned, noted, deleted, run again, cleaned up."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from support.library import sql
from support.library_runs import kept
from support.window_runs import wait_for_run
from support.window_saving import settle

from app.data.library.library import Library
from app.data.library.records import RunFilter, RunSummary
from app.strategy import templates
from app.ui.history.history_page import HistoryPage
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


def run_template(window: MainWindow, qtbot: QtBot, name: str) -> None:
    """Open a template and press Run."""
    window.open_strategy(templates.template(name).strategy)
    wait_for_run(window, qtbot)
    assert window.builder is not None
    with qtbot.waitSignal(window.running().shown, timeout=20_000):
        qtbot.mouseClick(window.builder.run_button, Qt.MouseButton.LeftButton)
    settle(window, qtbot)


@pytest.fixture
def window(begin_with: Callable[..., None], open_window: Callable[..., MainWindow]) -> MainWindow:
    """Return the window with two runs: 1 of the RSI template, 2 of the golden cross."""
    begin_with(*(templates.template(name).strategy for name in ("rsi_dip", "golden_cross")))
    return open_window()


@pytest.fixture
def history(window: MainWindow, qtbot: QtBot) -> HistoryPage:
    """Return the page with the two runs."""
    return _listed(window, qtbot)


def _listed(window: MainWindow, qtbot: QtBot) -> HistoryPage:
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    page = window.history.page()
    qtbot.waitUntil(lambda: len(page.model.ids) == 2, timeout=10_000)
    settle(window, qtbot)
    return page


def _ids(page: HistoryPage) -> list[int]:
    return list(page.model.ids)


def _run(page: HistoryPage, run_id: int) -> RunSummary:
    run = page.model.run(run_id)
    assert run is not None
    return run


def _text(page: HistoryPage, run_id: int, key: str) -> str:
    return page.model.text(page.model.row_of(run_id), page.model.column(key))


def _place(page: HistoryPage, run_id: int, key: str = "strategy_name") -> QPoint:
    index = page.model.index(page.model.row_of(run_id), page.model.column(key))
    page.table.scrollTo(index)
    return page.table.visualRect(index).center()


def _click(page: HistoryPage, qtbot: QtBot, run_id: int, key: str = "strategy_name", ctrl: bool = False) -> None:
    keys = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, keys, _place(page, run_id, key))


def _press(page: HistoryPage, qtbot: QtBot, name: str) -> None:
    qtbot.mouseClick(page.button(name), Qt.MouseButton.LeftButton)


def test_without_runs_the_page_says_how_to_make_one(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window()
    qtbot.mouseClick(window.bar.page("history"), Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    page = window.history.page()
    assert window.pages.currentWidget() is page
    assert "No runs yet" in page._none.text()
    assert page._none.isVisible()
    assert not any(button.isEnabled() for button in page.buttons)


def test_where_no_run_can_be_kept_the_page_says_why(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    window = open_window()
    window.show_history()
    page = window.history.page()
    qtbot.waitUntil(lambda: "cannot be kept" in page._none.text(), timeout=30_000)
    assert page._none.isVisible()
    assert page.filter.count.text() == "0 runs"


def test_every_run_is_listed_with_its_figures_the_newest_first(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window()
    run_template(window, qtbot, "rsi_dip")
    run_template(window, qtbot, "golden_cross")
    history = _listed(window, qtbot)
    assert _ids(history) == [2, 1]
    assert window.results is not None
    assert window.results.run is not None
    total = window.results.run.metrics["total_return"]
    assert total is not None
    assert _text(history, 2, "total_return").replace("−", "-") == f"{100 * total:+.1f} %"
    assert _text(history, 2, "strategy_name") == "Golden cross"
    assert _text(history, 2, "symbol") == "RIVER/USD · synthetic sample market"
    assert _text(history, 1, "state") == "Completed"
    assert len(_run(history, 2).sparkline) > 10


def test_a_double_click_and_return_open_a_run_as_it_was(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    _click(history, qtbot, 1)
    with qtbot.waitSignal(window.running().shown, timeout=10_000):
        qtbot.mouseDClick(history.table.viewport(), Qt.MouseButton.LeftButton, pos=_place(history, 1))
    assert window.pages.currentWidget() is window.results
    assert window.results is not None
    assert window.results.run is not None
    assert window.results.run.result_hash == _run(history, 1).result_hash
    window.show_history()
    _click(history, qtbot, 2)
    with qtbot.waitSignal(window.running().shown, timeout=10_000):
        qtbot.keyClick(history.table, Qt.Key.Key_Return)
    assert window.results.run.strategy.name == "Golden cross"


def test_a_search_and_the_boxes_find_runs(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(history.filter.search, "golden")
    qtbot.waitUntil(lambda: _ids(history) == [2], timeout=5_000)
    qtbot.mouseClick(history.filter.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _ids(history) == [2, 1], timeout=5_000)
    names = [history.filter.strategy.itemText(n) for n in range(history.filter.strategy.count())]
    assert names == ["Any strategy", "Golden cross", "RSI dip in an uptrend"]
    history.filter.strategy.setCurrentIndex(2)
    history.filter.strategy.activated.emit(2)
    qtbot.waitUntil(lambda: _ids(history) == [1], timeout=5_000)
    history.filter.clear.click()
    qtbot.waitUntil(lambda: _ids(history) == [2, 1], timeout=5_000)
    lengths = [history.filter.timeframe.itemText(n) for n in range(history.filter.timeframe.count())]
    assert lengths == ["Any bars", "1h bars", "1d bars"]
    history.filter.timeframe.setCurrentIndex(2)
    history.filter.timeframe.activated.emit(2)
    qtbot.waitUntil(lambda: _ids(history) == [2], timeout=5_000)
    assert history.filter.tested.itemText(1) == "Tested on 2025"
    assert (_run(history, 2).max_drawdown or 0.0) < -0.3
    for number, ids in ((4, []), (5, [2])):
        history.filter.drawdown.setCurrentIndex(number)
        history.filter.drawdown.activated.emit(number)
        qtbot.waitUntil(lambda ids=ids: _ids(history) == ids, timeout=5_000)
    history.filter.trades.setCurrentIndex(4)
    history.filter.trades.activated.emit(4)
    qtbot.waitUntil(lambda: _ids(history) == [], timeout=5_000)
    assert "No run matches" in history._none.text()


def test_a_click_on_a_heading_sorts_and_unknown_figures_stay_last(
    history: HistoryPage, window: MainWindow, qtbot: QtBot
) -> None:
    def fail(library: Library) -> None:
        library.runs.fail(library.runs.begin(library.runs.request(1)), "There are no candles.")

    window.shelf.change(fail)
    qtbot.waitUntil(lambda: len(_ids(history)) == 3, timeout=5_000)
    best, worst = sorted((1, 2), key=lambda run_id: -(_run(history, run_id).total_return or 0.0))
    header, column = history.table.horizontalHeader(), history.model.column("total_return")
    history.table.scrollTo(history.model.index(0, column))
    for _ in range(2):
        at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        settle(window, qtbot)
        down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        assert _ids(history) == [*((best, worst) if down else (worst, best)), 3]
        assert history.model.headerData(column, Qt.Orientation.Horizontal) == f"Return {'↓' if down else '↑'}"


def test_every_heading_sorts(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    for number, column in enumerate(history.model.columns):
        orders = []
        for order in (Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder):
            history.table.sortByColumn(number, order)
            settle(window, qtbot)
            orders.append(_ids(history))
        assert all(sorted(ids) == [1, 2] for ids in orders), column.key
        if column.key in ("id", "when", "curve", "strategy_name", "total_return", "against_hold"):
            assert orders[0] == orders[1][::-1], column.key


def test_the_star_pins_and_the_button_takes_the_pin_off(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    _click(history, qtbot, 1, "marks")
    qtbot.waitUntil(lambda: _text(history, 1, "marks") == "pinned", timeout=5_000)
    _click(history, qtbot, 1)
    assert history.button("pin").text() == "Unpin"
    _press(history, qtbot, "pin")
    qtbot.waitUntil(lambda: _text(history, 1, "marks") == "", timeout=5_000)


def test_a_note_is_written_in_the_row_and_found_again(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    _click(history, qtbot, 2)
    qtbot.keyClick(history.table, Qt.Key.Key_F2)
    edit = next(each for each in history.table.findChildren(QLineEdit) if each.isVisible())
    qtbot.keyClicks(edit, "=late <b>crossing</b>")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _text(history, 2, "note") == "=late <b>crossing</b>", timeout=5_000)
    qtbot.keyClicks(history.filter.search, "crossing late")
    qtbot.waitUntil(lambda: _ids(history) == [2], timeout=5_000)


def test_deleting_several_can_be_undone(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    _click(history, qtbot, 1)
    _click(history, qtbot, 2, ctrl=True)
    qtbot.keyClick(history.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: _ids(history) == [], timeout=5_000)
    assert window.banner.text.text() == "2 runs are deleted."
    qtbot.mouseClick(window.banner.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _ids(history) == [2, 1], timeout=5_000)


def test_run_again_makes_a_new_run_that_names_the_old_one(
    history: HistoryPage, window: MainWindow, qtbot: QtBot
) -> None:
    _click(history, qtbot, 1)
    with qtbot.waitSignal(window.running().shown, timeout=20_000) as shown:
        _press(history, qtbot, "again")
    summary = shown.args[0].summary  # type: ignore[index]
    assert (summary.id, summary.again_of) == (3, 1)
    assert summary.result_hash == _run(history, 1).result_hash
    window.show_history()
    qtbot.waitUntil(lambda: _ids(history) == [3, 2, 1], timeout=5_000)
    assert _text(history, 3, "state") == "Repeats #1"


def test_the_menu_says_what_the_buttons_say(history: HistoryPage, qtbot: QtBot) -> None:
    _click(history, qtbot, 1)
    entries = {action.text(): action.isEnabled() for action in history.menu().actions()}
    assert entries["Open"]
    assert entries["Run again on fresh data"]
    assert entries["Delete"]


def test_a_run_that_failed_says_why_when_opened(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    def fail(library: Any) -> None:
        library.runs.fail(library.runs.begin(library.runs.request(1)), "There are no candles.")

    window.shelf.change(fail)
    qtbot.waitUntil(lambda: len(_ids(history)) == 3, timeout=5_000)
    assert _text(history, 3, "marks") == "new"
    assert _text(history, 3, "state") == "Failed: There are no candles."
    # In a narrow window the column of states is put away.
    told = history.model.index(history.model.row_of(3), history.model.column("total_return"))
    assert told.data() == "Failed"
    assert told.data(Qt.ItemDataRole.ToolTipRole) == "There are no candles."
    assert told.data(Qt.ItemDataRole.ForegroundRole).name() == history.model.theme.bad
    qtbot.mouseDClick(history.table.viewport(), Qt.MouseButton.LeftButton, pos=_place(history, 3))
    qtbot.mouseClick(history.table.viewport(), Qt.MouseButton.LeftButton, pos=_place(history, 3))
    _press(history, qtbot, "open")
    assert window.banner.text.text() == "Run 3 has no result: There are no candles."
    qtbot.waitUntil(lambda: _text(history, 3, "marks") == "", timeout=5_000)


def test_cleaning_up_says_first_what_is_removed_and_keeps_pinned_runs(
    history: HistoryPage, window: MainWindow, qtbot: QtBot
) -> None:
    for _ in range(2):
        _click(history, qtbot, 1)
        with qtbot.waitSignal(window.running().shown, timeout=20_000):
            _press(history, qtbot, "again")
        window.show_history()
        settle(window, qtbot)
    window.history.pin([1], True)
    qtbot.waitUntil(lambda: _text(history, 1, "marks") == "pinned", timeout=5_000)
    qtbot.mouseClick(history.clean, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(history.clean_up.isVisible, timeout=5_000)
    assert history.clean_up.sentence.text() == "There is nothing to remove."
    assert not history.clean_up.confirm.isEnabled()
    history.clean_up.keep.setCurrentIndex(history.clean_up.keep.count() - 1)
    assert history.clean_up.sentence.text().startswith("Of 1 run only the figures in this list stay")
    qtbot.mouseClick(history.clean_up.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Cleaned up: the results of 1 run" in window.banner.text.text(), timeout=10_000)
    qtbot.waitUntil(lambda: _text(history, 3, "state").startswith("Figures only"), timeout=5_000)
    assert _text(history, 1, "state") == "Completed"


def test_home_leads_to_the_runs_of_a_strategy(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    window.show_home()
    row = next(row for row in window.home.saved.rows if row.saved.name == "RSI dip in an uptrend")
    next(action for action in row.menu().actions() if action.objectName() == "history").trigger()
    assert window.pages.currentWidget() is history
    qtbot.waitUntil(lambda: _ids(history) == [1], timeout=5_000)
    assert history.filter.strategy.currentText() == "RSI dip in an uptrend"


def test_the_parts_have_names_for_those_who_listen(history: HistoryPage) -> None:
    assert all(box.accessibleName() for box in history.filter.boxes)
    assert history.table.accessibleName()
    assert history.filter.search.accessibleName()
    curve = history.model.index(0, history.model.column("curve"))
    assert "curve" in history.model.data(curve, Qt.ItemDataRole.AccessibleTextRole)


def test_a_note_being_typed_stays_when_another_run_changes(
    history: HistoryPage, window: MainWindow, qtbot: QtBot
) -> None:
    _click(history, qtbot, 2)
    qtbot.keyClick(history.table, Qt.Key.Key_F2)
    edit = next(each for each in history.table.findChildren(QLineEdit) if each.isVisible())
    qtbot.keyClicks(edit, "half a th")
    window.history.pin([1], True)
    qtbot.waitUntil(lambda: _text(history, 1, "marks") == "pinned", timeout=5_000)
    assert edit.isVisible()
    assert edit.text() == "half a th"


MANY = 10_000
# The aim is half of that; a computer that does much else has its share.
AT_MOST = 0.3


@pytest.fixture
def many(open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """Return a window with ten thousand runs, whose returns and names go round."""
    with Library.open(tmp_path / "data") as library:
        kept(library)
    path = tmp_path / "data" / "library.db"
    names = ", ".join(row[1] for row in sql(path, "PRAGMA table_info(runs)") if row[1] != "id")
    sql(
        path,
        f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) "
        f"INSERT INTO runs (id, {names}) SELECT i, {names} FROM runs, n WHERE id = 1",
    )
    sql(path, "UPDATE runs SET total_return = (id * 7919 % 1000) / 1000.0, strategy_name = 'Strategy ' || (id % 100)")
    window = open_window()
    settle(window, qtbot)
    return window


def _least_work(does: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return the least seconds of processor time, of all threads, that something took."""
    times = []
    for _ in range(8):
        before()
        begun = time.process_time()
        does()
        times.append(time.process_time() - begun)
    return min(times)


def test_ten_thousand_runs_are_listed_sorted_and_filtered_before_the_eye_notices(
    many: MainWindow, qtbot: QtBot
) -> None:
    page = many.history.page()
    shown, loop = [], QEventLoop()

    def tell(*_: object) -> None:
        shown.append(len(page.model.ids))
        loop.quit()

    page.model.modelReset.connect(tell)
    page.model.dataChanged.connect(tell)

    def painted(ids: int, does: Callable[[], object]) -> None:
        """Do something, and go on until a new list of so many runs is painted."""
        shown.clear()
        does()
        while ids not in shown:
            loop.exec()
        page.table.viewport().repaint()

    def leave() -> None:
        many.show_home()
        many.shelf.changed.emit()
        settle(many, qtbot)

    painted(MANY, many.show_history)
    assert _least_work(lambda: painted(MANY, many.show_history), before=leave) < AT_MOST
    assert page.filter.count.text() == "10,000 runs"
    assert sum(page.model.run(run_id) is not None for run_id in page.model.ids) <= 200
    assert page.model.text(0, page.model.column("id")) == "10000"
    by_return, ways = page.model.column("total_return"), cycle(Qt.SortOrder)
    assert _least_work(lambda: painted(MANY, lambda: page.table.sortByColumn(by_return, next(ways)))) < AT_MOST
    words = cycle(("7", "strategy"))

    def search() -> None:
        page.filter.search.setText(next(words))
        page.filter.changed.emit()

    assert _least_work(lambda: painted(MANY if page.filter.search.text() == "7" else 1_900, search)) < AT_MOST


def test_what_is_scrolled_to_is_read_then_and_all_can_be_deleted_at_once(many: MainWindow, qtbot: QtBot) -> None:
    many.show_history()
    page = many.history.page()
    qtbot.waitUntil(lambda: len(page.model.ids) == MANY, timeout=10_000)
    assert page.model.run(5_000) is None
    page.table.scrollTo(page.model.index(page.model.row_of(5_000), page.model.column("strategy_name")))
    qtbot.waitUntil(lambda: page.model.run(5_000) is not None, timeout=5_000)
    assert _text(page, 5_000, "strategy_name") == "Strategy 0"
    page.table.selectAll()
    assert len(page.table.picked()) == MANY
    assert not page.button("compare").isEnabled()
    for name, left in (("delete", 0), ("undo", MANY)):
        begun = time.perf_counter()
        if name == "delete":
            qtbot.keyClick(page.table, Qt.Key.Key_Delete)
        else:
            qtbot.mouseClick(many.banner.action, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda left=left: len(page.model.ids) == left, timeout=20_000)
        # One by one they would take half a minute.
        assert time.perf_counter() - begun < 5
        settle(many, qtbot)


def test_no_filter_means_every_run(history: HistoryPage) -> None:
    assert history.filter.empty
    assert history.filter.wanted(0) == RunFilter()
