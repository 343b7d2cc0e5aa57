"""Where Blockbuilders starts. Nothing heavy is loaded before it is known to be needed."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Mapping, Sequence


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


def can_show_windows(environment: Mapping[str, str], system: str) -> bool:
    """Return whether there is a screen to open a window on."""
    wanted = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if wanted:
        return wanted not in ("offscreen", "minimal")
    if system in ("darwin", "win32"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


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
