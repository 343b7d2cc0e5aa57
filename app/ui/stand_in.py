"""Entries of menus for actions whose keys belong elsewhere."""

from __future__ import annotations

import contextlib

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu


class StandIn(QAction):
    """An entry that names an action and its keys, but leaves the keys to where the action belongs.

    In a menu, the single letters of the canvas would be taken from every list and chart of the window.
    """

    def __init__(self, action: QAction, menu: QMenu) -> None:
        super().__init__(menu)
        self._action = action
        self._follow()
        action.changed.connect(self._follow)
        self.triggered.connect(lambda _=False: action.trigger())

    def _follow(self) -> None:
        # Actions tell of a last change while they are taken down; Qt then has no object behind them any more.
        with contextlib.suppress(RuntimeError):
            keys = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self.setText(f"{self._action.text()}\t{keys}" if keys else self._action.text())
            self.setEnabled(self._action.isEnabled())
