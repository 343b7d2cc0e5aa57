"""Waiting for what the window does in the background."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.main_window import MainWindow


def wait_for_run(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until the drawing as it is now has been run and shown."""
    builder = window.builder
    assert builder is not None

    def shown() -> bool:
        view, drawing = builder.result.view, builder.editor.strategy
        if view is None:
            return False
        ran = view.outcome.request.strategy
        wanted = (drawing.blocks, drawing.wires, drawing.symbol, drawing.timeframe)
        return (ran.blocks, ran.wires, ran.symbol, ran.timeframe) == wanted

    qtbot.waitUntil(shown, timeout=20_000)
