"""Home: where a drawing begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.canvas.theme import Theme, color
from app.ui.column_page import ColumnPage
from app.ui.labels import label
from app.ui.saved_list import SavedList
from app.ui.welcome import WelcomeCard

if TYPE_CHECKING:
    from app.strategy.templates import Template
    from app.ui.template_card import TemplateCard

_GAP = 16
_CARD = 300


class Home(ColumnPage):
    """The page of saved strategies and of templates to start from."""

    template_opened = Signal(object)
    new_wanted = Signal()
    file_wanted = Signal()
    draft_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=24)
        self.setAccessibleName(self.tr("Home"))
        self.gallery = Gallery(theme, self.template_opened)
        column = self.column
        column.addLayout(self._heading())
        self.welcome = WelcomeCard()
        self.welcome.instead_of(self.new)
        column.addWidget(self.welcome)
        self.draft = DraftCard()
        self.draft.wanted.connect(self.draft_wanted)
        column.addWidget(self.draft)
        self.saved = SavedList(theme)
        column.addWidget(self.saved)
        column.addLayout(self._templates())
        column.addStretch(1)

    def show_templates(self, templates: Sequence[Template]) -> None:
        """Fill the gallery."""
        self.gallery.show_templates(templates)

    def end_welcome(self) -> None:
        """Put the welcome away."""
        # The focus it has would go on to a template, and the page would scroll there.
        if (focused := self.focusWidget()) is not None and self.welcome.isAncestorOf(focused):
            self.setFocus()
        self.welcome.hide()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.saved.set_theme(theme)
        self.gallery.set_theme(theme)

    def _templates(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label(self.tr("Start from a template"), pixels=15, weight=600))
        column.addSpacing(4)
        about = self.tr("Ideas that traders know by name, each with the market in which it fails.")
        column.addWidget(label(about, muted=True, wrap=True))
        column.addSpacing(16)
        column.addWidget(self.gallery)
        return column

    def _heading(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(label(self.tr("What would have worked?"), pixels=26, weight=650))
        about = self.tr("Draw a trading idea from blocks and watch it trade the past while you draw.")
        words.addWidget(label(about, pixels=15, muted=True, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(words, 1)
        self.new = new = QPushButton(self.tr("New drawing"))
        new.clicked.connect(self.new_wanted)
        file = QPushButton(self.tr("Open a file…"))
        file.clicked.connect(self.file_wanted)
        for button in (file, new):
            button.setMinimumHeight(34)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row


class DraftCard(QFrame):
    """The drawing of last time, saved or not, as long as nobody has gone on with it."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._title = label(weight=600)
        self._about = label(muted=True, wrap=True)
        open_ = QPushButton(self.tr("Go on"))
        open_.clicked.connect(self.wanted)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._about)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.addLayout(words, 1)
        row.addWidget(open_, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def offer(self, name: str, *, crashed: bool) -> None:
        """Show the draft of this name, kept from last time."""
        self._show(
            name,
            self.tr("Blockbuilders was not closed properly. Your drawing was kept as it was at that moment.")
            if crashed
            else self.tr("Your drawing of last time, as you left it."),
        )

    def offer_saved(self, name: str) -> None:
        """Show the strategy of this name, which was drawn last and is saved; without a name there is none."""
        self._show(name, self.tr("The strategy you had open last time. It is saved."))
        self.setVisible(bool(name))

    def _show(self, name: str, about: str) -> None:
        self._title.setText(name)
        self._about.setText(about)
        self.show()


class Gallery(QWidget):
    """Cards side by side, as many in a row as fit; grey shapes stand in for them until they are there."""

    def __init__(self, theme: Theme, opened: object, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._opened = opened
        self.cards: list[TemplateCard] = []
        self.setMinimumHeight(600)

    def show_templates(self, templates: Sequence[Template]) -> None:
        """Show these templates."""
        from app.ui.template_card import TemplateCard

        for template in templates:
            card = TemplateCard(template, self._theme, self)
            card.clicked.connect(lambda _=False, chosen=template: self._opened.emit(chosen))  # type: ignore[attr-defined]
            card.show()
            self.cards.append(card)
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        for card in self.cards:
            card.set_theme(theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(960, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.cards:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(self._theme.sunken))
        for number in range(2 * self._columns()):
            painter.drawRoundedRect(self._place(number, 280, (number // self._columns()) * (280 + _GAP)), 10, 10)
        painter.end()

    def _columns(self) -> int:
        return max(1, (self.width() + _GAP) // (_CARD + _GAP))

    def _place(self, number: int, height: int, top: int) -> QRect:
        columns = self._columns()
        width = (self.width() - _GAP * (columns - 1)) // columns
        return QRect((number % columns) * (width + _GAP), top, width, height)

    def _arrange(self) -> None:
        if not self.cards:
            return
        columns, top = self._columns(), 0
        for begin in range(0, len(self.cards), columns):
            row = self.cards[begin : begin + columns]
            width = self._place(0, 0, 0).width()
            height = max(card.heightForWidth(width) for card in row)
            for number, card in enumerate(row):
                card.setGeometry(self._place(number, height, top))
            top += height + _GAP
        self.setMinimumHeight(max(top - _GAP, 1))
