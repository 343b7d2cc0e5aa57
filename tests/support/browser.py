"""A browser without a window, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Opened:
    """A page as the browser has it after loading, and what its console said."""

    document: str
    console: tuple[str, ...]


def browser() -> str | None:
    """Return the program, or None where there is none that starts."""
    return next((found for name in NAMES if (found := shutil.which(name)) and _starts(found)), None)


def _starts(program: str) -> bool:
    # Ubuntu has a program of that name which only says where to get the real one.
    return subprocess.run([program, "--version"], capture_output=True, timeout=60).returncode == 0


def open_page(program: str, page: Path, profile: Path) -> Opened:
    """Open a page from the disk, without a network."""
    command = [
        *(program, "--headless", "--disable-gpu", "--no-first-run", "--enable-logging=stderr", "--dump-dom"),
        *(f"--user-data-dir={profile}", "--proxy-server=127.0.0.1:9", "--disable-dev-shm-usage"),
        *(["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []),
        page.resolve().as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    said = (line.split(":CONSOLE", 1)[1] for line in done.stderr.splitlines() if ":CONSOLE" in line)
    return Opened(done.stdout, tuple(said))
