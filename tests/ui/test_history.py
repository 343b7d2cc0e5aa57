"""The page of all runs: found, opened, pinned, noted, deleted, run again, cleaned up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run
from support.window_saving import settle

from app.canvas.theme import LIGHT
from app.data.library.records import RunFilter, RunSummary
from app.engine.assumptions import Assumptions
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
def history(window: MainWindow, qtbot: QtBot) -> HistoryPage:
    """Return the page with two runs: 1 of the RSI template, 2 of the golden cross."""
    run_template(window, qtbot, "rsi_dip")
    run_template(window, qtbot, "golden_cross")
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    page = window.history.page()
    qtbot.waitUntil(lambda: len(page.model.runs) == 2, timeout=10_000)
    settle(window, qtbot)
    return page


def _ids(page: HistoryPage) -> list[int]:
    return [run.id for run in page.model.runs]


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


def test_without_runs_the_page_says_how_to_make_one(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.bar.page("history"), Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    page = window.history.page()
    assert window.pages.currentWidget() is page
    assert "No runs yet" in page._none.text()
    assert page._none.isVisible()
    assert not any(button.isEnabled() for button in page.buttons)


def test_every_run_is_listed_with_its_figures_the_newest_first(history: HistoryPage, window: MainWindow) -> None:
    assert _ids(history) == [2, 1]
    assert window.results is not None
    assert window.results.run is not None
    total = window.results.run.metrics["total_return"]
    assert total is not None
    assert _text(history, 2, "total_return").replace("−", "-") == f"{100 * total:+.1f} %"
    assert _text(history, 2, "strategy_name") == "Golden cross"
    assert _text(history, 2, "symbol") == "RIVER/USD · sample"
    assert _text(history, 1, "state") == "Completed"
    assert len(history.model.runs[0].sparkline) > 10


def test_a_double_click_and_return_open_a_run_as_it_was(history: HistoryPage, window: MainWindow, qtbot: QtBot) -> None:
    _click(history, qtbot, 1)
    with qtbot.waitSignal(window.running().shown, timeout=10_000):
        qtbot.mouseDClick(history.table.viewport(), Qt.MouseButton.LeftButton, pos=_place(history, 1))
    assert window.pages.currentWidget() is window.results
    assert window.results is not None
    assert window.results.run is not None
    assert window.results.run.result_hash == history.model.runs[history.model.row_of(1)].result_hash
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
    history.filter.trades.setCurrentIndex(4)
    history.filter.trades.activated.emit(4)
    qtbot.waitUntil(lambda: _ids(history) == [], timeout=5_000)
    assert "No run matches" in history._none.text()


def test_a_click_on_a_heading_sorts_and_unknown_figures_stay_last(history: HistoryPage, qtbot: QtBot) -> None:
    runs = [*history.model.runs, replace(history.model.runs[0], id=3, state="failed", total_return=None)]
    history.show_runs(runs)
    header, column = history.table.horizontalHeader(), history.model.column("total_return")
    history.table.scrollTo(history.model.index(0, column))
    for _ in range(2):
        at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        known = [run.total_return for run in history.model.runs[:2]]
        assert history.model.runs[2].id == 3
        down = history.table.horizontalHeader().sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        assert known == sorted(known, key=lambda value: value or 0.0, reverse=down)


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
    assert summary.result_hash == history.model.runs[history.model.row_of(1)].result_hash
    window.show_history()
    qtbot.waitUntil(lambda: _ids(history) == [3, 2, 1], timeout=5_000)
    assert _text(history, 3, "state") == "Completed, again after run 1"


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


def test_ten_thousand_runs_are_shown_and_sorted_quickly(qapp: QApplication, qtbot: QtBot) -> None:
    page = HistoryPage(LIGHT)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    runs = _many(10_000)
    best = min(_seconds(lambda: (page.show_runs(runs), qapp.processEvents())) for _ in range(3))
    assert best < 0.15
    by_return = page.model.column("total_return")
    assert min(_seconds(lambda: page.model.sort(by_return)) for _ in range(3)) < 0.15
    assert len(page.findChildren(QLineEdit)) < 5


def _seconds(does: Callable[[], object]) -> float:
    begun = time.perf_counter()
    does()
    return time.perf_counter() - begun


def _many(size: int) -> list[RunSummary]:
    curve = np.linspace(1.0, 2.0, 40, dtype=np.float32)
    figures = {"total_return": 0.1, "buy_and_hold_return": 0.2, "max_drawdown": -0.1, "trades": 12, "win_rate": 0.5}
    common: dict[str, Any] = {
        **figures,
        **dict.fromkeys(("strategy_id", "revision_id", "strategy_name", "symbol", "exchange", "note"), "x"),
        **dict.fromkeys(("profit_factor", "sharpe", "cagr", "again_of", "dataset_fingerprint", "result_hash")),
    }
    return [
        RunSummary(
            **common | {"total_return": (number * 7919 % 1000) / 1000 - 0.5},
            id=size - number,
            timeframe="1h",
            state="completed",
            reason="",
            asked_ms=1_700_000_000_000 + number,
            finished_ms=1_700_000_000_000 + number,
            start_ms=1_600_000_000_000,
            end_ms=1_600_000_000_000 + 86_400_000,
            assumptions=Assumptions(),
            engine_version=1,
            logic_hash="",
            sparkline=curve,
            pinned=False,
            seen=True,
            deleted=False,
            cleaned=False,
        )
        for number in range(size)
    ]


def test_no_filter_means_every_run(history: HistoryPage) -> None:
    assert history.filter.empty
    assert history.filter.wanted(0) == RunFilter()
