"""How the window looks where a style sheet alone does not settle it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.ui.main_window import MainWindow
from app.ui.results.header import ElidedLabel

pytestmark = pytest.mark.gui

_FIGURES_OF_ONE_WIDTH = QFont.Tag("tnum")


def _ground(window: MainWindow, widget: QWidget) -> str:
    """Return the colour beside the corner of a widget."""
    return QColor(window.grab().toImage().pixelColor(widget.mapTo(window, QPoint(4, 4)))).name()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_tab_beside_the_charts_has_the_same_ground(drawn: MainWindow, qtbot: QtBot, theme: str) -> None:
    drawn.choose_theme(theme)
    drawn.run_drawing()
    qtbot.waitUntil(lambda: drawn.results is not None and drawn.results.complete, timeout=20_000)
    side, grounds = drawn.results.side, set()
    for number in range(side.count()):
        side.setCurrentIndex(number)
        grounds.add(_ground(drawn, side.currentWidget()))
    assert grounds == {drawn.theme.surface}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_went_wrong_has_another_ground_than_what_is_told(window: MainWindow, theme: str) -> None:
    window.choose_theme(theme)
    window.banner.say("Saved.")
    told = _ground(window, window.banner)
    window.banner.say("The disk is full.", bad=True)
    assert told == window.theme.accent_soft != _ground(window, window.banner)
    window.banner.say("Saved.")
    assert _ground(window, window.banner) == told


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keys_of_commands_can_be_read(drawn: MainWindow, qtbot: QtBot, theme: str) -> None:
    drawn.choose_theme(theme)
    qtbot.keyClick(drawn.builder.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    found = drawn.builder.commands.list.list
    qtbot.waitUntil(found.isVisible)
    keys = found.topLevelItem(1).foreground(1).color()
    assert (keys.name(), keys.alpha()) == (drawn.theme.text_muted, 255)


def test_numbers_stand_off_the_edge_of_their_fields(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.builder.canvas.setFocus()
    qtbot.keyClick(drawn.builder.canvas, Qt.Key.Key_Right)
    fields = [field for field in drawn.builder.findChildren(QAbstractSpinBox) if field.isVisible()]
    assert len(fields) > 3
    for field in fields:
        picture = field.grab().toImage()
        inside = range(8, picture.height() - 8)
        edge = {picture.pixelColor(picture.width() - 3 - n, y).rgb() for n in range(4) for y in inside}
        assert len(edge) == 1, field.accessibleName()


def test_hyphens_in_buttons_are_those_of_words_and_figures_in_tables_are_of_one_width(drawn: MainWindow) -> None:
    assert not drawn.builder.run_button.font().isFeatureSet(_FIGURES_OF_ONE_WIDTH)
    drawn.show_history()
    assert drawn.history.page().table.font().isFeatureSet(_FIGURES_OF_ONE_WIDTH)


def test_a_name_that_begins_with_hebrew_is_read_from_the_right(qtbot: QtBot) -> None:
    pictures = []
    for name in ("\u05d0 RSI", "RSI \u05d0"):
        line = ElidedLabel(16, 600)
        qtbot.addWidget(line)
        line.resize(200, 24)
        line.say(name)
        pictures.append(line.grab().toImage())
    assert pictures[0] == pictures[1]
