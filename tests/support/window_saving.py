"""Saving in the window, and waiting until the library has answered."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.main_window import MainWindow


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
