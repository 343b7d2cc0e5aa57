"""How a page is divided among its parts: as the hand left it, at the next start and on other screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run

from app.strategy import templates
from app.ui.main_window import MainWindow
from app.ui.splitter import Splitter

pytestmark = pytest.mark.gui


def _splitter(qtbot: QtBot, width: int) -> Splitter:
    """Return a list, a canvas that takes what there is, and an inspector."""
    splitter = Splitter("across", Qt.Orientation.Horizontal)
    qtbot.addWidget(splitter)
    for least in (100, 50, 100):
        part = QWidget()
        part.setMinimumSize(least, 20)
        splitter.addWidget(part)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes([200, 700, 300])
    splitter.resize(width, 300)
    splitter.show()
    return splitter


def test_what_the_hand_has_divided_is_told_and_stays_as_wide_in_a_wider_window(qtbot: QtBot) -> None:
    splitter = _splitter(qtbot, 1202)
    with qtbot.waitSignal(splitter.rearranged):
        splitter.moveSplitter(360, 1)
    assert splitter.by_hand
    assert splitter.arrangement() == "360 540 300"
    wider = _splitter(qtbot, 2002)
    wider.arrange(splitter.arrangement())
    assert wider.sizes() == [360, 1340, 300]


def test_no_part_takes_more_than_its_share_of_a_smaller_screen(qtbot: QtBot) -> None:
    small = _splitter(qtbot, 602)
    small.arrange("600 300 300")
    assert small.sizes() == pytest.approx([300, 150, 150], abs=2)
    small.resize(1202, 300)
    assert small.sizes() == pytest.approx([600, 300, 300], abs=2)


@pytest.mark.parametrize(
    "told", ["", "1 2", "0 1 2", "-5 700 300", "a b c", "1e3 2 3", "999999999999 1 1", "\x00 ٣ 3 3"]
)
def test_what_cannot_be_a_division_is_passed_over(qtbot: QtBot, told: str) -> None:
    splitter = _splitter(qtbot, 1202)
    splitter.arrange(told)
    assert splitter.sizes() == [200, 700, 300]
    assert not splitter.by_hand


def test_a_part_that_is_put_away_leaves_what_is_remembered_as_it_was(qtbot: QtBot) -> None:
    splitter = _splitter(qtbot, 1202)
    splitter.widget(0).hide()
    qtbot.waitUntil(lambda: splitter.sizes()[0] == 0)
    splitter.moveSplitter(600, 2)
    assert splitter.arrangement() == ""


def test_pages_are_divided_at_the_next_start_as_they_were(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    def drawn() -> MainWindow:
        window = open_window()
        window.open_strategy(templates.template("rsi_dip").strategy)
        wait_for_run(window, qtbot)
        window.show_results()
        window.show_builder()
        return window

    first = drawn()
    first.resize(1400, 860)
    first.builder.across.moveSplitter(320, 1)
    first.builder.down.moveSplitter(300, 1)
    first.show_results()
    kept = first.builder.across.sizes(), first.builder.down.sizes()
    first.close()
    again = drawn()
    again.resize(1400, 860)
    qtbot.waitUntil(lambda: (again.builder.across.sizes(), again.builder.down.sizes()) == kept)
    again.resize(1000, 700)
    assert again.builder.across.sizes()[0] == pytest.approx(320 * 1000 / 1400, abs=2)
    names = {each.objectName() for each in again.results.findChildren(Splitter)}
    assert names == {"across", "charts", "why"}
