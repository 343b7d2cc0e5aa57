"""Work in a thread of its own that tells the window how far it is, and can be stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.errors import BlockbuildersError, Cancelled

log = logging.getLogger(__name__)

Report = Callable[[float], None]


class Task(QObject):
    """One after the other: a newer piece of work stops the older one, which then says nothing more.

    `progressed` is the share done, `failed` a sentence, `ended` tells that nothing is under way any more.
    """

    progressed = Signal(float)
    failed = Signal(str)
    ended = Signal()
    _arrived = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._round = 0
        self._threads: list[threading.Thread] = []
        self._arrived.connect(self._pass_on)

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return any(thread.is_alive() for thread in self._threads)

    def begin(self, work: Callable[[Report], Any], then: Callable[[Any], object]) -> None:
        """Do `work`, which reports its share, and call `then` with what it gives, in the window's own thread."""
        self._round += 1
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._work, args=(self._round, work, then), name="task", daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Let the work end where it is."""
        self._round += 1
        self.ended.emit()

    def close(self) -> None:
        """Stop, and wait until nothing is under way."""
        self._round += 1
        for thread in self._threads:
            thread.join()

    def _pass_on(self, round_: int, tell: Callable[[], object]) -> None:
        if round_ == self._round:
            tell()

    def _work(self, round_: int, work: Callable[[Report], Any], then: Callable[[Any], object]) -> None:
        def report(share: float) -> None:
            if round_ != self._round:
                raise Cancelled("It was stopped.")
            self._arrived.emit(round_, lambda: self.progressed.emit(share))

        try:
            found = work(report)
        except Cancelled:
            return
        except BlockbuildersError as error:
            self._fail(round_, str(error))
        except Exception:
            log.exception("a task failed")
            self._fail(round_, self.tr("Something is wrong with the app itself, sorry."))
        else:
            self._end(round_, lambda: then(found))

    def _fail(self, round_: int, text: str) -> None:
        self._end(round_, lambda: self.failed.emit(text))

    def _end(self, round_: int, tell: Callable[[], object]) -> None:
        def ended() -> None:
            self.ended.emit()
            tell()

        self._arrived.emit(round_, ended)
