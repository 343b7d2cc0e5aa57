"""Without arguments, a window where there is a screen and the terminal where there is none."""

from __future__ import annotations

import pytest

from app.__main__ import can_show_windows


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
    assert can_show_windows(environment, system) is window
