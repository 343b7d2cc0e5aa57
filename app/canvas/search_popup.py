"""What opens over the canvas to search in: a field, what is found below it, and keys that choose and take."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}


class SearchPopup(QFrame):
    """Subclasses say what is found and what it means to take it. Escape, and a hand that goes elsewhere, close it."""

    taking_keys: tuple[Qt.Key, ...] = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

    def __init__(self, list_: QAbstractItemView, parent: QWidget) -> None:
        super().__init__(parent)
        self._over, self._list = parent, list_
        self.setProperty("card", True)
        self.search = QLineEdit(self)
        list_.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nothing = QLabel(self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        for widget in (self.search, self.nothing, list_):
            layout.addWidget(widget)
        self.search.textChanged.connect(self._show)
        self.search.installEventFilter(self)
        self.hide()

    def show_found(self, text: str) -> bool:
        """Fill the list with what answers to a text; return whether anything does."""
        raise NotImplementedError

    def take_current(self) -> None:
        """Take what is chosen in the list."""
        raise NotImplementedError

    def begin(self) -> None:
        """Show everything, ready to be typed into."""
        self.search.clear()
        self._show("")
        self.show()
        self.raise_()
        self.search.setFocus()

    def close_down(self) -> None:
        """Give the keyboard back to what lies below."""
        self.hide()
        self._over.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        if key in _STEPS:
            self.choose(self._list.currentIndex().row() + _STEPS[key])
        elif key in self.taking_keys:
            self.take_current()
        elif key == Qt.Key.Key_Escape:
            self.close_down()
        else:
            return False
        return True

    def choose(self, row: int) -> None:
        """Choose a row of the list, or the one nearest to it that there is."""
        rows = self._list.model()
        self._list.setCurrentIndex(rows.index(min(max(row, 0), rows.rowCount() - 1), 0))

    def _show(self, text: str) -> None:
        found = self.show_found(text)
        self._list.setVisible(found)
        self.nothing.setVisible(not found)
