"""Finds blocks on the canvas by their names and values."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit

from app.blocks import catalog
from app.canvas.canvas_view import CanvasView
from app.strategy.document import Block


class FindBar(QFrame):
    """Highlights what answers to a text; Return goes to the next one, Escape ends it."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.setProperty("card", True)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find on the canvas"))
        self.search.setAccessibleName(self.tr("Find on the canvas"))
        self.count = QLabel(self)
        self.count.setProperty("muted", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.count)
        self._at = -1
        self.found: list[str] = []
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        view.editor.strategy_changed.connect(self._refresh)
        self.hide()

    def open(self) -> None:
        """Open at the top of the canvas."""
        self.resize(320, 50)
        self.move(max(self._view.width() - self.width() - 16, 8), 16)
        self.show()
        self.raise_()
        self.search.setFocus()
        self.search.selectAll()
        self._search(self.search.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
                self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        if self.isVisible():
            self._search(self.search.text())

    def _search(self, text: str) -> None:
        words = text.lower().split()
        blocks = self._view.editor.strategy.blocks
        self.found = [block.id for block in blocks if words and all(word in _text(block) for word in words)]
        self._at = -1
        self._mark()
        self.count.setText(self.tr("{0} found").format(len(self.found)) if words else "")

    def _step(self, by: int) -> None:
        if self.found:
            self._at = (self._at + by) % len(self.found)
            block_id = self.found[self._at]
            self._view.editor.select([block_id])
            self._view.center_on_block(block_id)
            self.count.setText(f"{self._at + 1} / {len(self.found)}")

    def _mark(self) -> None:
        for block_id, item in self._view.canvas.blocks.items():
            item.show_as(found=block_id in self.found)

    def _close(self) -> None:
        self.found = []
        self._mark()
        self.hide()
        self._view.setFocus()


def _text(block: Block) -> str:
    kind = catalog.kind(block.kind)
    values = [kind.params[at].show(block.params[param.name]) for at, param in enumerate(kind.params)] if kind else []
    return " ".join([kind.title if kind else "", block.id, *values]).lower()
