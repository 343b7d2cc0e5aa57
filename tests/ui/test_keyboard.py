"""Every page without the mouse: what can be used has a name and is reached by Tab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.canvas.sheet_editor import NoteField
from app.canvas.value_editor import ValueEditor
from app.ui.keyboard_window import FocusRing
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
        assert _name(focus), page
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


def test_what_tab_leads_to_is_seen_on_every_page(ran: MainWindow, qtbot: QtBot) -> None:
    unseen = []
    for page in ("home", "builder", "results", "history", "data", "help", "settings"):
        _show(ran, page)
        qtbot.wait(200)
        back = page == "builder"
        key, shift = (
            (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
            if back
            else (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
        )
        for _ in _reached(ran, qtbot, key):
            qtbot.keyClick(QApplication.focusWidget(), key, shift)
            widget = QApplication.focusWidget()
            focused = _looks(ran, widget)
            widget.clearFocus()
            if _looks(ran, widget) == focused:
                unseen.append((page, _name(widget)))
            widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert unseen == []


def test_a_ring_is_around_a_table_that_tab_leads_to_until_the_keys_go_on(ran: MainWindow, qtbot: QtBot) -> None:
    _show(ran, "history")
    table = ran.history.page().table
    qtbot.waitUntil(lambda: table.isVisible() and table.model().rowCount() == 1, timeout=10_000)
    table.setFocus()
    assert table.findChildren(FocusRing) == [], "nothing is drawn around what the mouse or the window chose"
    for _ in range(MOST):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if table.hasFocus():
            break
    (ring,) = table.findChildren(FocusRing)
    assert ring.isVisible()
    assert ring.size() == table.size()
    ran.resize(ran.width() + 40, ran.height())
    qtbot.waitUntil(lambda: ring.size() == table.size())
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert not ring.isVisible()
    qtbot.waitUntil(lambda: table.findChildren(FocusRing) == [])


def test_return_presses_a_button(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.home.welcome.isVisible, timeout=10_000)
    window.home.welcome.skip.setFocus()
    qtbot.keyClick(window.home.welcome.skip, Qt.Key.Key_Return)
    assert not window.home.welcome.isVisible()


def test_return_asks_why_of_the_trade_that_the_arrow_keys_went_to(ran: MainWindow, qtbot: QtBot) -> None:
    _show(ran, "results")
    page = ran.results
    page.price.setFocus()
    qtbot.keyClick(page.price, Qt.Key.Key_Return)
    assert page.why.story.title.text() == "", "no trade yet"
    for _ in range(2):
        qtbot.keyClick(page.price, Qt.Key.Key_Right)
    qtbot.keyClick(page.price, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.why.story.title.text() == "Trade 2", timeout=10_000)


def _looks(window: MainWindow, widget: QWidget) -> bytes:
    """Return the pixels of a widget and of its surroundings."""
    QApplication.processEvents()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-2, -2, 2, 2)
    return bytes(window.grab(place & window.rect()).toImage().constBits())


@pytest.mark.parametrize("field", [ValueEditor, NoteField])
def test_what_is_clicked_after_typing_on_the_canvas_has_the_keys(
    drawn: MainWindow, qtbot: QtBot, field: type[QWidget]
) -> None:
    canvas, search = drawn.builder.canvas, drawn.builder.palette_.search
    canvas.setFocus()
    if field is ValueEditor:
        canvas.edit_value("rsi_1", "period")
    else:
        qtbot.keyClick(canvas, Qt.Key.Key_N)
    (typed,) = canvas.findChildren(field)
    qtbot.waitUntil(typed.hasFocus)
    qtbot.keyClicks(typed, "21")
    qtbot.mouseClick(search, Qt.MouseButton.LeftButton)
    assert not typed.isVisible()
    assert search.hasFocus()
    strategy = drawn.builder.editor.strategy
    kept = strategy.block("rsi_1").params["period"] if field is ValueEditor else int(strategy.notes[0].text)
    assert kept == 21
