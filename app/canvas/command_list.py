"""The list of all commands: type a few letters of what is wanted and press Return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHeaderView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

_WIDTH, _HEIGHT = 480, 400
_ACTION = Qt.ItemDataRole.UserRole


class CommandList(QFrame):
    """Searches actions by their names and triggers the one that is taken."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("card", True)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("What do you want to do?"))
        self.search.setAccessibleName(self.tr("Find a command"))
        self.list = QTreeWidget(self)
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Commands found"))
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.nothing = QLabel(self.tr("No command answers to this. Try a shorter word."), self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        for widget in (self.search, self.nothing, self.list):
            layout.addWidget(widget)
        self._groups: Mapping[str, Sequence[QAction]] = {}
        self.search.textChanged.connect(self._show_matches)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._take)
        self.hide()

    def open(self, groups: Mapping[str, Sequence[QAction]]) -> None:
        """Open over the middle of the parent with these actions."""
        self._groups = groups
        self.search.clear()
        self._show_matches("")
        width = min(_WIDTH, self._over.width() - 32)
        height = min(_HEIGHT, self._over.height() - 32)
        self.setGeometry((self._over.width() - width) // 2, max((self._over.height() - height) // 4, 16), width, height)
        self.show()
        self.raise_()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step:
            self._choose(self.list.currentIndex().row() + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentItem())
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            return False
        return True

    def _show_matches(self, text: str) -> None:
        self.list.clear()
        words = text.lower().split()
        for group, actions in self._groups.items():
            for action in actions:
                name = f"{group} {action.text()}".lower()
                if action.isEnabled() and all(word in name for word in words):
                    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                    item = QTreeWidgetItem(self.list, [action.text().replace("&", ""), keys])
                    item.setData(0, _ACTION, action)
                    item.setForeground(1, self.palette().placeholderText())
        self._choose(0)
        found = self.list.topLevelItemCount() > 0
        self.list.setVisible(found)
        self.nothing.setVisible(not found)

    def _choose(self, row: int) -> None:
        item = self.list.topLevelItem(min(max(row, 0), self.list.topLevelItemCount() - 1))
        if item:
            self.list.setCurrentItem(item)

    def _take(self, item: QTreeWidgetItem | None) -> None:
        action = item.data(0, _ACTION) if item else None
        if isinstance(action, QAction):
            self._close()
            action.trigger()

    def _close(self) -> None:
        self.hide()
        self._over.setFocus()
