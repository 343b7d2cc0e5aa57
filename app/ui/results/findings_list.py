"""What the run gives reason to doubt, in sentences: the number behind each, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.results.finding import Finding
from app.results.verdict import NOTHING_FOUND
from app.ui.labels import label
from app.ui.results.paragraph import Paragraph


class FindingsList(QWidget):
    """Findings one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(8)
        self.notice = Paragraph(muted=True)
        self._column.addWidget(self.notice)
        self._column.addStretch(1)
        self.parts: list[QWidget] = []

    def say(self, text: str) -> None:
        """Say something in the place of findings."""
        self.show_findings((), text)

    def show_findings(self, findings: Sequence[Finding], notice: str) -> None:
        """Show findings, the gravest first as they come, under a sentence."""
        for part in self.parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self.parts = [_Finding(finding) for finding in findings]
        for number, part in enumerate(self.parts):
            self._column.insertWidget(number + 1, part)
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))

    def show_verdict(self, findings: Sequence[Finding], *, complete: bool) -> None:
        """Show the findings of a verdict; more may come where it is not complete yet."""
        notice = "" if complete else self.tr("Still looking: costs and the other fill model are being tried…")
        self.show_findings(findings, notice or ("" if findings else NOTHING_FOUND))


class _Finding(QFrame):
    def __init__(self, finding: Finding) -> None:
        super().__init__()
        names = {"serious": self.tr("Serious"), "caution": self.tr("Caution"), "note": self.tr("Worth knowing")}
        self.setProperty("finding", finding.severity)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{names[finding.severity]}: {finding.sentence} {finding.what_to_do}".strip())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        severity = label(names[finding.severity], pixels=11, weight=500)
        severity.setProperty("tone", {"serious": "bad", "caution": "warn"}.get(finding.severity, ""))
        column.addWidget(severity)
        column.addWidget(Paragraph(finding.sentence, weight=500))
        column.addWidget(Paragraph(finding.what_to_do, muted=True))
