"""The key figures of a run, each with its formula on hover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui.labels import label
from app.ui.results.flow import Flow

Tone = Literal["", "good", "bad"]


@dataclass(frozen=True)
class Figure:
    """A figure: what it is called, its value as text (a dash where there is none), and how it is computed."""

    name: str
    text: str
    tone: Tone = ""
    formula: str = ""


class Cards(Flow):
    """Figures side by side, in as many rows as it takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(112, 8, parent)
        self.setAccessibleName(self.tr("Key figures"))
        self.cards: list[Card] = []

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these figures."""
        if len(figures) == len(self.cards):
            for card, figure in zip(self.cards, figures, strict=True):
                card.show_figure(figure)
            return
        self.cards = [Card(figure) for figure in figures]
        self.show_parts(self.cards)


class Card(QFrame):
    """One figure."""

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self.setProperty("figure", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name, self.value = label(pixels=11, muted=True), label(pixels=17, weight=600)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 6)
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.value)
        self.show_figure(figure)

    def show_figure(self, figure: Figure) -> None:
        """Show another figure."""
        self.name.setText(figure.name)
        self.value.setText(figure.text)
        if self.value.property("tone") != figure.tone:
            self.value.setProperty("tone", figure.tone)
            self.value.style().unpolish(self.value)
            self.value.style().polish(self.value)
        self.setToolTip(figure.formula)
        self.setAccessibleName(f"{figure.name}: {figure.text}")
        self.setAccessibleDescription(figure.formula)
