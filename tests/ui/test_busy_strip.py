"""The strip across the window while something takes its time."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.canvas.theme import DARK, LIGHT, Theme
from app.ui import look
from app.ui.busy_strip import BusyStrip

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_progress_is_flat_in_the_colours_of_the_app(theme: Theme, qtbot: QtBot) -> None:
    strip = BusyStrip()
    look.apply(strip, theme)
    qtbot.addWidget(strip)
    strip.resize(700, 48)
    strip.say("Running…", 0.5)
    qtbot.waitExposed(strip)
    picture = strip.bar.grab().toImage()
    middle = picture.height() // 2
    shades = [picture.pixelColor(x, middle).name() for x in range(6, picture.width() - 6)]
    # A few more where the end of the bar is round.
    assert shades.count(theme.accent) == pytest.approx(len(shades) / 2, abs=4)
    assert shades.count(theme.accent) + shades.count(theme.border) >= len(shades) - 4
    assert strip.bar.text() == "50%"
