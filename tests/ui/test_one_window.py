"""A second start brings the first window to the front and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import desktop
from app.data.library.library import Library
from app.ui.one_window import Doorbell, show_other

pytestmark = pytest.mark.gui

_ASK = "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
_ASK += "from app.ui.one_window import show_other; sys.exit(not show_other(Path(sys.argv[1])))"

_OPEN = "import sys; from PySide6.QtWidgets import QApplication; from app import desktop;"
_OPEN += "desktop.MainWindow.load = lambda window: (print(window.isVisible()), QApplication.quit());"
_OPEN += "sys.exit(desktop.run(['x']))"


def test_another_process_rings(qtbot: QtBot, tmp_path: Path) -> None:
    bell = Doorbell(tmp_path)
    with qtbot.waitSignal(bell.rung, timeout=20_000):
        other = subprocess.Popen([sys.executable, "-c", _ASK, str(tmp_path)])
    qtbot.waitUntil(lambda: other.poll() is not None, timeout=10_000)
    assert other.returncode == 0


def test_nobody_answers_for_a_folder_without_a_window(tmp_path: Path) -> None:
    assert not show_other(tmp_path)


def test_a_name_left_behind_by_a_killed_process_does_not_matter(qtbot: QtBot, tmp_path: Path) -> None:
    first = Doorbell(tmp_path)
    bell = Doorbell(tmp_path)
    with qtbot.waitSignal(bell.rung, timeout=20_000):
        other = subprocess.Popen([sys.executable, "-c", _ASK, str(tmp_path)])
    assert other.wait(10) == 0
    assert first is not bell


def test_a_second_start_ends_and_leaves_the_first_window(tmp_path: Path) -> None:
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    command = [sys.executable, "-c", "import sys; from app.desktop import run; sys.exit(run(['x']))"]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        deadline = 30
        lock = tmp_path / "blockbuilders" / "library.lock"
        for _ in range(deadline * 20):
            if lock.exists():
                break
            try:
                first.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 0, second.stderr
        assert first.poll() is None
    finally:
        first.kill()
        first.wait()


@pytest.mark.parametrize(
    "left",
    [b"", b"\x00" * 60, b"1\nblockbuilders\nanother-computer\n\n\n"],
    ids=["empty", "zeros", "of another computer"],
)
def test_a_lock_that_nobody_holds_keeps_no_window_from_opening(tmp_path: Path, left: bytes) -> None:
    folder = tmp_path / "blockbuilders"
    folder.mkdir()
    (folder / "running.lock").write_bytes(left)
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    assert not (folder / "running.lock").exists()


def test_a_folder_in_the_place_of_the_lock_keeps_no_window_from_opening(tmp_path: Path) -> None:
    (tmp_path / "blockbuilders" / "running.lock" / "inside").mkdir(parents=True)
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_where_the_other_does_not_answer_the_lock_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desktop, "show_other", lambda _: False)
    assert desktop._leave_it_to_the_other(tmp_path, tmp_path / "running.lock") == 1
    assert f"If it is not running, delete the file {tmp_path / 'running.lock'}." in capsys.readouterr().err


def test_the_window_opens_where_nothing_can_be_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file, so no folder can be made here")
    environment = os.environ | {"XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a word")
def test_ctrl_c_and_the_end_of_a_session_close_the_window_as_a_hand_would(tmp_path: Path, name: str) -> None:
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    code = f"""
import os, signal, sys
signal.signal(signal.{name}, signal.SIG_DFL)  # a shell may have told the tests to pass over it
from app import desktop
from app.strategy import edits
from app.strategy.templates import template
load = desktop.MainWindow.load
def drawn(window):
    load(window)
    window.open_strategy(template("rsi_dip").strategy)
    window.builder.editor.perform("Rename", lambda strategy: edits.rename(strategy, "Drawn just now"))
    os.kill(os.getpid(), signal.{name})
desktop.MainWindow.load = drawn
sys.exit(desktop.run(["x"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    folder = tmp_path / "blockbuilders"
    assert not (folder / "running.lock").exists()
    library = Library.open(folder)
    draft = library.drafts.read()
    library.close()
    assert draft is not None
    assert draft.strategy.name == "Drawn just now"
