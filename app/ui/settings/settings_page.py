"""Settings: one page, read from top to bottom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.column_page import ColumnPage
from app.ui.labels import label
from app.ui.settings.about import About
from app.ui.settings.appearance import Appearance
from app.ui.settings.backups import BackupList
from app.ui.settings.places import Places
from app.ui.settings.section import button
from app.ui.settings.usual_run import UsualRun

_WIDEST = 960


class SettingsPage(ColumnPage):
    """The sections, each on its own card. What is set holds at once. `left` tells that the trader wants to go back."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widest=_WIDEST)
        self.setAccessibleName(self.tr("Settings"))
        self.appearance = Appearance()
        self.usual = UsualRun()
        self.places = Places()
        self.backups = BackupList()
        self.about = About()
        self.back = button(self.tr("Back"), self.left.emit, self.tr("Back to where you were"))
        self.back.setToolTip(self.tr("Esc"))
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Settings"), pixels=26, weight=650), 1)
        head.addWidget(self.back)
        self.column.addLayout(head)
        for part in (self.appearance, self.usual, self.places, self.backups, self.about):
            self.column.addWidget(part)
        self.column.addStretch(1)
        escape = QShortcut(QKeySequence("Esc"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.left)
