"""The key figures of a run, each with its formula on hover; a click on one leads to what it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.results.overview import Card
from app.ui.labels import label
from app.ui.results.causes import CAUSES
from app.ui.results.flow import Flow


class Cards(Flow):
    """Figures side by side, in as many rows as it takes. `picked` is the name of the one that was clicked."""

    picked = Signal(str)

    def __init__(self, narrowest: int = 104, parent: QWidget | None = None) -> None:
        super().__init__(narrowest, 8, parent)
        self.setAccessibleName(self.tr("Key figures"))
        self.cards: list[CardFace] = []

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show these figures."""
        if len(cards) != len(self.cards):
            self.cards = [CardFace() for _ in cards]
            self.show_parts(self.cards)
            for face in self.cards:
                face.picked.connect(self.picked)
        for face, card in zip(self.cards, cards, strict=True):
            face.show_card(card)
        self.settle()


class CardFace(QFrame):
    """One figure."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._figure = ""
        self.setProperty("figure", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name, self.value = label(pixels=11, muted=True), label(pixels=17, weight=600)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 6)
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.value)

    def show_card(self, card: Card) -> None:
        """Show another figure."""
        self._figure = card.name if card.name in CAUSES else ""
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._figure else Qt.CursorShape.ArrowCursor)
        self.name.setText(card.title)
        self.value.setText(card.text.replace("-", "−"))
        if self.value.property("tone") != card.tone:
            self.value.setProperty("tone", card.tone)
            self.value.style().unpolish(self.value)
            self.value.style().polish(self.value)
        about = f"{card.formula}\n{self.tr('Click to see what it comes from.')}" if self._figure else card.formula
        self.setToolTip(about)
        self.setAccessibleName(f"{card.title}: {card.text}")
        self.setAccessibleDescription(about)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside and self._figure:
            self.picked.emit(self._figure)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._figure:
            self.picked.emit(self._figure)
        else:
            super().keyPressEvent(event)
