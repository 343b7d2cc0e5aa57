"""The versions of a drawing: listed, compared, put back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.window_saving import save, settle

from app.strategy import edits, templates
from app.ui.main_window import MainWindow
from app.ui.versions_panel import VersionsPanel

pytestmark = pytest.mark.gui

RSI = templates.template("rsi_dip").strategy


def _panel(window: MainWindow) -> VersionsPanel:
    assert window.builder is not None
    return window.builder.findChildren(VersionsPanel)[0]


def _pick(window: MainWindow, qtbot: QtBot, row: int) -> None:
    assert window.builder is not None
    window.builder.side.setCurrentWidget(_panel(window))
    _panel(window).list.setCurrentRow(row)
    settle(window, qtbot)


@pytest.fixture
def twice(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window with a drawing of two versions, the second of which has a block more and another name."""
    window.open_strategy(RSI)
    save(window, qtbot)
    assert window.builder is not None
    window.builder.editor.perform("Add", lambda strategy: edits.add_block(strategy, "atr"))
    window.builder.editor.perform("Rename", lambda strategy: edits.rename(strategy, "With ATR"))
    save(window, qtbot)
    return window


def test_versions_are_listed_newest_first_with_their_notes(twice: MainWindow, qtbot: QtBot) -> None:
    twice.keeper.follow(edits.rename(RSI, "Third"))
    twice.keeper.save("Tighter stop")
    settle(twice, qtbot)
    lines = [_panel(twice).list.item(row).text() for row in range(_panel(twice).list.count())]
    assert [line.split(" ·")[0] for line in lines] == ["Version 3", "Version 2", "Version 1"]
    assert lines[0].endswith("Tighter stop")


def test_a_version_says_what_has_changed_since(twice: MainWindow, qtbot: QtBot) -> None:
    _pick(twice, qtbot, 1)
    text = _panel(twice).difference.text()
    assert "Since version 1" in text
    assert "Added: " in text
    assert "With ATR" in text
    _pick(twice, qtbot, 0)
    assert _panel(twice).difference.text() == "The drawing is exactly this version."
    assert not _panel(twice).restore_button.isEnabled()


def test_an_opened_version_is_on_the_canvas_and_undo_takes_it_back(twice: MainWindow, qtbot: QtBot) -> None:
    assert twice.builder is not None
    editor = twice.builder.editor
    newest = editor.strategy
    _pick(twice, qtbot, 1)
    qtbot.mouseClick(_panel(twice).open_button, Qt.MouseButton.LeftButton)
    assert editor.strategy == RSI
    assert twice.bar.state.text() == "Not saved"
    editor.undo_stack.undo()
    assert editor.strategy == newest
    assert twice.bar.state.text() == "Saved as version 2"


def test_a_restored_version_is_the_newest_one(twice: MainWindow, qtbot: QtBot) -> None:
    _pick(twice, qtbot, 1)
    with qtbot.waitSignal(twice.shelf.changed, timeout=10_000):
        qtbot.mouseClick(_panel(twice).restore_button, Qt.MouseButton.LeftButton)
    settle(twice, qtbot)
    assert _panel(twice).list.count() == 3
    assert _panel(twice).list.item(0).text().endswith("As version 1")
    assert twice.bar.state.text() == "Saved as version 3"


def test_another_drawing_has_no_versions_yet(twice: MainWindow) -> None:
    twice.open_strategy(templates.template("golden_cross").strategy)
    assert _panel(twice).list.count() == 0
    assert not _panel(twice).none.isHidden()
