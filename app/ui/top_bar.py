"""The bar across the top: where one is, what the drawing is called, and whether it is saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from app.canvas.theme import font
from app.ui.labels import label

_LONGEST_NAME = 120


class TopBar(QWidget):
    """Buttons for the pages, the name of the drawing, and a button that saves it."""

    page_wanted = Signal(str)
    renamed = Signal(str)
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self.shown = ""
        self._pages = QHBoxLayout()
        self._pages.setSpacing(4)
        self.name = QLineEdit()
        self.name.setObjectName("name")
        # The style alone loses the weight when it changes.
        self.name.setFont(font(13, 600))
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setAccessibleName(self.tr("Name of the strategy"))
        self.name.setToolTip(self.tr("Click to rename"))
        self.name.setMaximumWidth(420)
        # The cursor is put behind a text, even where it is the same as before.
        self.name.cursorPositionChanged.connect(self._show_beginning, Qt.ConnectionType.QueuedConnection)
        self.name.editingFinished.connect(self._show_beginning, Qt.ConnectionType.QueuedConnection)
        self.name.editingFinished.connect(lambda: self.renamed.emit(self.name.text().strip()))
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.name, context=Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._leave_name)
        self.state = label(pixels=12, muted=True)
        self.save = QPushButton(self.tr("Save"))
        self.save.setToolTip(self.tr("Save a new version (Ctrl+S)"))
        self.save.clicked.connect(self.save_wanted)
        # The bar is as high on pages without a drawing.
        kept = self.save.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.save.setSizePolicy(kept)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addLayout(self._pages)
        row.addSpacing(8)
        row.addWidget(self.name, 1)
        row.addStretch(1)
        row.addWidget(self.state)
        row.addWidget(self.save)
        self.show_drawing(False)

    def add_page(self, page: str, text: str) -> None:
        """Add a button for a page."""
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setProperty("nav", True)
        button.clicked.connect(lambda: self.page_wanted.emit(page))
        self._group.addButton(button)
        self._buttons[page] = button
        self._pages.addWidget(button)

    def _show_beginning(self) -> None:
        """Show a name that is too long from its beginning, unless it is being typed."""
        if not self.name.hasFocus():
            self.name.home(False)

    def _leave_name(self) -> None:
        """Take back what was typed."""
        while self.name.isUndoAvailable():
            self.name.undo()
        self.name.clearFocus()

    def show_page(self, page: str) -> None:
        """Mark the button of the page that is shown; `shown` is its name from then on."""
        self.shown = page
        self._buttons[page].setChecked(True)

    def offer_page(self, page: str, offered: bool) -> None:
        """Show or hide the button of a page."""
        self._buttons[page].setVisible(offered)

    def page(self, page: str) -> QToolButton:
        """Return the button of a page."""
        return self._buttons[page]

    def show_drawing(self, shown: bool) -> None:
        """Show or hide what is about the drawing."""
        for part in (self.name, self.state, self.save):
            part.setVisible(shown)

    def say_state(self, text: str, *, unsaved: bool) -> None:
        """Say how far the drawing is kept."""
        self.state.setText(text)
        self.save.setEnabled(unsaved)
