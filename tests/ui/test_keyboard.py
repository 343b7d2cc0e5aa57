"""Every page without the mouse: what can be used has a name and is reached by Tab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui

MOST = 200


@pytest.fixture
def ran(drawn: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window with a strategy that was saved and run."""
    drawn.run_drawing()
    qtbot.waitUntil(lambda: drawn.results is not None and drawn.results.complete, timeout=40_000)
    drawn.setup.back_up()
    qtbot.waitUntil(drawn.banner.isVisible, timeout=10_000)
    drawn.banner.hide()
    return drawn


def _show(window: MainWindow, page: str) -> None:
    shows: dict[str, Callable[[], object]] = {
        "home": window.show_home,
        "builder": window.show_builder,
        "results": window.show_results,
        "history": window.show_history,
        "data": window.show_data,
        "help": window.help.open,
        "settings": window.setup.open,
    }
    shows[page]()


def _usable(window: MainWindow) -> list[QWidget]:
    """Return everything that takes the focus; of buttons of which one is chosen, that one."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_")
        and not (isinstance(widget, QAbstractButton) and widget.group() and not widget.isChecked())
    ]


def _name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def _reached(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> list[QWidget]:
    """Return what has the focus one after the other, from the page on until it comes round."""
    window.pages.currentWidget().setFocus()
    found: list[QWidget] = []
    for _ in range(MOST):
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget in found:
            return found
        found.append(widget)
        shift = Qt.KeyboardModifier.ShiftModifier if key == Qt.Key.Key_Backtab else Qt.KeyboardModifier.NoModifier
        qtbot.keyClick(widget, key, shift)
    raise AssertionError("Tab leads round in no circle.")


def test_everything_on_a_page_has_a_name_and_is_reached_by_tab(ran: MainWindow, qtbot: QtBot) -> None:
    for page in ("home", "builder", "results", "history", "data", "help", "settings"):
        _show(ran, page)
        qtbot.wait(300)
        usable = _usable(ran)
        assert [type(widget).__name__ for widget in usable if not _name(widget)] == [], page
        # On the canvas Tab adds a block, so that Shift+Tab leads on from there.
        reached = _reached(ran, qtbot, Qt.Key.Key_Backtab if page == "builder" else Qt.Key.Key_Tab)
        groups = {widget.group() for widget in reached if isinstance(widget, QAbstractButton) and widget.group()}
        missed = [
            _name(widget)
            for widget in usable
            if widget not in reached and not (isinstance(widget, QAbstractButton) and widget.group() in groups)
        ]
        assert missed == [], page


def test_a_page_that_is_shown_has_the_keys(ran: MainWindow, qtbot: QtBot) -> None:
    for page in ("home", "data", "history", "builder", "results"):
        _show(ran, page)
        focus = QApplication.focusWidget()
        shown = ran.pages.currentWidget()
        assert focus is shown or shown.isAncestorOf(focus), page
    _show(ran, "builder")
    assert ran.builder.canvas.hasFocus()


def test_the_first_page_has_the_keys_from_the_start(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.home)


def test_backups_are_reached_after_the_button_that_makes_one(ran: MainWindow, qtbot: QtBot) -> None:
    ran.setup.open()
    page = ran.setup.page()
    qtbot.waitUntil(lambda: bool(page.backups.rows) and page.backups.now.isEnabled(), timeout=10_000)
    page.backups.now.setFocus()
    for row in page.backups.rows:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert row.go_back.hasFocus()
