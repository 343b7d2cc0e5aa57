"""A screen in memory with a window manager, for a walk with real events."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

MANAGERS = ("openbox", "xfwm4", "twm")


def missing() -> list[str]:
    """Return the programs that a walk on a screen needs and this computer lacks."""
    lacking = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    return lacking if _manager() else [*lacking, f"one of {', '.join(MANAGERS)}"]


@contextmanager
def screen(width: int, height: int) -> Iterator[str]:
    """Yield the name of a display of this size with a window manager on it; both end with the walk."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    if not number:
        raise RuntimeError("Xvfb did not start.")
    display = f":{number}"
    manager = subprocess.Popen([_manager()], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL)
    time.sleep(0.5)  # until it has taken over the screen
    try:
        yield display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)


def _manager() -> str:
    return next((name for name in MANAGERS if shutil.which(name)), "")
