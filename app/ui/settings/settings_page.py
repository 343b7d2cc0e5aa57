"""Settings: one page, read from top to bottom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.labels import label
from app.ui.settings.about import About
from app.ui.settings.appearance import Appearance
from app.ui.settings.backups import BackupList
from app.ui.settings.places import Places
from app.ui.settings.section import button
from app.ui.settings.usual_run import UsualRun

_WIDEST = 960


class SettingsPage(QScrollArea):
    """The sections, each on its own card. What is set holds at once. `left` tells that the trader wants to go back."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Settings"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.appearance = Appearance()
        self.usual = UsualRun()
        self.places = Places()
        self.backups = BackupList()
        self.about = About()
        self.back = button(self.tr("Back"), self.left.emit, self.tr("Back to where you were"))
        self.back.setToolTip(self.tr("Esc"))
        page = QWidget()
        page.setObjectName("page")
        column = QVBoxLayout()
        column.setContentsMargins(32, 32, 32, 40)
        column.setSpacing(16)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Settings"), pixels=26, weight=650), 1)
        head.addWidget(self.back)
        column.addLayout(head)
        for part in (self.appearance, self.usual, self.places, self.backups, self.about):
            column.addWidget(part)
        column.addStretch(1)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addLayout(column, 1000)
        row.addStretch(1)
        page.setMaximumWidth(_WIDEST)
        self.setWidget(page)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.viewport().setAutoFillBackground(False)
        escape = QShortcut(QKeySequence("Esc"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.left)
