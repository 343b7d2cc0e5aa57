"""What the run gives reason to doubt, in sentences: the number behind each, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui.labels import label


@dataclass(frozen=True)
class Doubt:
    """A finding as it is shown: what is so, and what to do about it. `serious` ones come first and stand out."""

    text: str
    advice: str
    serious: bool


class FindingsList(QWidget):
    """Findings one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(8)
        self.notice = label(muted=True, wrap=True)
        self._column.addWidget(self.notice)
        self._column.addStretch(1)
        self.parts: list[QWidget] = []

    def say(self, text: str) -> None:
        """Say something in the place of findings."""
        self.show_findings((), text)

    def show_findings(self, findings: Sequence[Doubt], notice: str) -> None:
        """Show findings under a sentence."""
        for part in self.parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self.parts = [_Finding(finding) for finding in findings]
        for number, part in enumerate(self.parts):
            self._column.insertWidget(number + 1, part)
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))


class _Finding(QFrame):
    def __init__(self, finding: Doubt) -> None:
        super().__init__()
        self.setProperty("finding", "serious" if finding.serious else "plain")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{finding.text} {finding.advice}".strip())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        for part in (label(finding.text, weight=500, wrap=True), label(finding.advice, muted=True, wrap=True)):
            if part.text():
                part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(part)
