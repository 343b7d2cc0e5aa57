"""Changing and saving the drawing of the window, and waiting until the library has answered."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.strategy import edits
from app.strategy.document import Strategy
from app.ui.main_window import MainWindow


def drawing(window: MainWindow) -> Strategy:
    """Return what is drawn."""
    assert window.builder is not None
    return window.builder.editor.strategy


def rename(window: MainWindow, name: str) -> None:
    """Give the drawing another name, as a step that can be undone."""
    assert window.builder is not None
    window.builder.editor.perform("Rename", lambda strategy: edits.rename(strategy, name))


def save(window: MainWindow, qtbot: QtBot) -> None:
    """Save the drawing and wait until that is shown."""
    with qtbot.waitSignal(window.shelf.changed, timeout=10_000):
        window.entries.save.trigger()
    settle(window, qtbot)


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until everything asked of the library has been answered, and what that led to as well."""
    for _ in range(2):
        answers: list[None] = []
        window.shelf.ask(lambda library: None, answers.append)
        qtbot.waitUntil(lambda: bool(answers), timeout=10_000)  # noqa: B023 - waited for before the next round
