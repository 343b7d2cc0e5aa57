"""A sentence across the window that waits to be read and stops nobody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.canvas.typeset import typeset
from app.ui.labels import label


class Banner(QFrame):
    """One sentence, at times a button that acts on it, and a button that takes it away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.text = label(wrap=True)
        self._does: Callable[[], object] = self.hide
        self.action = QPushButton()
        self.action.clicked.connect(self._act)
        close = QPushButton(self.tr("OK"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(close)
        self.hide()

    def say(self, text: str, *, bad: bool = False, action: str = "", does: Callable[[], object] | None = None) -> None:
        """Show a sentence in the place of the last one; a button named `action` calls `does`, once.

        Of problems, each in a line of its own, it is the first, and how many there are.
        """
        first, *others = text.splitlines() or [""]
        if others:
            text = first + self.tr(" There are %1 problems in all.").replace("%1", f"{1 + len(others):,}")
        self.text.setText(typeset(text))
        self.setAccessibleName(text)
        self.setProperty("tone", "bad" if bad else "")
        for part in (self, self.text):
            self.style().unpolish(part)
            self.style().polish(part)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._does = does or self.hide
        self.show()

    def _act(self) -> None:
        self.hide()
        self._does()
