"""A new user's way through the window, without a screen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from walkthrough import screen
from walkthrough.hands import QtHand
from walkthrough.steps import Walk

from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


def test_a_new_user_gets_from_the_welcome_to_the_reasons_of_a_trade_and_through_every_page(
    open_window: Callable[..., MainWindow], qapp: QApplication, tmp_path: Path
) -> None:
    window = open_window()

    def look(name: str) -> None:
        assert window.grab().save(str(tmp_path / f"{name}.png"))

    walk = Walk(window, QtHand(window.windowHandle()), look, rest_ms=0)
    steps = (*walk.first_steps(), *walk.building(), walk.run, walk.ask_about_a_trade, *walk.looking_around())
    taken = [name for _, name in walk.take(*steps)]
    assert len(taken) == len(steps)
    assert walk.changed_after < 60
    assert window.bar.page("history").isChecked()
    assert len(list(tmp_path.glob("*.png"))) >= 12


def test_a_computer_without_the_programs_leaves_the_walk_out_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert screen.missing() == ["Xvfb", "xdotool", "one of openbox, xfwm4, twm"]
    script = Path(__file__).parents[1] / "walkthrough" / "walk.py"
    done = subprocess.run([sys.executable, str(script), str(tmp_path / "out")], capture_output=True, text=True)
    assert done.returncode == 77
    assert done.stdout.startswith("No walk: this computer lacks Xvfb, xdotool")
    assert not (tmp_path / "out").exists()
