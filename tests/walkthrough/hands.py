"""Hands that work the window: one moves the pointer of an X server, the other sends Qt what a pointer would."""

from __future__ import annotations

import subprocess
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
# What xdotool calls the keys that Qt calls otherwise.
_X_NAMES = {"Esc": "Escape", "Ctrl": "ctrl", "Shift": "shift", "Alt": "alt", "Del": "Delete", "?": "question"}


class Hand(Protocol):
    """Points, presses and types; places are in points of the screen."""

    def move(self, at: QPoint) -> None:
        """Bring the pointer to a place."""

    def press(self) -> None:
        """Press the left button."""

    def release(self) -> None:
        """Let the left button go."""

    def double_click(self, at: QPoint) -> None:
        """Click twice in quick succession."""

    def key(self, keys: str) -> None:
        """Press keys together, named as in a menu: `Ctrl+Z`."""

    def type(self, text: str) -> None:
        """Type a text where the focus is."""


class XHand:
    """Real events of an X server, through xdotool."""

    def move(self, at: QPoint) -> None:
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        _xdotool("mousemove", "--sync", str(round(at.x() * ratio)), str(round(at.y() * ratio)))

    def press(self) -> None:
        _xdotool("mousedown", "1")

    def release(self) -> None:
        _xdotool("mouseup", "1")

    def double_click(self, at: QPoint) -> None:
        self.move(at)
        _xdotool("click", "--repeat", "2", "--delay", "60", "1")

    def key(self, keys: str) -> None:
        # A capital letter would be one with Shift.
        names = (part.lower() if len(part) == 1 else part for part in keys.split("+"))
        _xdotool("key", "+".join(_X_NAMES.get(name, name) for name in names))

    def type(self, text: str) -> None:
        _xdotool("type", "--delay", "25", text)


class QtHand:
    """The same without a screen: events enter where those of a window system would."""

    def __init__(self, window: QWindow) -> None:
        self._window, self._at = window, QPoint()

    def move(self, at: QPoint) -> None:
        self._at = at
        QTest.mouseMove(self._under(), self._local())
        QTest.qWait(5)

    def press(self) -> None:
        QTest.mousePress(self._under(), LEFT, Qt.KeyboardModifier.NoModifier, self._local())

    def release(self) -> None:
        QTest.mouseRelease(self._under(), LEFT, Qt.KeyboardModifier.NoModifier, self._local())

    def double_click(self, at: QPoint) -> None:
        self.move(at)
        QTest.mouseDClick(self._under(), LEFT, Qt.KeyboardModifier.NoModifier, self._local())

    def key(self, keys: str) -> None:
        pressed = QKeySequence(keys)[0]
        QTest.keyClick(self._under(), pressed.key(), pressed.keyboardModifiers())

    def type(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self._under(), character)

    def _under(self) -> QWindow:
        popup = QApplication.activePopupWidget()
        return popup.windowHandle() if popup is not None else self._window

    def _local(self) -> QPoint:
        return self._under().mapFromGlobal(self._at)


def _xdotool(*words: str) -> None:
    """Run one command of xdotool, and let the window take in what it did."""
    subprocess.run(["xdotool", *words], check=True, timeout=20)
    QTest.qWait(30)
