"""What stands around the canvas."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.strategy import edits
from app.ui.builder import Builder
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


def test_lists_beside_the_canvas_are_filled_when_they_are_looked_at(builder: Builder) -> None:
    before = builder.problems.list.count(), builder.outline.topLevelItemCount()
    builder.editor.perform("Add", lambda strategy: edits.add_block(edits.add_block(strategy, "ema"), "ema"))
    assert builder.side.tabText(1) == "Problems (2)"
    assert (builder.problems.list.count(), builder.outline.topLevelItemCount()) == before
    builder.side.setCurrentWidget(builder.problems)
    assert builder.problems.list.count() == 2
    builder.side.setCurrentWidget(builder.outline)
    assert builder.outline.topLevelItemCount() == len(builder.editor.strategy.blocks)
    builder.editor.undo_stack.undo()
    assert builder.outline.topLevelItemCount() == len(builder.editor.strategy.blocks)


def _grow_to(drawn: MainWindow, qtbot: QtBot, width: int, height: int) -> None:
    drawn.resize(width, height)
    qtbot.waitUntil(lambda: (drawn.width(), drawn.height()) == (width, height))


def test_sentences_fold_into_one_line_where_there_is_little_room(
    builder: Builder, drawn: MainWindow, qtbot: QtBot
) -> None:
    words, whole = builder.words, builder.words.text.text()
    _grow_to(drawn, qtbot, 1366, 1000)
    assert (words.folded, words.text.isVisible(), words.fold_button.isVisible()) == (False, True, False)
    _grow_to(drawn, qtbot, 1024, 700)
    assert (words.folded, words.text.isVisible(), words.fold_button.isVisible()) == (True, False, True)
    assert words.height() < 40
    assert builder.canvas.height() > 250
    assert words.line.text().startswith("Buy (enter long) when")
    assert words.line.text().endswith("…")
    assert words.line.accessibleDescription() == whole
    _grow_to(drawn, qtbot, 1366, 1000)
    assert not words.folded


def test_folded_sentences_are_unfolded_by_hand_and_folded_again(
    builder: Builder, drawn: MainWindow, qtbot: QtBot
) -> None:
    words = builder.words
    _grow_to(drawn, qtbot, 1024, 700)
    folded = words.height()
    qtbot.mouseClick(words.fold_button, Qt.MouseButton.LeftButton)
    assert words.text.isVisible()
    assert folded < words.height() <= builder.canvas.height()
    assert words.fold_button.accessibleName() == "Show one line"
    qtbot.mouseClick(words.fold_button, Qt.MouseButton.LeftButton)
    assert (words.text.isVisible(), words.height()) == (False, folded)


def test_panels_leave_more_to_the_canvas_of_a_narrow_window_until_the_hand_moves_them(
    builder: Builder, drawn: MainWindow, qtbot: QtBot
) -> None:
    _grow_to(drawn, qtbot, 1400, 800)
    assert builder.across.sizes()[::2] == [208, 304]
    _grow_to(drawn, qtbot, 1024, 700)
    assert builder.across.sizes()[::2] == [168, 304]
    builder.across.moveSplitter(240, 1)
    _grow_to(drawn, qtbot, 1400, 800)
    assert builder.across.sizes()[0] != 208


def test_every_tab_of_the_inspector_is_in_view_with_many_problems(
    builder: Builder, drawn: MainWindow, qtbot: QtBot
) -> None:
    _grow_to(drawn, qtbot, 1024, 700)
    builder.side.setTabText(1, "Problems (22)")
    last = builder.side.tabBar().tabRect(builder.side.count() - 1)
    assert builder.side.count() == 4
    assert last.right() <= builder.side.width()


@pytest.mark.parametrize(("key", "number"), [(Qt.Key.Key_B, 0), (Qt.Key.Key_I, 1), (Qt.Key.Key_J, 2)])
def test_a_key_puts_a_panel_away_and_brings_it_back(
    builder: Builder, drawn: MainWindow, qtbot: QtBot, key: Qt.Key, number: int
) -> None:
    others = [*builder.panels.parts.values()]
    part = others.pop(number)
    before = builder.canvas.size()
    field = part.findChild(QAbstractSpinBox) or part.findChild(QLineEdit) or part
    field.setFocus()
    qtbot.keyClick(drawn.focusWidget(), key, Qt.KeyboardModifier.ControlModifier)
    assert part.isHidden()
    assert all(other.isVisible() for other in others)
    qtbot.waitUntil(lambda: builder.canvas.width() > before.width() or builder.canvas.height() > before.height())
    assert builder.canvas.hasFocus()
    qtbot.keyClick(builder.canvas, key, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: part.isVisible() and builder.canvas.size() == before)


def test_the_canvas_stands_alone_and_everything_comes_back(builder: Builder, qtbot: QtBot) -> None:
    parts = builder.panels.parts.values()
    builder.canvas.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(builder.canvas, Qt.Key.Key_B, control)
    for shown in (False, True, False):
        qtbot.keyClick(builder.canvas, Qt.Key.Key_Space, control)
        assert [part.isVisible() for part in parts] == [shown] * 3
    assert not builder.canvas.quick_add.isVisible()


def test_panels_are_in_the_menu_the_sheet_of_keys_and_the_list_of_commands(builder: Builder) -> None:
    names = ("hide_blocks", "hide_inspector", "hide_result", "alone")
    actions = [builder.commands.action(name) for name in names]
    assert set(actions) <= set(builder.commands.groups["View"])
    assert all(action.shortcut().toString() for action in actions)


def test_on_another_page_the_keys_of_the_panels_do_nothing(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.show_home()
    qtbot.keyClick(drawn, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    drawn.show_builder()
    assert builder.panels.parts["hide_blocks"].isVisible()


def test_what_was_put_away_is_away_at_the_next_start(open_window: Callable[..., MainWindow]) -> None:
    first = open_window()
    first.drawings.start_new()
    assert first.builder is not None
    for name in ("hide_blocks", "hide_result", "hide_blocks", "hide_inspector"):
        first.builder.commands.action(name).trigger()
    first.close()
    again = open_window()
    again.drawings.start_new()
    assert again.builder is not None
    away = [name for name, part in again.builder.panels.parts.items() if part.isHidden()]
    assert away == ["hide_inspector", "hide_result"]
