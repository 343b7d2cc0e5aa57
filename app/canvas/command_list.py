"""The list of all commands: type a few letters of what is wanted and press Return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.canvas.search_popup import SearchPopup

_WIDTH, _HEIGHT = 480, 400
_ACTION = Qt.ItemDataRole.UserRole


class CommandList(SearchPopup):
    """Searches actions by their names and triggers the one that is taken."""

    def __init__(self, parent: QWidget) -> None:
        self.list = QTreeWidget()
        self._groups: Mapping[str, Sequence[QAction]] = {}
        super().__init__(self.list, parent)
        self.nothing.setText(self.tr("No command answers to this. Try a shorter word."))
        self.search.setPlaceholderText(self.tr("What do you want to do?"))
        self.search.setAccessibleName(self.tr("Find a command"))
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName(self.tr("Commands found"))
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.itemClicked.connect(self.take_current)

    def open(self, groups: Mapping[str, Sequence[QAction]]) -> None:
        """Open over the middle of the parent with these actions."""
        self._groups = groups
        width = min(_WIDTH, self._over.width() - 32)
        height = min(_HEIGHT, self._over.height() - 32)
        self.setGeometry((self._over.width() - width) // 2, max((self._over.height() - height) // 4, 16), width, height)
        self.begin()

    def show_found(self, text: str) -> bool:
        self.list.clear()
        words = text.lower().split()
        for group, actions in self._groups.items():
            for action in actions:
                name = f"{group} {action.text()}".lower()
                if action.isEnabled() and all(word in name for word in words):
                    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                    item = QTreeWidgetItem(self.list, [action.text().replace("&", ""), keys])
                    item.setData(0, _ACTION, action)
                    # A style sheet makes that of a widget a paler one, which is hard to read.
                    item.setForeground(1, QGuiApplication.palette().placeholderText())
        self.choose(0)
        return self.list.topLevelItemCount() > 0

    def take_current(self) -> None:
        item = self.list.currentItem()
        action = item.data(0, _ACTION) if item else None
        if isinstance(action, QAction):
            self.close_down()
            action.trigger()
