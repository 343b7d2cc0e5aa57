"""The small window that opens where a block is wanted: type, choose, done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidgetItem, QVBoxLayout, QWidget

from app.blocks.kind import BlockKind
from app.canvas.kind_list import KIND, KindList
from app.canvas.search import Fit, matches
from app.canvas.theme import Theme

_WIDTH, _HEIGHT, _LEAST_HEIGHT = 340, 380, 200
_REMEMBERED = 6


class QuickAdd(QFrame):
    """Searches kinds of blocks; `chosen` gives the one that was taken."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("card", True)
        self.setFixedSize(_WIDTH, _HEIGHT)
        self.search = QLineEdit(self)
        self.search.setAccessibleName(self.tr("Find a block"))
        self.search.setClearButtonEnabled(False)
        self.list = KindList(theme, self)
        self.list.setAccessibleName(self.tr("Blocks found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nothing = QLabel(self.tr("No block answers to this. Try a shorter word."), self)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setProperty("muted", True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        for widget in (self.search, self.nothing, self.list):
            layout.addWidget(widget)
        self.fit: Fit | None = None
        self.recent: list[str] = []
        self.search.textChanged.connect(self._show_matches)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._take_item)
        self.hide()

    def open(self, at: QPoint, fit: Fit | None = None) -> None:
        """Open at a point of the parent, wholly inside it."""
        self.fit = fit
        hint = self.tr("Find what comes next") if fit else self.tr("Find a block: RSI, oversold, stop …")
        self.search.setPlaceholderText(hint)
        self.search.clear()
        self._show_matches("")
        room = self._over.rect().adjusted(8, 8, -8, -8)
        height = max(min(_HEIGHT, room.height()), _LEAST_HEIGHT)
        self.setFixedHeight(height)
        x = max(min(at.x(), room.right() - _WIDTH), room.left())
        y = max(min(at.y(), room.bottom() - height), room.top())
        self.move(x, y)
        self.show()
        self.raise_()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}.get(
            Qt.Key(event.key())
        )
        if step:
            row = self.list.currentRow() + step
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(self.list.chosen())
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            return False
        return True

    def _show_matches(self, text: str) -> None:
        kinds = matches(text, self.fit, self.recent)
        self.list.show_kinds(kinds)
        self.list.setVisible(bool(kinds))
        self.nothing.setVisible(not kinds)

    def _take_item(self, item: QListWidgetItem) -> None:
        self._take(item.data(KIND))

    def _take(self, kind: BlockKind | None) -> None:
        if kind is None:
            return
        self.remember(kind.id)
        self._close()
        self.chosen.emit(kind)

    def remember(self, kind_id: str) -> None:
        """Show this kind among the first the next time."""
        self.recent = [kind_id, *(other for other in self.recent if other != kind_id)][:_REMEMBERED]

    def _close(self) -> None:
        self.hide()
        self._over.setFocus()
