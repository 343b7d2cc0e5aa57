"""Without arguments, a window where there is a screen and the terminal where there is none."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app.__main__ import can_show_windows, screen_answers


@pytest.mark.parametrize(
    ("environment", "system", "window"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({"QT_QPA_PLATFORM": "minimal"}, "darwin", False),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_a_window_needs_a_screen(environment: dict[str, str], system: str, window: bool) -> None:
    assert can_show_windows(environment, system, answers=lambda _: True) is window


@pytest.mark.parametrize(
    "environment", [{"DISPLAY": ":99"}, {"WAYLAND_DISPLAY": "gone"}, {"DISPLAY": ":99", "QT_QPA_PLATFORM": "xcb"}]
)
def test_a_screen_that_is_gone_is_a_sentence(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert not can_show_windows(environment, "linux", answers=lambda _: False)
    said = capsys.readouterr().err
    assert "does not answer" in said
    assert "terminal" in said


def test_a_screen_answers_while_somebody_listens(tmp_path: Path) -> None:
    environment = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert not screen_answers(environment)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert screen_answers(environment)
    assert not screen_answers(environment)  # the file is still there, but nobody listens


def test_a_screen_of_another_computer_is_asked_over_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        assert screen_answers({"DISPLAY": f"127.0.0.1:{number}.0"})
    assert not screen_answers({"DISPLAY": f"127.0.0.1:{number}.0"})
    assert not screen_answers({"DISPLAY": ":59999"})
