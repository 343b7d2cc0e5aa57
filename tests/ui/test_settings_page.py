"""The page Settings, and going back to a backup with the window open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from support.library import sql
from support.window_runs import wait_for_run
from support.window_saving import save, settle

from app.data.library.records import Backup
from app.engine.assumptions import Assumptions
from app.jobs import run_jobs
from app.jobs.market_bars import Period
from app.strategy import edits, templates
from app.ui.main_window import MainWindow
from app.ui.run_settings import RunSettings
from app.ui.settings.backups import BackupRow, why
from app.ui.settings.libraries import used_by, version_of
from app.ui.settings.settings_page import SettingsPage

pytestmark = pytest.mark.gui

RSI = templates.template("rsi_dip").strategy


def _open(window: MainWindow, qtbot: QtBot) -> SettingsPage:
    """Open the page by its keys and wait until it is filled."""
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    page = window.setup.page()
    assert window.pages.currentWidget() is page
    settle(window, qtbot)
    qtbot.waitUntil(lambda: page.places.sizes["candles"].text() != "…", timeout=40_000)
    return page


def _press(button: QWidget, qtbot: QtBot, page: SettingsPage) -> None:
    page.ensureWidgetVisible(button)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _wait_for_daily(page: SettingsPage, qtbot: QtBot) -> None:
    """Wait for the backup that the first start of a day makes."""
    qtbot.waitUntil(lambda: bool(page.backups.rows), timeout=30_000)


def _back_up(window: MainWindow, page: SettingsPage, qtbot: QtBot) -> Backup:
    """Press the button and return the new backup."""
    _wait_for_daily(page, qtbot)
    before = len(page.backups.rows)
    _press(page.backups.now, qtbot, page)
    assert not page.backups.now.isEnabled(), "one at a time"
    qtbot.waitUntil(lambda: len(page.backups.rows) == before + 1, timeout=30_000)
    settle(window, qtbot)
    return page.backups.rows[0].backup


def _row(page: SettingsPage, backup: Backup) -> BackupRow:
    return next(row for row in page.backups.rows if row.backup == backup)


def _go_back(window: MainWindow, page: SettingsPage, backup: Backup, qtbot: QtBot) -> None:
    """Go back to a backup by mouse, through the question."""
    row = _row(page, backup)
    _press(row.go_back, qtbot, page)
    assert row.confirm.isVisible()
    with qtbot.waitSignal(window.shelf.replaced, timeout=40_000):
        _press(row.confirm, qtbot, page)
    settle(window, qtbot)


def _rename(window: MainWindow, name: str) -> None:
    assert window.builder is not None
    window.builder.editor.perform("Rename", lambda strategy: edits.rename(strategy, name))


def _save(window: MainWindow, qtbot: QtBot) -> SettingsPage:
    """Save the drawing in the builder and come back."""
    window.show_builder()
    save(window, qtbot)
    return _open(window, qtbot)


def _names(window: MainWindow) -> list[str]:
    return [row.saved.name for row in window.home.saved.rows]


@pytest.fixture
def saved(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window with a strategy in the builder and in the library."""
    window.open_strategy(RSI)
    save(window, qtbot)
    return window


def test_the_colours_follow_the_page_and_the_page_the_menu(window: MainWindow, qtbot: QtBot) -> None:
    page = _open(window, qtbot)
    _press(page.appearance.buttons["dark"], qtbot, page)
    assert window.theme.name == "dark"
    window.menus.choose("light")
    assert page.appearance.buttons["light"].isChecked()
    assert window.theme.name == "light"


