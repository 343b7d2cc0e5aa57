"""Which kept run is on the page of results, and what was found out about it since."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.ui.labels import label
from app.ui.results.header import ElidedLabel


class RunStrip(QWidget):
    """A line that names the run, and a sentence for each thing worth knowing, in the order of their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel(12, 500)
        self.name.setProperty("muted", True)
        self._facts: dict[str, QLabel] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 0, 16, 6)
        self._column.setSpacing(2)
        self._column.addWidget(self.name)
        self.hide()

    def show_name(self, text: str) -> None:
        """Name a run; what is known of another one goes."""
        self.name.say(text)
        for fact in self._facts.values():
            fact.hide()
        self.show()

    def say(self, fact: str, text: str, tone: str = "") -> None:
        """Say something under a name, in the place of what was said under it; "" takes it away."""
        line = self._facts.get(fact) or self._add(fact)
        line.setText(" ".join(text.split()))
        line.setProperty("tone", tone)
        line.style().unpolish(line)
        line.style().polish(line)
        line.setVisible(bool(text))

    def said(self, fact: str) -> str:
        """Return what is said under a name, "" for nothing."""
        line = self._facts.get(fact)
        return line.text() if line is not None and not line.isHidden() else ""

    def _add(self, fact: str) -> QLabel:
        line = label(pixels=12, wrap=True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts[fact] = line
        self._column.addWidget(line)
        return line
