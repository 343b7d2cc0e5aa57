"""How fast the page of all runs shows a large history; `python -m benchmarks.library` makes one and asks here.

A list counts when it is painted: from the wish to the end of the paint that shows it, offscreen.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*.warning=false")

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer

from app.canvas.theme import LIGHT
from app.desktop import make_application
from app.ui import look
from app.ui.garbage import Collector
from app.ui.main_window import MainWindow

ROUNDS = 11


def measure(folder: Path, settings: Path) -> list[str]:
    """Return the figures for the library in a folder as lines of text."""
    _app = make_application(["benchmark"])
    collector = Collector()
    window = MainWindow(QSettings(str(settings), QSettings.Format.IniFormat), folder)
    look.apply(window, LIGHT)
    window.resize(1440, 900)
    window.show()
    window.load()
    _rest(5_000)
    try:
        return _measured(window)
    finally:
        window.close()
        collector.stop()


def _measured(window: MainWindow) -> list[str]:
    lists = _Lists(window)
    first = lists.took(window.show_history)
    found = [f"the history, opened for the first time: {first[0]:.0f} ms, CPU {first[1]:.0f}"]
    column, ways = lists.page.model.column("total_return"), cycle(Qt.SortOrder)
    words = cycle(("strategy 7", ""))

    def leave() -> None:
        window.show_home()
        window.shelf.changed.emit()

    def search() -> None:
        lists.page.filter.search.setText(next(words))
        lists.page.filter._typing.stop()
        lists.page.filter.changed.emit()

    found.append(lists.usual("the history, opened again", window.show_history, before=leave))
    found.append(lists.usual("sorted by return", lambda: lists.page.table.sortByColumn(column, next(ways))))
    found.append(lists.usual("searched for a word, and no more", search))
    return found


class _Lists:
    """Waits for lists of the page to be painted."""

    def __init__(self, window: MainWindow) -> None:
        self.page = window.history.page()
        self._loop, self._shown = QEventLoop(), False
        self.page.model.modelReset.connect(self._tell)
        self.page.model.dataChanged.connect(self._tell)

    def took(self, does: Callable[[], object]) -> tuple[float, float]:
        """Return milliseconds by the clock and of work until what is done shows."""
        self._shown = False
        begun, worked = time.perf_counter(), time.process_time()
        does()
        while not self._shown:
            self._loop.exec()
        self.page.table.viewport().repaint()
        return 1_000 * (time.perf_counter() - begun), 1_000 * (time.process_time() - worked)

    def usual(self, name: str, does: Callable[[], object], before: Callable[[], object] = lambda: None) -> str:
        """Return the median and the best time, and the least work, as a line of text."""
        took = []
        for _ in range(ROUNDS):
            before()
            _rest(700)
            took.append(self.took(does))
        times, work = zip(*took, strict=True)
        return f"{name}: {median(times):.0f} ms, at best {min(times):.0f}, CPU {min(work):.0f}"

    def _tell(self, *_: object) -> None:
        self._shown = True
        self._loop.quit()


def _rest(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
