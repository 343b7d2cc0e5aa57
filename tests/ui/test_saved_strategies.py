"""Saving a drawing, and the saved strategies on Home."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run
from support.window_saving import drawing, rename, save, settle

from app.canvas.theme import font
from app.strategy import edits, templates
from app.ui import saved_row
from app.ui.main_window import MainWindow
from app.ui.saved_row import SavedRow

pytestmark = pytest.mark.gui

RSI = templates.template("rsi_dip").strategy


def _rows(window: MainWindow) -> list[SavedRow]:
    return window.home.saved.rows


@pytest.fixture
def saved(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window with one saved strategy, drawn in the builder."""
    window.open_strategy(RSI)
    save(window, qtbot)
    return window


def test_saving_makes_a_version_and_says_so(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    assert window.bar.state.text() == ""
    rename(window, "Mine")
    assert window.bar.state.text() == "Not saved"
    save(window, qtbot)
    assert window.bar.state.text() == "Saved as version 1"
    assert not window.bar.save.isEnabled()
    rename(window, "Mine again")
    save(window, qtbot)
    assert window.bar.state.text() == "Saved as version 2"
    assert [row.saved.name for row in _rows(window)] == ["Mine again"]


def test_the_key_and_the_button_save_as_well(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    with qtbot.waitSignal(window.shelf.changed, timeout=10_000):
        qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    rename(window, "Other")
    with qtbot.waitSignal(window.shelf.changed, timeout=10_000):
        qtbot.mouseClick(window.bar.save, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert _rows(window)[0].saved.revisions == 2


def test_a_saved_strategy_is_there_after_a_new_start(
    saved: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    saved.close()
    again = open_window()
    qtbot.waitUntil(lambda: len(_rows(again)) == 1, timeout=10_000)
    qtbot.mouseClick(_rows(again)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.pages.currentWidget() is again.builder, timeout=10_000)
    assert drawing(again) == RSI
    assert again.bar.state.text() == "Saved as version 1"


def test_the_strategy_that_was_open_is_offered_at_the_next_start(
    saved: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    saved.close()
    again = open_window()
    qtbot.waitUntil(again.home.draft.isVisible, timeout=10_000)
    assert any("It is saved" in each.text() for each in again.home.draft.findChildren(QLabel))
    again.home.draft.wanted.emit()
    qtbot.waitUntil(lambda: again.pages.currentWidget() is again.builder, timeout=10_000)
    assert drawing(again) == RSI
    assert again.bar.state.text() == "Saved as version 1"
    assert not again.home.draft.isVisible()


def test_a_strategy_that_is_gone_is_not_offered(
    saved: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    saved.close()
    again = open_window()
    qtbot.waitUntil(again.home.draft.isVisible, timeout=10_000)
    again.home.saved.deleted.emit(_rows(again)[0].saved.id)
    qtbot.waitUntil(lambda: not again.home.draft.isVisible(), timeout=10_000)
    qtbot.mouseClick(again.banner.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(again.home.draft.isVisible, timeout=10_000)


def test_an_unsaved_drawing_of_last_time_leaves_no_strategy_to_offer(
    saved: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    saved.drawings.start_new()
    saved.close()
    again = open_window()
    qtbot.waitUntil(lambda: len(_rows(again)) == 1, timeout=10_000)
    assert not again.home.draft.isVisible()


def test_a_draft_goes_on_as_the_strategy_it_belongs_to(
    saved: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    rename(saved, "Half done")
    saved.close()
    again = open_window()
    qtbot.waitUntil(again.home.draft.isVisible, timeout=10_000)
    again.home.draft.wanted.emit()
    assert drawing(again).name == "Half done"
    assert again.bar.state.text() == "Not saved"
    save(again, qtbot)
    assert again.bar.state.text() == "Saved as version 2"
    assert len(_rows(again)) == 1


def test_a_drawing_that_another_replaces_is_kept(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    rename(window, "Not yet saved")
    window.open_strategy(templates.template("golden_cross").strategy)
    qtbot.waitUntil(window.banner.isVisible, timeout=2_000)
    assert "“Not yet saved” had changes" in window.banner.text.text()
    settle(window, qtbot)
    assert [row.saved.name for row in _rows(window)] == ["Not yet saved"]


def test_a_drawing_without_changes_is_replaced_without_a_word(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    window.open_strategy(templates.template("golden_cross").strategy)
    settle(window, qtbot)
    assert _rows(window) == []
    assert not window.banner.isVisible()


def test_a_draft_nobody_goes_on_with_is_kept_when_another_drawing_changes(
    window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window.open_strategy(RSI)
    rename(window, "From last time")
    window.close()
    again = open_window()
    qtbot.waitUntil(again.home.draft.isVisible, timeout=10_000)
    again.open_strategy(templates.template("golden_cross").strategy)
    rename(again, "Newer")
    again.keep_draft()
    settle(again, qtbot)
    assert [row.saved.name for row in _rows(again)] == ["From last time"]


def test_deleting_can_be_undone(saved: MainWindow, qtbot: QtBot) -> None:
    saved.show_home()
    with qtbot.waitSignal(saved.shelf.changed, timeout=10_000):
        qtbot.keyClick(_rows(saved)[0], Qt.Key.Key_Delete)
    settle(saved, qtbot)
    assert _rows(saved) == []
    assert "is deleted" in saved.banner.text.text()
    with qtbot.waitSignal(saved.shelf.changed, timeout=10_000):
        qtbot.mouseClick(saved.banner.action, Qt.MouseButton.LeftButton)
    settle(saved, qtbot)
    assert len(_rows(saved)) == 1


def test_a_name_is_typed_over_in_the_list(saved: MainWindow, qtbot: QtBot) -> None:
    saved.show_home()
    row = _rows(saved)[0]
    qtbot.keyClick(row, Qt.Key.Key_F2)
    edit = saved.focusWidget()
    qtbot.keyClicks(edit, "Dips")
    with qtbot.waitSignal(saved.shelf.changed, timeout=10_000):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    settle(saved, qtbot)
    assert _rows(saved)[0].saved.name == "Dips"
    assert drawing(saved).name == "Dips"


def test_the_menu_duplicates_and_exports(saved: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    saved.show_home()
    file = tmp_path / "out.json"
    saved.files.choose_target = lambda name: str(file)
    actions = {action.objectName(): action for action in _rows(saved)[0].menu().actions()}
    with qtbot.waitSignal(saved.shelf.changed, timeout=10_000):
        actions["duplicate"].trigger()
    actions["export"].trigger()
    settle(saved, qtbot)
    assert {row.saved.name for row in _rows(saved)} == {RSI.name, f"{RSI.name} (copy)"}
    assert file.exists()


def test_a_library_that_another_holds_is_a_sentence_and_the_drawing_goes_on(
    window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    settle(window, qtbot)
    other = open_window()
    qtbot.waitUntil(other.banner.isVisible, timeout=10_000)
    assert "already running" in other.banner.text.text()
    other.open_strategy(RSI)
    other.entries.save.trigger()
    qtbot.waitUntil(lambda: other.bar.state.text() == "Not saved", timeout=10_000)
    assert "already running" in other.banner.text.text()


def test_a_search_appears_for_many_and_finds_by_name_and_instrument(window: MainWindow, qtbot: QtBot) -> None:
    names = [f"Idea {number}" for number in range(8)]

    def fill(library: object) -> None:
        for name in names:
            library.strategies.save(edits.rename(RSI, name))  # type: ignore[attr-defined]

    with qtbot.waitSignal(window.shelf.changed, timeout=20_000):
        window.shelf.change(fill)
    settle(window, qtbot)
    search = window.home.saved._search
    assert search.isVisible()
    qtbot.keyClicks(search, "idea 3")
    assert [row.saved.name for row in _rows(window) if row.isVisible()] == ["Idea 3"]
    qtbot.keyClicks(search, "x")
    assert window.home.saved._none.isVisible()


def test_a_row_is_told_in_words_and_its_button_has_a_name(saved: MainWindow) -> None:
    row = _rows(saved)[0]
    assert row.accessibleName() == RSI.name
    assert "version 1" in row.accessibleDescription()
    assert "not run yet" in row.accessibleDescription()
    assert all(button.accessibleName() or button.text() for button in row.findChildren(QPushButton))


def test_a_name_being_typed_survives_news_in_the_list(saved: MainWindow, qtbot: QtBot) -> None:
    saved.show_home()
    row = _rows(saved)[0]
    qtbot.keyClick(row, Qt.Key.Key_F2)
    edit = saved.focusWidget()
    qtbot.keyClicks(edit, "Half ty")
    saved.shelf.changed.emit()
    settle(saved, qtbot)
    assert _rows(saved) == [row]
    assert saved.focusWidget() is edit
    qtbot.keyClicks(edit, "ped")
    with qtbot.waitSignal(saved.shelf.changed, timeout=10_000):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    settle(saved, qtbot)
    assert _rows(saved)[0].saved.name == "Half typed"


def test_escape_leaves_the_old_name_of_the_drawing(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    window.bar.name.setFocus()
    qtbot.keyClicks(window.bar.name, " more")
    qtbot.keyClick(window.bar.name, Qt.Key.Key_Escape)
    assert window.bar.name.text() == RSI.name
    assert not window.bar.name.hasFocus()
    assert drawing(window).name == RSI.name


def test_escape_leaves_the_old_name(saved: MainWindow, qtbot: QtBot) -> None:
    saved.show_home()
    row = _rows(saved)[0]
    qtbot.keyClick(row, Qt.Key.Key_F2)
    edit = saved.focusWidget()
    assert edit is not None
    qtbot.keyClicks(edit, "Other")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.isHidden()
    assert saved.focusWidget() is row
    settle(saved, qtbot)
    assert _rows(saved)[0].saved.name == RSI.name


def test_a_long_list_stands_in_its_order_and_is_not_made_anew(window: MainWindow, qtbot: QtBot) -> None:
    names = [f"Idea {number}" for number in range(60)]

    def fill(library: object, some: list[str]) -> None:
        for name in some:
            library.strategies.save(edits.rename(RSI, name))  # type: ignore[attr-defined]

    for begin, end in ((0, 50), (50, 60)):
        with qtbot.waitSignal(window.shelf.changed, timeout=20_000):
            window.shelf.change(partial(fill, some=names[begin:end]))
        qtbot.waitUntil(lambda: len(_rows(window)) == end, timeout=10_000)  # noqa: B023 - waited for in this round
    window.show_home()
    qtbot.wait(50)
    assert [row.saved.name for row in _rows(window)] == names[::-1]
    tops = [row.y() for row in _rows(window)]
    assert tops == sorted(set(tops))
    assert _rows(window)[0].more.nextInFocusChain() is _rows(window)[1]
    before = list(_rows(window))
    window.shelf.changed.emit()
    settle(window, qtbot)
    assert all(one is other for one, other in zip(_rows(window), before, strict=True))


def test_a_return_of_nothing_has_no_sign(drawn: MainWindow, qtbot: QtBot) -> None:
    assert drawn.builder is not None
    drawn.builder.editor.perform("Change", lambda strategy: edits.set_param(strategy, "less_1", "value", 1.0))
    wait_for_run(drawn, qtbot)
    drawn.run_drawing()
    drawn.show_home()
    qtbot.waitUntil(lambda: any("Return" in row.accessibleDescription() for row in _rows(drawn)), timeout=20_000)
    assert "Return 0.0 %, Drawdown 0.0 %, Trades 0" in _rows(drawn)[0].accessibleDescription()


def test_a_date_stands_apart_from_the_figure_before_it(qtbot: QtBot) -> None:
    room = saved_row._FIGURE - 8
    assert QFontMetrics(font(13, 500)).horizontalAdvance("2026-11-21") <= room - 6
