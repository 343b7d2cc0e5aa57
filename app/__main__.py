"""Where Blockbuilders starts. Nothing heavy is loaded before it is known to be needed."""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in `arguments` (those of the process when None) and return its exit code.

    Without arguments the window opens, or where there is no screen the built-in example runs in the terminal.
    """
    multiprocessing.freeze_support()
    if arguments is None and not sys.warnoptions:
        # Warnings are for developers, who ask for them with -W.
        warnings.simplefilter("ignore")
    typed = sys.argv[1:] if arguments is None else arguments
    try:
        if not typed and can_show_windows(os.environ, sys.platform):
            return _open_window()
        return _run_command(typed)
    except KeyboardInterrupt:
        return 130


def can_show_windows(
    environment: Mapping[str, str], system: str, answers: Callable[[Mapping[str, str]], bool] | None = None
) -> bool:
    """Return whether there is a screen to open a window on.

    A screen that the environment names may be gone, and Qt would end the process: `answers` tells whether it is there.
    """
    wanted = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if wanted and wanted not in ("xcb", "wayland"):
        return wanted not in ("offscreen", "minimal")
    if system in ("darwin", "win32"):
        return True
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return False
    if (answers or screen_answers)(environment):
        return True
    named = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    sys.stderr.write(f"The screen {named} does not answer, so Blockbuilders stays in the terminal.\n")
    return False


def screen_answers(environment: Mapping[str, str]) -> bool:
    """Return whether anybody listens at the screen that the environment names."""
    wayland = environment.get("WAYLAND_DISPLAY")
    if wayland:
        path = os.path.join(environment.get("XDG_RUNTIME_DIR", ""), wayland)
        if _listens(socket.AF_UNIX, path):
            return True
    found = re.fullmatch(r"(?:unix|/.*)?([^:/]*):(\d+)(?:\.\d+)?", environment.get("DISPLAY", ""))
    if found is None:
        # Another way to name a screen, as macOS has it: Qt knows best.
        return bool(environment.get("DISPLAY"))
    host, number = found[1], int(found[2])
    if host:
        return _listens(socket.AF_INET, (host, 6000 + number))
    path = f"/tmp/.X11-unix/X{number}"
    # On Linux a screen may listen at a name that is no file.
    return any(_listens(socket.AF_UNIX, name) for name in (path, f"\0{path}"))


def _listens(family: int, address: str | tuple[str, int]) -> bool:
    try:
        if family == socket.AF_INET:
            assert isinstance(address, tuple)
            socket.create_connection(address, timeout=2.0).close()
            return True
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(2.0)
            connection.connect(address)
            return True
    except (OSError, ValueError):
        return False


def _open_window() -> int:
    try:
        from app import desktop
    except ImportError:  # Qt, or a library of the system that it needs, is not there
        return _run_command([])
    return desktop.run()


def _run_command(typed: Sequence[str]) -> int:
    from app.terminal.command_line import run

    return run(typed)


if __name__ == "__main__":
    sys.exit(main())
