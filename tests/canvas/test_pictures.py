"""The canvas looks as it did: pictures compared by the mean colours of blocks of 16 by 16 pixels.

Fonts and their smoothing differ between machines, and means of blocks hardly do. After a wanted change
`RENEW_PICTURES=1` writes the pictures anew; look at the window first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.hand import Hand

from app.canvas.canvas_view import CanvasView
from app.canvas.editor import Editor
from app.canvas.theme import DARK, LIGHT, Theme, palette, style_sheet
from app.strategy import edits, reroutes, sheets
from app.strategy.document import Strategy, Wire
from app.strategy.parts import Parts

FOLDER = Path(__file__).parent / "pictures"
BLOCK = 16
# Other smoothing of letters moves a mean by up to 8, a block that is missing or elsewhere by 40 and more.
MOST = 22

Prepare = Callable[[CanvasView], None]


def marked(strategy: Strategy) -> Strategy:
    """Return the drawing with one of each mark."""
    strategy = sheets.add_frame(strategy, (-24.0, -48.0), (504.0, 172.0), "Entry", "blue")
    strategy = sheets.add_note(strategy, (560.0, 120.0), "", (176.0, 96.0))
    strategy = edits.mute(strategy, ["ema_1", "all_of_1"])
    strategy = edits.collapse(strategy, ["less_1"])
    return reroutes.add_point(strategy, Wire("less_1", "signal", "enter_long_1", "when"), (520.0, 96.0), 0)


def drawn(view: CanvasView) -> None:
    """Show the drawing as it is."""


def with_marks(view: CanvasView) -> None:
    view.editor.open(marked(view.editor.strategy))
    view.editor.pick(Parts(notes=frozenset({"note_1"})))
    view.fit()


def at_a_bar(view: CanvasView) -> None:
    view.show_sparklines({("rsi_1", "value"): [5.0, 2.0, 3.0, 1.0, 4.0], ("less_1", "signal"): [0, 1, 1, 0, 1]})
    view.toggle_sparklines()
    view.show_values({("rsi_1", "value"): "28.4", ("less_1", "signal"): "true"}, "all_of_1")


def in_line(view: CanvasView) -> None:
    hand = Hand(view)
    hand.drag(hand.at("all_of_1"), hand.at("all_of_1") + QPointF(3, 60), drop=False)


PICTURES: list[tuple[str, Theme, Prepare]] = [
    ("drawing-light", LIGHT, drawn),
    ("drawing-dark", DARK, drawn),
    ("marks-light", LIGHT, with_marks),
    ("marks-dark", DARK, with_marks),
    ("values-dark", DARK, at_a_bar),
    ("guides-light", LIGHT, in_line),
]


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[Callable[[Theme], None]]:
    def dress(theme: Theme) -> None:
        qapp.setPalette(palette(theme))
        qapp.setStyleSheet(style_sheet(theme))

    yield dress
    dress(LIGHT)


@pytest.mark.parametrize(
    ("name", "theme", "prepare"), PICTURES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_canvas_looks_as_it_did(
    qtbot: QtBot, dip: Strategy, dressed: Callable[[Theme], None], name: str, theme: Theme, prepare: Prepare
) -> None:
    if os.environ.get("QT_SCALE_FACTOR", "1") != "1":
        pytest.skip("the pictures are of 100 %")
    dressed(theme)
    view = CanvasView(Editor(dip), theme)
    qtbot.addWidget(view)
    view.resize(960, 560)
    view.show()
    qtbot.waitExposed(view)
    view.fit()
    prepare(view)
    found = means(view.grab().toImage())
    path = FOLDER / f"{name}.png"
    if os.environ.get("RENEW_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        found.save(str(path))
    wanted = QImage(str(path))
    assert found.size() == wanted.size()
    assert differing(found, wanted) == []


def test_a_block_elsewhere_makes_another_picture(qtbot: QtBot, dip: Strategy, dressed: Callable[[Theme], None]) -> None:
    pictures = []
    for strategy in (dip, edits.move(dip, {"ema_1": (0.0, 240.0)}), edits.mute(dip, ["less_1"])):
        view = CanvasView(Editor(strategy), LIGHT)
        qtbot.addWidget(view)
        view.resize(960, 560)
        view.show()
        qtbot.waitExposed(view)
        view.fit()
        pictures.append(means(view.grab().toImage()))
    assert len(differing(pictures[0], pictures[1])) > 5
    assert differing(pictures[0], pictures[0]) == []


def means(picture: QImage) -> QImage:
    """Return a picture with one pixel for each block of 16 by 16."""
    across, down = picture.width() // BLOCK, picture.height() // BLOCK
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    data, line = bytes(plain.constBits()), plain.bytesPerLine()
    result = QImage(across, down, QImage.Format.Format_RGB32)
    for y in range(down):
        rows = [data[(y * BLOCK + row) * line :][: across * BLOCK * 4] for row in range(BLOCK)]
        for x in range(across):
            cells = [row[x * BLOCK * 4 : (x + 1) * BLOCK * 4] for row in rows]
            blue, green, red = (sum(sum(cell[channel::4]) for cell in cells) // BLOCK**2 for channel in range(3))
            result.setPixelColor(x, y, QColor(red, green, blue))
    return result


def differing(one: QImage, other: QImage) -> list[tuple[int, int, int]]:
    """Return place and distance of each block that is not as it was."""
    found = []
    for y in range(one.height()):
        for x in range(one.width()):
            a, b = one.pixelColor(x, y).getRgb(), other.pixelColor(x, y).getRgb()
            apart = max(abs(left - right) for left, right in zip(a[:3], b[:3], strict=True))  # type: ignore[index]
            if apart > MOST:
                found.append((x, y, apart))
    return found
