"""A bar for work that takes long enough to wonder about."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.terminal.screen import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 0.6


@contextmanager
def long_work(title: str) -> Iterator[Callable[..., None] | None]:
    """Give what takes a share from 0 to 1 and draws a bar once the work has lasted a while; None without a terminal."""
    if not is_terminal(sys.stderr):
        yield None
        return
    bar = _Bar(title)
    try:
        yield bar.report
    finally:
        bar.close()


class _Bar:
    def __init__(self, title: str) -> None:
        self._title = title
        self._begun = time.monotonic()
        self._drawn: Progress | None = None

    def report(self, share: float, words: str = "") -> None:
        """Show the share that is done, with words about it, from the moment on when the work is long."""
        if self._drawn is None:
            if time.monotonic() - self._begun < _PATIENCE:
                return
            self._drawn = _started()
            self._drawn.add_task(self._title, total=1.0, words="")
        self._drawn.update(self._drawn.task_ids[0], completed=share, words=words)

    def close(self) -> None:
        """Take the bar away."""
        if self._drawn is not None:
            self._drawn.stop()


def _started() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[words]}"))
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar
