"""The key figures of a run, each with its formula on hover."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.results.overview import Card
from app.ui.labels import label
from app.ui.results.flow import Flow


class Cards(Flow):
    """Figures side by side, in as many rows as it takes."""

    def __init__(self, narrowest: int = 104, parent: QWidget | None = None) -> None:
        super().__init__(narrowest, 8, parent)
        self.setAccessibleName(self.tr("Key figures"))
        self.cards: list[CardFace] = []

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show these figures."""
        if len(cards) != len(self.cards):
            self.cards = [CardFace() for _ in cards]
            self.show_parts(self.cards)
        for face, card in zip(self.cards, cards, strict=True):
            face.show_card(card)


class CardFace(QFrame):
    """One figure."""

    def __init__(self) -> None:
        super().__init__()
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
        self.name.setText(card.title)
        self.value.setText(card.text.replace("-", "−"))
        if self.value.property("tone") != card.tone:
            self.value.setProperty("tone", card.tone)
            self.value.style().unpolish(self.value)
            self.value.style().polish(self.value)
        self.setToolTip(card.formula)
        self.setAccessibleName(f"{card.title}: {card.text}")
        self.setAccessibleDescription(card.formula)
