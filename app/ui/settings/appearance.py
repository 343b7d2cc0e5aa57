"""Light, dark, or as the system has it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from app.ui import look
from app.ui.settings.section import Section


class Appearance(Section):
    """`chosen` carries the choice of the hand."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Appearance"), _tr("Colours of the window, the canvas and the charts."), parent)
        names = {"system": _tr("Like the system"), "light": _tr("Light"), "dark": _tr("Dark")}
        self.group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(4)
        for choice in look.CHOICES:
            button = self.buttons[choice] = QToolButton()
            button.setText(names[choice])
            button.setAccessibleName(_tr("Colours: %1").replace("%1", names[choice]))
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, choice=choice: self.chosen.emit(choice))
            self.group.addButton(button)
            row.addWidget(button)
        self.head.addLayout(row)

    def show_choice(self, choice: str) -> None:
        """Mark a choice."""
        self.buttons[choice].setChecked(True)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
