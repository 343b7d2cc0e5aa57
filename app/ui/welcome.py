"""The first start: a card on Home that leads into a running template, and four steps to try beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.labels import label
from app.ui.leading_card import LeadingCard
from app.ui.results.paragraph import Paragraph


class WelcomeCard(LeadingCard):
    """Says in three lines what this is; one button shows it, the other takes the card away for good."""

    wanted = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(Paragraph(self.tr("Welcome. See an idea trade in ten seconds."), pixels=18, weight=600))
        for text in (
            self.tr("An idea is a drawing: blocks for prices, indicators and conditions, joined by lines."),
            self.tr("Every change is tested at once on two years of minute prices of a made-up sample market."),
            self.tr("Nothing leaves this computer, and no account is needed."),
        ):
            words.addWidget(Paragraph(text, muted=True))
        self.start = QPushButton(self.tr("Show me an idea at work"))
        self.start.setProperty("primary", True)
        self.start.setMinimumHeight(36)
        self.start.clicked.connect(self.wanted)
        self.skip = QPushButton(self.tr("Not now"))
        self.skip.setMinimumHeight(36)
        self.skip.clicked.connect(self.skipped)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 16, 20, 16)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addSpacing(16)
        row.addWidget(self.skip, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.start, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()


class FirstSteps(QFrame):
    """One thing to try at a time, in a strip that stands in nobody's way; each is ticked off by doing it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._step = -1
        self._steps: Sequence[tuple[str, str]] = _steps()
        self.text = label(wrap=True)
        self.next = QPushButton(self.tr("Next"))
        self.next.clicked.connect(self._advance)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.addWidget(self.text, 1)
        row.addWidget(self.next)
        row.addWidget(self.close_button)
        self.hide()

    def begin(self) -> None:
        """Show the first step."""
        self._step = -1
        self._advance()

    def beside(self, drawing: bool) -> None:
        """Show the step beside the drawing alone; on other pages it waits."""
        self.setVisible(drawing and self._step >= 0)

    def stop(self) -> None:
        """Show no more steps."""
        self._step = -1
        self.hide()

    def done(self, what: str) -> None:
        """Take note of something the trader has done; the step that asked for it gives way to the next."""
        if 0 <= self._step < len(self._steps) and self._steps[self._step][0] == what:
            self._advance()

    def _advance(self) -> None:
        self._step += 1
        if self._step >= len(self._steps):
            self.stop()
            return
        number = f"{self._step + 1}/{len(self._steps)}"
        text = f"{number}  {self._steps[self._step][1]}"
        self.text.setText(text)
        self.setAccessibleName(text)
        self.next.setVisible(self._step + 1 < len(self._steps))
        self.show()


def _steps() -> tuple[tuple[str, str], ...]:
    """Return what to do, by name, and the sentence that asks for it."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("FirstSteps", text)

    return (
        ("change", tr("Drag a number on a block, say the 35 of “Less than”: the result below follows your hand.")),
        ("point", tr("Point at the price chart: every block shows its value at that bar, and what decided there.")),
        ("save", tr("Save with Ctrl+S: every save is a version that you can come back to.")),
        ("end", tr("That is all. Add a block with a double-click on the canvas; press ? for every key.")),
    )
