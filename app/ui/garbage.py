"""Unreachable objects are collected in the window's thread alone: Qt does not bear it in any other."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 100
# So many times in a row with hardly a new object, and the hand rests.
_AT_REST = 20
_FEW = 500
# So many modules more, and what they brought is set aside.
_MANY_MODULES = 50


class Collector(QObject):
    """Does in the thread it is made in what Python would otherwise do in whichever thread allocates.

    Young objects are looked through often, a few milliseconds at a time. To look through all of them would take a
    seventh of a second, nearly all of it for what modules are made of, which lasts to the end anyway. So that is set
    aside as soon as it is there, which takes no time, and the rest is looked through when the hand rests.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._rested = self._young = self._modules = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(_EVERY_MS)

    def collect(self) -> None:
        """Collect the generations that are due."""
        if len(sys.modules) >= self._modules + _MANY_MODULES:
            gc.freeze()
            self._modules = len(sys.modules)
        young, middle, old = gc.get_count()
        self._rested = self._rested + 1 if abs(young - self._young) < _FEW else 0
        if self._rested >= _AT_REST and old > self._thresholds[2]:
            gc.collect(2)
            self._rested = 0
        elif middle > self._thresholds[1]:
            gc.collect(1)
        elif young > self._thresholds[0]:
            gc.collect(0)
        self._young = gc.get_count()[0]

    def stop(self) -> None:
        """Collect no more. Nor does Python by itself: while objects of Qt are taken down, it could wait for itself."""
        self._timer.stop()
        gc.unfreeze()
