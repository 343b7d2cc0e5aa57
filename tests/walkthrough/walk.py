"""A walk through the window as a new user takes it.

Started as `python tests/walkthrough/walk.py FOLDER [--theme dark] [--scale 2] [--size 1024x700]`, it puts a picture of
every step into FOLDER. The events are those of an X server in memory; without the programs for that it is left out, and
says why.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = 77
FEEDS = ("BINANCE", "BINANCE_ARCHIVE", "COINBASE", "BYBIT", "OKX", "BITSTAMP", "KRAKEN")


def main() -> int:
    """Walk, and return an exit code: 77 where this computer cannot."""
    for folder in (ROOT, ROOT / "tests"):
        sys.path.insert(0, str(folder))
    from walkthrough.screen import missing, screen

    asked = _arguments()
    if lacking := missing():
        sys.stdout.write(f"No walk: this computer lacks {', '.join(lacking)}.\n")
        return LEFT_OUT
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own, screen(*(asked.scale * side for side in asked.size)) as display:
        _own_folders(Path(own))
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb", QT_SCALE_FACTOR=str(asked.scale))
        with _window(Path(own), asked.theme) as window:
            return _walk(window, asked.folder)


def _walk(window: object, folder: Path) -> int:
    from PySide6.QtGui import QGuiApplication
    from walkthrough.hands import XHand
    from walkthrough.states import States
    from walkthrough.steps import Walk

    def look(name: str) -> None:
        QGuiApplication.primaryScreen().grabWindow(0).save(str(folder / f"{name}.png"))

    walk = Walk(window, XHand(), look)  # type: ignore[arg-type] - imported too early it would bring Qt along
    for seconds, name in walk.all_steps():
        sys.stdout.write(f"{seconds:6.1f} s  {name}\n")
    States(walk, folder).all_states()
    sys.stdout.write(f"First changed result after {walk.changed_after:.1f} s. Pictures are in {folder}.\n")
    return 0 if walk.changed_after < 60 else 1


@contextmanager
def _window(own: Path, theme: str) -> Iterator[object]:
    """Yield the window as a first start opens it."""
    from PySide6.QtCore import QSettings, QTimer

    from app import desktop
    from app.ui import look
    from app.ui.garbage import Collector
    from app.ui.main_window import MainWindow

    _app = desktop.make_application(["blockbuilders"])
    settings = QSettings(str(own / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("theme", theme)
    window = MainWindow(settings, own / "records")
    look.apply(window, window.theme)
    window.showMaximized()
    QTimer.singleShot(0, window.load)
    collector = Collector()
    try:
        yield window
    finally:
        window.close()
        collector.stop()


def _own_folders(own: Path) -> None:
    """Keep the walk away from what this user has, and off the network."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(own / name.lower())
    for name in FEEDS:
        os.environ[f"BLOCKBUILDERS_{name}"] = "http://127.0.0.1:9"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Walks through the window and takes a picture of every step.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--scale", type=int, choices=(1, 2), default=1)
    parser.add_argument("--size", type=_size, default=(1440, 900), help="of the screen, for example 1024x700")
    return parser.parse_args()


def _size(text: str) -> tuple[int, int]:
    across, down = text.split("x")
    return int(across), int(down)


if __name__ == "__main__":
    sys.exit(main())
