"""Starting: quick, light, and as it was left."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run

from app.strategy import edits, templates
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui

HEAVY = (
    "pyqtgraph", "pandas", "duckdb", "numba", "pydantic", "ccxt", "talib", "numpy", "sqlalchemy", "alembic", "httpx2",
)  # fmt: skip


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    code = (
        "import sys; from app.desktop import make_application; from app.ui import look;"
        "from PySide6.QtCore import QSettings; from app.ui.main_window import MainWindow;"
        "app = make_application(['x']); w = MainWindow(QSettings('none', 'none')); look.apply(w, w.theme);"
        "w.show(); w.grab(); print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True, timeout=60
    )  # fmt: skip
    assert found.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="Qt leaves the language alone there")
def test_the_system_speaks_english_on_a_desktop_in_any_language() -> None:
    code = (
        "import locale; from app.desktop import make_application; app = make_application(['x']);"
        "print(*(locale.setlocale(getattr(locale, f'LC_{part}')) for part in ('MESSAGES', 'TIME', 'NUMERIC', 'CTYPE')))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert found.stdout.split() == ["C", "C", "C", "C.UTF-8"]


# What two threads do now and then, in one: PySide, importing a part of its own, misses the import of one module.
_PYSIDE_LOOKS_AWAY = """
import builtins, importlib, importlib.abc, sys
from app.desktop import make_application
app = make_application(["x"])
watching = builtins.__import__
class Moment(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "pydantic.errors":
            builtins.__import__ = importlib.__import__
        if name == "pydantic._internal._validators":
            builtins.__import__ = watching
sys.meta_path.insert(0, Moment())
from app.strategy import templates
print(len(templates.all_templates()))
"""


def test_strategies_are_read_whatever_pyside_imports_meanwhile() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _PYSIDE_LOOKS_AWAY], capture_output=True, text=True, timeout=60, check=False
    )
    assert (found.returncode, found.stdout) == (0, "11\n"), found.stderr


def test_the_gallery_has_a_card_for_every_template(window: MainWindow) -> None:
    cards = window.home.gallery.cards
    assert len(cards) == 11
    assert all(card.accessibleName() and "Fails when" in card.accessibleDescription() for card in cards)


def test_a_click_on_a_card_draws_the_template_and_runs_it(window: MainWindow, qtbot: QtBot) -> None:
    card = next(card for card in window.home.gallery.cards if card.template.id == "golden_cross")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert window.builder is not None
    assert window.pages.currentWidget() is window.builder
    assert window.builder.editor.strategy == card.template.strategy
    wait_for_run(window, qtbot)
    assert window.windowTitle().startswith(card.template.strategy.name)


def test_enter_on_a_card_opens_it_too(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.home.gallery.cards[0], Qt.Key.Key_Return)
    assert window.pages.currentWidget() is window.builder


def test_the_theme_is_remembered(open_window: Callable[..., MainWindow]) -> None:
    first = open_window()
    first.choose_theme("dark")
    first.close()
    assert open_window().theme.name == "dark"


def test_the_drawing_of_last_time_is_offered(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    first = open_window()
    qtbot.mouseClick(first.home.gallery.cards[0], Qt.MouseButton.LeftButton)
    assert first.builder is not None
    first.builder.editor.perform("Add", lambda strategy: edits.add_block(strategy, "rsi"))
    drawing = first.builder.editor.strategy
    first.close()
    second = open_window()
    qtbot.waitUntil(second.home.draft.isVisible, timeout=10_000)
    second.home.draft.wanted.emit()
    assert second.builder is not None
    assert second.builder.editor.strategy == drawing


def test_a_change_is_on_disk_within_two_seconds(drawn: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    assert drawn.builder is not None
    drawn.builder.editor.perform("Rename", lambda strategy: edits.rename(strategy, "Kept at once"))
    file = tmp_path / "data" / "library.db-wal"
    qtbot.waitUntil(lambda: file.exists() and b"Kept at once" in file.read_bytes(), timeout=2_000)


def test_after_a_crash_the_sentence_says_so(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    first = open_window()
    qtbot.mouseClick(first.home.gallery.cards[0], Qt.MouseButton.LeftButton)
    assert first.builder is not None
    first.builder.editor.perform("Add", lambda strategy: edits.add_block(strategy, "rsi"))
    first.keep_draft()
    first.shelf.close()
    second = open_window(crashed=True)
    qtbot.waitUntil(second.home.draft.isVisible, timeout=10_000)
    texts = [each.text() for each in second.home.draft.findChildren(QLabel)]
    assert any("not closed properly" in text for text in texts)


def test_every_label_is_plain_text(drawn: MainWindow) -> None:
    assert drawn.builder is not None
    theirs = (drawn.builder.across,)
    ours = [each for each in drawn.findChildren(QLabel) if not any(part.isAncestorOf(each) for part in theirs)]
    assert [each.text() for each in ours if each.textFormat() != Qt.TextFormat.PlainText] == []


def test_everything_that_takes_the_focus_has_a_name(drawn: MainWindow) -> None:
    nameless = []
    for widget in drawn.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name) and not widget.objectName().startswith("qt_"):
                nameless.append(f"{type(widget).__name__} {widget.objectName()} in {widget.parent()}")
    assert nameless == []


def _closed_window(qapp: QApplication, qtbot: QtBot, folder: Path) -> weakref.ref[MainWindow]:
    window = MainWindow(QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat), folder / "data")
    window.show()
    window.load()
    qtbot.waitUntil(lambda: bool(window.home.gallery.cards), timeout=20_000)
    window.open_strategy(templates.template("rsi_dip").strategy)
    wait_for_run(window, qtbot)
    assert window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return weakref.ref(window)


def test_nothing_holds_on_to_a_window_that_was_closed(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    closed = _closed_window(qapp, qtbot, tmp_path)

    def forgotten() -> bool:
        gc.unfreeze()  # the collector sets aside what is there when modules come
        gc.collect()
        return closed() is None

    qtbot.waitUntil(forgotten, timeout=20_000)
