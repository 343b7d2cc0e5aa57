"""A card that says what to do next: while it shows, no other button of the page stands out."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QPushButton, QWidget


class LeadingCard(QFrame):
    """Has the button to press next. `instead_of` names the one that is it whenever the card is hidden."""

    _other: QPushButton | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)

    def instead_of(self, button: QPushButton) -> None:
        """Let this button stand out only while the card is hidden."""
        self._other = button
        self._settle()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        self._settle()

    def _settle(self) -> None:
        button, leads = self._other, self.isHidden()
        if button is not None and bool(button.property("primary")) != leads:
            button.setProperty("primary", leads)
            button.style().unpolish(button)
            button.style().polish(button)
