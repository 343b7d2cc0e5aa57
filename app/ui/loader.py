"""One piece of work in a thread, handed over to the window when it is done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

log = logging.getLogger(__name__)


class Loader(QObject):
    """Does one thing in a thread and hands over what it returns."""

    done = Signal(object)
    failed = Signal()

    def start(self, work: Callable[[], Any]) -> None:
        """Do `work` in a thread, then emit `done` with what it returns, or `failed`."""
        threading.Thread(target=self._do, args=(work,), name="loader", daemon=True).start()

    def _do(self, work: Callable[[], Any]) -> None:
        try:
            found = work()
        except Exception:
            log.exception("loading failed")
            self.failed.emit()
        else:
            self.done.emit(found)
