"""No order of events loses a drawing: saves on their way, drafts, deleted strategies, full disks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support.window_saving import drawing, rename, save, settle

from app.data.library.failures import LibraryFull
from app.data.library.records import Draft
from app.strategy import edits, templates
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui

RSI = templates.template("rsi_dip").strategy
CROSS = templates.template("golden_cross").strategy


def _names(window: MainWindow) -> list[str]:
    return sorted(row.saved.name for row in window.home.saved.rows)


def _draft(window: MainWindow, qtbot: QtBot) -> Draft | None:
    found: list[Draft | None] = []
    window.shelf.ask(lambda library: library.drafts.read(), found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    return found[0]


def _full(*_: object) -> None:
    raise LibraryFull("The disk is full.")


def _fill_disk(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing written any more."""
    settle(window, qtbot)
    window.shelf.ask(lambda library: monkeypatch.setattr(library.strategies._database, "write", _full))
    settle(window, qtbot)


def test_saving_twice_in_a_row_makes_one_strategy(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    window.entries.save.trigger()
    rename(window, "Second")
    window.entries.save.trigger()
    settle(window, qtbot)
    assert [(row.saved.name, row.saved.revisions) for row in window.home.saved.rows] == [("Second", 2)]
    assert window.bar.state.text() == "Saved as version 2"


def test_a_drawing_opened_while_another_is_being_saved_stays_apart(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    window.entries.save.trigger()
    window.open_strategy(CROSS)
    settle(window, qtbot)
    assert _names(window) == [RSI.name]
    assert window.bar.state.text() == ""
    save(window, qtbot)
    assert _names(window) == sorted([RSI.name, CROSS.name])
    assert window.bar.state.text() == "Saved as version 1"


def test_changes_after_a_save_on_its_way_become_a_version_of_the_same_strategy(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_strategy(RSI)
    window.entries.save.trigger()
    rename(window, "Later")
    window.open_strategy(CROSS)
    settle(window, qtbot)
    assert [(row.saved.name, row.saved.revisions) for row in window.home.saved.rows] == [("Later", 2)]


def test_a_draft_of_changes_that_were_undone_is_not_offered(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    save(window, qtbot)
    rename(window, "Undone")
    window.keep_draft()
    assert window.builder is not None
    window.builder.editor.undo_stack.undo()
    window.open_strategy(CROSS)
    assert _draft(window, qtbot) is None


def test_opening_the_strategy_that_is_drawn_keeps_the_drawing_and_its_history(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    save(window, qtbot)
    rename(window, "Going on")
    window.show_home()
    qtbot.mouseClick(window.home.saved.rows[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.builder, timeout=10_000)
    assert window.builder is not None
    assert drawing(window).name == "Going on"
    assert window.builder.editor.undo_stack.canUndo()
    settle(window, qtbot)
    assert window.home.saved.rows[0].saved.revisions == 1


def test_a_deleted_strategy_that_is_back_has_its_drawing_again(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    save(window, qtbot)
    rename(window, "Still open")
    window.keep_draft()
    window.show_home()
    with qtbot.waitSignal(window.shelf.changed, timeout=10_000):
        qtbot.keyClick(window.home.saved.rows[0], Qt.Key.Key_Delete)
    settle(window, qtbot)
    window.keep_draft()
    draft = _draft(window, qtbot)
    assert draft is not None
    assert (draft.strategy_id, draft.strategy.name) == (None, "Still open")
    with qtbot.waitSignal(window.shelf.changed, timeout=10_000):
        qtbot.mouseClick(window.banner.action, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    window.show_builder()
    save(window, qtbot)
    assert [(row.saved.name, row.saved.revisions) for row in window.home.saved.rows] == [("Still open", 2)]
    assert _draft(window, qtbot) is None


def test_a_drawing_of_notes_alone_is_kept_too(window: MainWindow, qtbot: QtBot) -> None:
    from app.strategy import sheets

    window.drawings.start_new()
    assert window.builder is not None
    window.builder.editor.perform("Note", lambda s: sheets.add_note(s, (0.0, 0.0)))
    window.open_strategy(CROSS)
    settle(window, qtbot)
    assert _names(window) == ["New strategy"]


def test_a_draft_found_after_something_was_opened_becomes_a_version(window: MainWindow, qtbot: QtBot) -> None:
    settle(window, qtbot)
    window.open_strategy(CROSS)
    window.keeper.offer(Draft(None, edits.rename(RSI, "From last time"), 0))
    settle(window, qtbot)
    assert _names(window) == ["From last time"]


def test_a_replaced_drawing_that_cannot_be_saved_can_be_gone_back_to(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_strategy(RSI)
    _fill_disk(window, qtbot, monkeypatch)
    rename(window, "Precious")
    window.open_strategy(CROSS)
    qtbot.waitUntil(lambda: window.banner.action.text() == "Back to it", timeout=10_000)
    assert window.banner.text.text() == "“Precious” is not saved. The disk is full."
    qtbot.mouseClick(window.banner.action, Qt.MouseButton.LeftButton)
    assert drawing(window).name == "Precious"
    assert window.bar.state.text() == "Not saved"


def test_what_cannot_be_kept_is_said_once_and_closing_asks_first(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_strategy(RSI)
    _fill_disk(window, qtbot, monkeypatch)
    said: list[str] = []
    window.shelf.said.connect(lambda text, _: said.append(text))
    for name in ("One", "Two"):
        rename(window, name)
        window.keep_draft()
        settle(window, qtbot)
    assert said == ["The disk is full."]
    assert not window.close()
    assert window.isVisible()
    assert "“Two” is not saved and cannot be kept" in window.banner.text.text()
    assert window.close()


def test_a_value_still_being_typed_is_saved(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(RSI)
    assert window.builder is not None
    field = _value_field(window)
    qtbot.keyClicks(field, "41")
    save(window, qtbot)
    assert any(41.0 in block.params.values() or 41 in block.params.values() for block in drawing(window).blocks)
    assert window.bar.state.text() == "Saved as version 1"


def test_a_value_still_being_typed_is_in_the_draft_when_the_window_closes(
    window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window.open_strategy(RSI)
    field = _value_field(window)
    qtbot.keyClicks(field, "41")
    assert window.close()
    again = open_window()
    draft = _draft(again, qtbot)
    assert draft is not None
    assert draft.strategy != RSI


def _value_field(window: MainWindow) -> QWidget:
    from app.canvas.value_editor import ValueEditor

    assert window.builder is not None
    canvas = window.builder.canvas
    block = next(each for each in drawing(window).blocks if each.kind == "rsi")
    canvas.edit_value(block.id, "period")
    return canvas.findChildren(ValueEditor)[0]


def test_a_window_that_is_closed_takes_no_answer_of_the_library(window: MainWindow, qtbot: QtBot) -> None:
    settle(window, qtbot)
    answers: list[int] = []
    window.shelf.ask(lambda library: len(library.runs.find()), answers.append)
    window.close()
    qtbot.wait(50)
    assert answers == []
