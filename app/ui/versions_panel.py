"""The saved versions of the drawing, newest first: what differs in each, and ways back to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.canvas.editor import Editor
from app.strategy.difference import difference
from app.ui.keeper import Keeper
from app.ui.labels import label
from app.ui.shelf import Shelf
from app.ui.times import minute

if TYPE_CHECKING:
    from app.data.library.records import Revision
    from app.strategy.document import Strategy


class VersionsPanel(QWidget):
    """Follows the open drawing. `restored` tells that a version was put back and is to be saved as the newest.

    `compare_wanted` carries the picked version and the newest one: their runs are wanted side by side.
    """

    restored = Signal(str)
    compare_wanted = Signal(object, object)

    def __init__(self, editor: Editor, shelf: Shelf, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editor, self._shelf, self._keeper = editor, shelf, keeper
        self._strategy_id: str | None = None
        self._picked: tuple[Revision, Strategy] | None = None
        self.none = label(self.tr("Every save becomes a version, kept here for good."), muted=True, wrap=True)
        self.none.setMargin(12)
        self.list = QListWidget()
        self.list.setObjectName("versions")
        self.list.setAccessibleName(self.tr("Versions, newest first"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.list.setSpacing(1)
        self.list.currentItemChanged.connect(self._pick)
        self.difference = label(wrap=True)
        self.difference.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.difference.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.open_button = QPushButton(self.tr("Open"))
        self.open_button.setToolTip(self.tr("Put this version on the canvas; undo takes it back"))
        self.open_button.clicked.connect(self.open_picked)
        self.restore_button = QPushButton(self.tr("Restore"))
        self.restore_button.setToolTip(self.tr("Make this version the newest one"))
        self.restore_button.clicked.connect(self.restore_picked)
        self.compare_button = QPushButton(self.tr("Compare trades"))
        self.compare_button.setToolTip(self.tr("The runs of this version and of the newest one, side by side"))
        self.compare_button.clicked.connect(self._ask_to_compare)
        self._lay_out()
        self._show(())
        keeper.told.connect(lambda _: self._follow())
        shelf.changed.connect(self.refresh)
        editor.strategy_changed.connect(lambda _: self._compare())

    def refresh(self) -> None:
        """Show the versions as they are now."""
        key = self._keeper.kept.strategy_id
        self._strategy_id = key
        if key is None:
            self._show(())
            return

        def show(found: Sequence[Revision]) -> None:
            if key == self._keeper.kept.strategy_id:
                self._show(found)

        self._shelf.ask(lambda library: library.strategies.revisions(key), show, lambda _: self._show(()))

    def open_picked(self) -> None:
        """Put the picked version on the canvas, as a step that can be undone."""
        if self._picked is not None:
            revision, strategy = self._picked
            self._editor.settle()
            name = self.tr("Open version %1").replace("%1", str(revision.number))
            self._editor.perform(name, lambda _: strategy)

    def restore_picked(self) -> None:
        """Put the picked version on the canvas and have it saved as the newest one."""
        if self._picked is not None:
            note = self.tr("As version %1").replace("%1", str(self._picked[0].number))
            self.open_picked()
            self.restored.emit(note)

    def _ask_to_compare(self) -> None:
        if self._picked is not None:
            self.compare_wanted.emit(self._picked[0], self.list.item(0).data(Qt.ItemDataRole.UserRole))

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.difference)
        scroll.setAccessibleName(self.tr("What differs from the drawing"))
        self.difference.setContentsMargins(8, 4, 8, 4)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 0, 8, 8)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.restore_button)
        buttons.addWidget(self.compare_button)
        buttons.addStretch(1)
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(scroll, 1)
        below.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.none)
        column.addWidget(self.list, 1)
        column.addWidget(self._below, 1)
        column.addStretch()

    def _follow(self) -> None:
        if self._keeper.kept.strategy_id != self._strategy_id:
            self.refresh()

    def _show(self, revisions: Sequence[Revision]) -> None:
        picked = self._picked[0].id if self._picked else None
        self._picked = None
        self.list.clear()
        for revision in revisions:
            title = self.tr("Version %1").replace("%1", str(revision.number))
            lines = [f"{title} · {minute(revision.saved_ms)}", *([revision.note] if revision.note else [])]
            item = QListWidgetItem("\n".join(lines), self.list)
            item.setSizeHint(QSize(10, 20 + 18 * len(lines)))
            item.setToolTip(revision.name)
            item.setData(Qt.ItemDataRole.UserRole, revision)
            if revision.id == picked:
                self.list.setCurrentItem(item)
        self.none.setVisible(not revisions)
        self.list.setVisible(bool(revisions))
        self._compare()

    def _pick(self, item: QListWidgetItem | None) -> None:
        self._picked = None
        self._compare()
        if item is None:
            return
        revision: Revision = item.data(Qt.ItemDataRole.UserRole)

        def show(strategy: Strategy) -> None:
            if self.list.currentItem() is item:
                self._picked = revision, strategy
                self._compare()

        self._shelf.ask(lambda library: library.strategies.read(revision.id), show)

    def _compare(self) -> None:
        """Say what the drawing has become since the picked version."""
        self._below.setVisible(self._picked is not None)
        if self._picked is None:
            return
        revision, strategy = self._picked
        found = difference(strategy, self._editor.strategy)
        same = strategy == self._editor.strategy
        self.open_button.setEnabled(not same)
        self.restore_button.setEnabled(not same)
        self.compare_button.setEnabled(self.list.currentRow() > 0)
        if same:
            self.difference.setText(self.tr("The drawing is exactly this version."))
        elif found.same:
            self.difference.setText(self.tr("Only the places of the blocks have changed since."))
        else:
            head = self.tr("Since version %1:").replace("%1", str(revision.number))
            self.difference.setText("\n".join([head, *(f"– {line}" for line in found.sentences())]))
