"""Finds blocks, frames and notes on the canvas by their names, values and words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit

from app.blocks import catalog
from app.canvas.canvas_view import CanvasView
from app.strategy.document import Block, Strategy
from app.strategy.parts import Parts


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
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.count.setProperty("muted", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.count)
        self._at = -1
        self.found: list[Parts] = []
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
        found = _texts(self._view.editor.strategy)
        self.found = [parts for parts, text in found if words and all(word in text for word in words)]
        self._at = -1
        self._mark()
        self.count.setText(self.tr("{0} found").format(len(self.found)) if words else "")

    def _step(self, by: int) -> None:
        if self.found:
            self._at = (self._at + by) % len(self.found)
            parts = self.found[self._at]
            self._view.editor.pick(parts)
            self._view.centerOn(self._view.canvas.bounds_of(parts).center())
            self.count.setText(f"{self._at + 1} / {len(self.found)}")

    def _mark(self) -> None:
        hits = Parts().joined(self.found)
        for block_id, item in self._view.canvas.blocks.items():
            item.show_as(found=block_id in hits.blocks)
        for sheet in self._view.canvas.sheets.items:
            sheet.show_as(found=sheet.sheet.id in (hits.frames if sheet.what == "frame" else hits.notes))

    def _close(self) -> None:
        self.found = []
        self._mark()
        self.hide()
        self._view.setFocus()


def _texts(strategy: Strategy) -> list[tuple[Parts, str]]:
    """Return everything that can be found with the words by which it is."""
    found = [(Parts(blocks=frozenset({block.id})), _text(block)) for block in strategy.blocks]
    found += [(Parts(frames=frozenset({each.id})), f"frame {each.title}".lower()) for each in strategy.frames]
    return found + [(Parts(notes=frozenset({each.id})), f"note {each.text}".lower()) for each in strategy.notes]


def _text(block: Block) -> str:
    kind = catalog.kind(block.kind)
    values = [kind.params[at].show(block.params[param.name]) for at, param in enumerate(kind.params)] if kind else []
    return " ".join([kind.title if kind else "", block.id, *values]).lower()