def test_costs_set_here_stand_above_the_result_and_the_other_way_round(drawn: MainWindow, qtbot: QtBot) -> None:
    page = _open(drawn, qtbot)
    assert not page.usual.reset.isEnabled()
    field = page.usual.fee
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.mouseClick(page.usual.periods.buttons.button(0), Qt.MouseButton.LeftButton)
    assert drawn.builder is not None
    bar = drawn.builder.result.run_bar
    assert bar.settings() == RunSettings(Period(91), Assumptions(fee_rate=0.0025))
    drawn.show_builder()
    wait_for_run(drawn, qtbot)
    bar.capital.setValue(5_000)
    page = _open(drawn, qtbot)
    assert page.usual.capital.value() == 5_000
    _press(page.usual.reset, qtbot, page)
    assert bar.settings() == RunSettings()


def test_costs_set_before_anything_is_drawn_are_those_of_the_first_drawing(window: MainWindow, qtbot: QtBot) -> None:
    page = _open(window, qtbot)
    page.usual.slippage.setValue(0.2)
    window.open_strategy(RSI)
    assert window.builder is not None
    assert window.builder.result.run_bar.settings().assumptions.slippage_rate == pytest.approx(0.002)


def test_every_folder_is_named_and_opened_by_its_button(saved: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page = _open(saved, qtbot)
    opened: list[Path] = []
    page.places.open_folder = opened.append
    assert page.places.folder("library") == tmp_path / "data"
    assert "0 runs" in page.places.sizes["library"].text()
    assert "candles" in page.places.sizes["candles"].text()
    _press(page.places.buttons["library"], qtbot, page)
    backup = _back_up(saved, page, qtbot)
    _press(page.places.buttons["backups"], qtbot, page)
    assert opened == [tmp_path / "data", Path(backup.path).parent]
    assert not page.places.buttons["config"].isEnabled(), "a folder that is not there cannot be opened"


def test_going_back_brings_back_what_was_and_can_be_undone(saved: MainWindow, qtbot: QtBot) -> None:
    page = _open(saved, qtbot)
    backup = _back_up(saved, page, qtbot)
    _rename(saved, "Renamed since")
    _save(saved, qtbot)
    saved.drawings.start_new()
    _rename(saved, "Made since")
    _save(saved, qtbot)
    assert set(_names(saved)) == {"Renamed since", "Made since"}
    _go_back(saved, page, backup, qtbot)
    assert _names(saved) == [RSI.name]
    assert saved.banner.text.text().startswith("Strategies and runs are as they were on")
    assert saved.banner.action.text() == "Undo"
    assert page.backups.rows[0].backup.reason == "before-going-back"
    with qtbot.waitSignal(saved.shelf.replaced, timeout=40_000):
        qtbot.mouseClick(saved.banner.action, Qt.MouseButton.LeftButton)
    settle(saved, qtbot)
    assert set(_names(saved)) == {"Renamed since", "Made since"}


def test_the_drawing_stays_and_belongs_to_its_strategy_as_it_was(saved: MainWindow, qtbot: QtBot) -> None:
    assert saved.builder is not None
    page = _open(saved, qtbot)
    backup = _back_up(saved, page, qtbot)
    _rename(saved, "Second version")
    _save(saved, qtbot)
    drawing = saved.builder.editor.strategy
    _go_back(saved, page, backup, qtbot)
    assert saved.builder.editor.strategy == drawing
    assert saved.keeper.unsaved
    assert saved.bar.state.text() == "Not saved"
    _save(saved, qtbot)
    assert saved.bar.state.text() == "Saved as version 2"
    assert _names(saved) == ["Second version"]


def test_a_drawing_whose_strategy_is_gone_is_kept_as_a_new_one(window: MainWindow, qtbot: QtBot) -> None:
    page = _open(window, qtbot)
    backup = _back_up(window, page, qtbot)
    window.open_strategy(RSI)
    page = _save(window, qtbot)
    _go_back(window, page, backup, qtbot)
    assert _names(window) == []
    assert window.bar.state.text() == "Not saved"
    _save(window, qtbot)
    assert _names(window) == [RSI.name]
    assert window.bar.state.text() == "Saved as version 1"


def test_a_backup_that_is_damaged_changes_nothing(saved: MainWindow, qtbot: QtBot) -> None:
    page = _open(saved, qtbot)
    backup = _back_up(saved, page, qtbot)
    _rename(saved, "Kept")
    _save(saved, qtbot)
    path = Path(backup.path)
    path.write_bytes(path.read_bytes()[:9_000])
    row = _row(page, backup)
    _press(row.go_back, qtbot, page)
    _press(row.confirm, qtbot, page)
    qtbot.waitUntil(lambda: "not sound" in saved.banner.text.text(), timeout=40_000)
    settle(saved, qtbot)
    assert _names(saved) == ["Kept"]
    _rename(saved, "Still saved")
    _save(saved, qtbot)
    assert _names(saved) == ["Still saved"]
    assert page.backups.now.isEnabled()


def test_runs_work_on_the_library_that_has_come_in_the_place_of_the_old_one(
    drawn: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    _save(drawn, qtbot)
    drawn.show_builder()
    drawn.entries.run.trigger()
    qtbot.waitUntil(lambda: drawn.pages.currentWidget() is drawn.results, timeout=30_000)
    page = _open(drawn, qtbot)
    backup = _back_up(drawn, page, qtbot)
    assert "1 run" in page.places.sizes["library"].text()
    _go_back(drawn, page, backup, qtbot)
    drawn.show_builder()
    drawn.builder.result.run_bar.capital.setValue(5_000)
    wait_for_run(drawn, qtbot)
    drawn.entries.run.trigger()
    qtbot.waitUntil(lambda: drawn.pages.currentWidget() is drawn.results, timeout=30_000)
    settle(drawn, qtbot)
    drawn.close()
    assert sql(tmp_path / "data" / "library.db", "select state from runs order by id") == [("completed",)] * 2


def test_a_run_under_way_is_stopped_and_the_next_one_runs(
    drawn: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, real = threading.Event(), run_jobs.run

    def endless(*_: object, progress: Callable[[float], None], **__: object) -> NoReturn:
        while True:
            begun.set()
            progress(0.1)
            time.sleep(0.01)

    page = _save(drawn, qtbot)
    backup = _back_up(drawn, page, qtbot)
    monkeypatch.setattr(run_jobs, "run", endless)
    drawn.show_builder()
    drawn.entries.run.trigger()
    qtbot.waitUntil(begun.is_set, timeout=40_000)
    page = _open(drawn, qtbot)
    _go_back(drawn, page, backup, qtbot)
    monkeypatch.setattr(run_jobs, "run", real)
    assert not drawn.busy.isVisible()
    drawn.show_builder()
    drawn.entries.run.trigger()
    qtbot.waitUntil(lambda: drawn.pages.currentWidget() is drawn.results, timeout=30_000)


def test_the_question_is_asked_in_its_row_and_can_be_declined_by_key(saved: MainWindow, qtbot: QtBot) -> None:
    page = _open(saved, qtbot)
    _wait_for_daily(page, qtbot)
    page.backups.now.setFocus()
    for count in (len(page.backups.rows) + 1, len(page.backups.rows) + 2):
        qtbot.keyClick(page.backups.now, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: len(page.backups.rows) == count, timeout=30_000)  # noqa: B023 - waited for at once
        qtbot.waitUntil(page.backups.now.hasFocus, timeout=30_000)
    first, second = page.backups.rows[:2]
    first.go_back.setFocus()
    qtbot.keyClick(first.go_back, Qt.Key.Key_Space)
    assert first.question.isVisible()
    assert first.cancel.hasFocus(), "a second press on the same key does nothing"
    qtbot.keyClick(first.cancel, Qt.Key.Key_Space)
    assert not first.question.isVisible()
    assert first.go_back.hasFocus()
    _press(first.go_back, qtbot, page)
    _press(second.go_back, qtbot, page)
    assert not first.question.isVisible()
    assert second.question.isVisible()


def test_many_backups_are_shown_on_request(window: MainWindow, qtbot: QtBot) -> None:
    page = _open(window, qtbot)
    backups = [Backup(f"/nowhere/{number}", 1_000 * number, "daily", 10) for number in range(20, 0, -1)]
    page.backups.show_backups(backups, 30_000)
    assert len(page.backups.rows) == 6
    _press(page.backups.more, qtbot, page)
    assert [row.backup for row in page.backups.rows] == backups
    assert page.backups.rows[6].go_back.hasFocus()
    assert not page.backups.more.isVisible()


def test_libraries_and_their_licences_are_listed(window: MainWindow, qtbot: QtBot) -> None:
    page = _open(window, qtbot)
    assert version_of("blockbuilders") in page.about.version.text()
    _press(page.about.more, qtbot, page)
    model = page.about.table.model()
    rows = {model.index(row, 0).data(): model.index(row, 2).data() for row in range(model.rowCount())}
    assert all(rows.values())
    assert "LGPL-3.0-only" in rows["PySide6_Essentials"]
    assert "BSD" in rows["TA-Lib"]
    assert "pytest" not in rows
    page.about.table.setFocus()
    qtbot.keyClick(page.about.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert page.about.text.toPlainText().strip()


def test_libraries_of_libraries_are_listed_too() -> None:
    names = {used.name.lower() for used in used_by("blockbuilders")}
    assert {"sqlalchemy", "markupsafe", "llvmlite", "shiboken6"} <= names
    assert "blockbuilders" not in names


def test_escape_and_the_button_go_back_to_where_one_was(drawn: MainWindow, qtbot: QtBot) -> None:
    page = _open(drawn, qtbot)
    qtbot.keyClick(page.usual.capital, Qt.Key.Key_Escape)
    assert drawn.pages.currentWidget() is drawn.builder
    drawn.show_history()
    page = _open(drawn, qtbot)
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert drawn.bar.shown == "history"


def test_everything_on_the_page_has_a_name_and_plain_text(saved: MainWindow, qtbot: QtBot) -> None:
    page = _open(saved, qtbot)
    _back_up(saved, page, qtbot)
    _press(page.about.more, qtbot, page)
    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.objectName().startswith("qt_")
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in page.findChildren(QLabel))


def test_the_page_says_why_there_is_nothing_when_the_library_is_closed_off(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    window = open_window()
    window.setup.open()
    page = window.setup.page()
    qtbot.waitUntil(lambda: page.places.sizes["library"].text() != "…", timeout=30_000)
    assert "cannot be kept" in page.places.sizes["library"].text()
    assert page.places.sizes["backups"].text() == "–"
    assert not page.backups.now.isEnabled()
    assert page.backups.none.isVisible()


@pytest.mark.parametrize("reason", ["daily", "asked-for", "before-going-back", "before-clean-up", "before-update"])
def test_every_reason_for_a_backup_has_words(reason: str) -> None:
    assert why(reason) not in (reason, reason.replace("-", " ")) or " " in why(reason)


def test_a_question_stays_when_the_list_is_shown_anew(saved: MainWindow, qtbot: QtBot) -> None:
    page = _open(saved, qtbot)
    _wait_for_daily(page, qtbot)
    row, backups = page.backups.rows[0], tuple(row.backup for row in page.backups.rows)
    row.go_back.click()
    page.backups.show_backups(backups, 0)
    assert page.backups.rows[0] is row
    newer = replace(backups[0], path="newer", made_ms=backups[0].made_ms + 1)
    page.backups.show_backups((newer, *backups), 0)
    assert page.backups.rows[1].question.isVisible()
    assert page.backups.rows[1].cancel.hasFocus(), "the keyboard stays with the question"
    assert not page.backups.rows[0].question.isVisible()
    page.usual.capital.setFocus()
    page.backups.show_backups(backups, 0)
    assert page.backups.rows[0].question.isVisible()
    assert page.usual.capital.hasFocus(), "nothing is taken from a field that is typed in"
