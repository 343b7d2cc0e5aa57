"""A canvas on a small strategy, with a hand that presses real keys and buttons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.hand import Hand

from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.theme import LIGHT, font, palette, style_sheet
from app.strategy.document import Strategy, Wire
from app.strategy.edits import add_block, connect
from app.ui.garbage import Collector


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "canvas":
            item.add_marker(pytest.mark.gui)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Return the application, dressed as the product is."""
    qapp.setStyle("Fusion")
    qapp.setFont(font())
    qapp.setPalette(palette(LIGHT))
    qapp.setStyleSheet(style_sheet(LIGHT))
    return qapp


@pytest.fixture(autouse=True)
def _collected_here(qapp: QApplication) -> Iterator[None]:
    """Leave no object of Qt to whichever thread a later test allocates in: Qt does not bear it."""
    collector = Collector()
    yield
    collector.stop()


@pytest.fixture
def dip() -> Strategy:
    """Return RSI < 30 → Enter long, with a lone EMA and a lone AND below."""
    strategy = Strategy("Dip")
    for kind, at in (("rsi", (0, 0)), ("less", (280, 0)), ("enter_long", (560, 0)), ("ema", (0, 200))):
        strategy = add_block(strategy, kind, at)
    strategy = add_block(strategy, "all_of", (280, 200))
    strategy = connect(strategy, Wire("rsi_1", "value", "less_1", "left"))
    return connect(strategy, Wire("less_1", "signal", "enter_long_1", "when"))


@pytest.fixture
def editor(dip: Strategy) -> Editor:
    return Editor(dip)


@pytest.fixture
def view(qtbot: QtBot, editor: Editor, qapp: QApplication) -> CanvasView:
    """Return a visible canvas at 100 %."""
    view = CanvasView(editor, LIGHT)
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    return view


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)
