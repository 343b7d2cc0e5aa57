"""The first start ends in a template that runs, with nothing in the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run
from support.window_saving import save

from app.canvas.theme import prose
from app.strategy import edits
from app.ui.drawing_picture import shortened
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


def _welcomed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.home.welcome.isVisible, timeout=10_000)


def test_one_click_leads_to_a_result(window: MainWindow, qtbot: QtBot) -> None:
    _welcomed(window, qtbot)
    qtbot.mouseClick(window.home.welcome.start, Qt.MouseButton.LeftButton)
    wait_for_run(window, qtbot)
    assert window.builder is not None
    assert window.builder.result.view is not None
    assert len(window.builder.result.view.trades) > 0
    assert window.first_steps.isVisible()


def test_home_is_seen_from_its_top_after_the_welcome(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1024, 680)
    _welcomed(window, qtbot)
    window.home.welcome.start.setFocus()
    qtbot.mouseClick(window.home.welcome.start, Qt.MouseButton.LeftButton)
    wait_for_run(window, qtbot)
    window.show_home()
    assert window.home.verticalScrollBar().maximum() > 0
    assert window.home.verticalScrollBar().value() == 0


def test_each_step_is_ticked_off_by_doing_it(window: MainWindow, qtbot: QtBot) -> None:
    _welcomed(window, qtbot)
    qtbot.mouseClick(window.home.welcome.start, Qt.MouseButton.LeftButton)
    wait_for_run(window, qtbot)
    assert window.builder is not None
    steps, builder = window.first_steps, window.builder
    assert steps.text.text().startswith("1/4")
    builder.editor.perform("Less", lambda strategy: edits.set_param(strategy, "less_1", "value", 25.0))
    assert steps.text.text().startswith("2/4")
    builder.result.bars.point_at(100)
    assert steps.text.text().startswith("3/4")
    save(window, qtbot)
    assert steps.text.text().startswith("4/4")
    assert not steps.next.isVisible()
    qtbot.mouseClick(steps.close_button, Qt.MouseButton.LeftButton)
    assert not steps.isVisible()


def test_the_welcome_comes_once(window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    _welcomed(window, qtbot)
    qtbot.mouseClick(window.home.welcome.skip, Qt.MouseButton.LeftButton)
    assert not window.home.welcome.isVisible()
    window.close()
    again = open_window()
    answers: list[None] = []
    again.shelf.ask(lambda library: None, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert not again.home.welcome.isVisible()


def test_opening_another_drawing_ends_the_steps(window: MainWindow, qtbot: QtBot) -> None:
    _welcomed(window, qtbot)
    qtbot.mouseClick(window.home.welcome.start, Qt.MouseButton.LeftButton)
    window.home.template_opened.emit(window.home.gallery.cards[0].template)
    assert not window.first_steps.isVisible()


def test_the_steps_wait_beside_the_drawing(window: MainWindow, qtbot: QtBot) -> None:
    _welcomed(window, qtbot)
    qtbot.mouseClick(window.home.welcome.start, Qt.MouseButton.LeftButton)
    window.show_home()
    assert not window.first_steps.isVisible()
    window.show_builder()
    assert window.first_steps.isVisible()


def test_one_button_stands_out_at_a_time(window: MainWindow, qtbot: QtBot) -> None:
    _welcomed(window, qtbot)
    assert not window.home.new.property("primary")
    qtbot.mouseClick(window.home.welcome.skip, Qt.MouseButton.LeftButton)
    assert window.home.new.property("primary")
    window.show_data()
    qtbot.waitUntil(lambda: window.data is not None and window.data.empty.isVisible(), timeout=10_000)
    assert not window.data.fetch_button.property("primary")
    window.data.empty.hide()
    assert window.data.fetch_button.property("primary")


def test_the_bar_is_as_high_on_every_page(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.home.gallery.cards[0], Qt.MouseButton.LeftButton)
    places = []
    for show in (window.show_builder, window.show_home):
        show()
        qtbot.wait(30)
        places.append((window.bar.height(), window.bar.page("home").geometry()))
    assert places[0] == places[1]


def test_pictures_of_templates_have_whole_words(window: MainWindow) -> None:
    metrics = QFontMetrics(prose(24, 500))
    room = metrics.horizontalAdvance("Crosses abo")
    assert shortened("Crosses above", metrics, room) == "Crosses"
    assert shortened("Close", metrics, room) == "Close"
    assert shortened("Crosses above", metrics, 2 * room) == "Crosses above"
    assert shortened("Uninterruptedness", metrics, room).endswith("…")
