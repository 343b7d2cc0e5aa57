"""Help: a list of the documents, the one that is read, and a field to find something in all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.canvas.theme import Theme, font
from app.ui.help.documents import Document, read_all, target
from app.ui.help.reader import Reader
from app.ui.labels import label

_NAME = Qt.ItemDataRole.UserRole
FIRST = "first-steps.md"


@dataclass(frozen=True)
class _Place:
    name: str
    scrolled: int


class HelpPage(QWidget):
    """Shows what the app knows about itself. `left` tells that the reader wants to go back to where help was asked."""

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._theme = theme
        self.open_address: Callable[[str], object] = lambda address: QDesktopServices.openUrl(QUrl(address))
        self._documents = {document.name: document for document in read_all()}
        self._name = ""
        self._behind: list[_Place] = []
        self._marked = self._at = 0
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Documents"))
        self.list.setFixedWidth(256)
        self.list.setObjectName("documents")
        self.reader = Reader()
        self.reader.anchorClicked.connect(lambda url: self.follow(url.toString()))
        self.problem = label(muted=True)
        self._lay_out()
        self._fill()
        self.list.currentItemChanged.connect(self._pick)
        self._add_keys()

    @property
    def name(self) -> str:
        """The name of the document that is shown."""
        return self._name

    def open(self, name: str = "", heading: str = "") -> None:
        """Show a document, by default the one that was read last."""
        name = name or self._name or FIRST
        document = self._documents.get(name)
        if document is None:
            self.problem.setText(self.tr("There is no document %1.").replace("%1", name))
            return
        self.problem.setText("")
        if name != self._name:
            if self._name:
                self._behind.append(_Place(self._name, self.reader.verticalScrollBar().value()))
            self._show(document)
        if heading and not self.reader.show_heading(heading):
            self.problem.setText(self.tr("That heading is not there any more."))

    def follow(self, link: str) -> None:
        """Go where a link leads: within the app, or to the browser."""
        place = target(link, self._name)
        if place is None:
            self.problem.setText(self.tr("This link leads nowhere."))
        elif place.address:
            self.open_address(place.address)
        else:
            self.open(place.name, place.heading)

    def back(self) -> None:
        """Go back to the document before, or leave when there is none."""
        if not self._behind:
            self.left.emit()
            return
        place = self._behind.pop()
        self._show(self._documents[place.name])
        self.reader.verticalScrollBar().setValue(place.scrolled)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        if self._name:
            scrolled = self.reader.verticalScrollBar().value()
            self._show(self._documents[self._name])
            self.reader.verticalScrollBar().setValue(scrolled)

    def _show(self, document: Document) -> None:
        self._name = document.name
        self.reader.show_document(document, self._theme)
        self._mark()
        for row in range(self.list.count()):
            if self.list.item(row).data(_NAME) == document.name:
                self.list.blockSignals(True)
                self.list.setCurrentRow(row)
                self.list.blockSignals(False)

    # Finding.

    def find_next(self, step: int = 1) -> None:
        """Go to the next place of what is looked for; after the last one, to the next document that has it."""
        text = self.field.text().strip()
        if not text or not self._documents:
            return
        at = self._at + step
        if not self._marked or not 0 <= at < self._marked:
            self._turn_to(text, step)
            at = 0 if step > 0 else self._marked - 1
        self._at = at
        self.reader.go_to_mark(at)
        self._say_found()

    def _turn_to(self, text: str, step: int) -> None:
        """Show the next document that has a text; this one again when no other does."""
        order = [self.list.item(row).data(_NAME) for row in range(self.list.count())]
        order = [name for name in order if name]
        start = order.index(self._name) if self._name in order else 0
        for distance in range(1, len(order)):
            name = order[(start + step * distance) % len(order)]
            if text.casefold() in self._documents[name].text.casefold():
                self.open(name)
                if self._marked:
                    return

    def _look(self) -> None:
        self._mark()
        if self._marked:
            self.reader.go_to_mark(0)
        self._say_found()

    def _mark(self) -> None:
        self._at = 0
        self._marked = self.reader.mark(self.field.text().strip())
        self._say_found()

    def _say_found(self) -> None:
        text = self.field.text().strip()
        if not text:
            said = ""
        elif self._marked:
            said = self.tr("%1 of %2").replace("%1", str(self._at + 1)).replace("%2", str(self._marked))
        else:
            others = sum(text.casefold() in each.text.casefold() for each in self._documents.values())
            said = self.tr("Not here; Enter looks elsewhere") if others else self.tr("Found nowhere")
        self.count.setText(said)
        for button in (self.previous, self.next):
            button.setEnabled(bool(text))

    # Parts.

    def _lay_out(self) -> None:
        self.back_button = _button(self.tr("Back"), self.tr("Back (Alt+Left, Esc)"), self.back)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in all documents"))
        self.field.setAccessibleName(self.tr("Find in all documents"))
        self.field.setToolTip(self.tr("Ctrl+F"))
        self.field.setClearButtonEnabled(False)
        self.field.setFixedWidth(240)
        self.field.textChanged.connect(self._look)
        self.field.returnPressed.connect(self.find_next)
        self.count = label(pixels=12, muted=True)
        self.previous = _button(self.tr("Previous"), self.tr("Shift+F3"), lambda: self.find_next(-1))
        self.next = _button(self.tr("Next"), self.tr("Enter, F3"), self.find_next)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 16, 8)
        top.setSpacing(8)
        for part in (self.back_button, self.problem):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(self.count)
        for button in (self.previous, self.next):
            top.addWidget(button)
        top.addWidget(self.field)
        bar = QWidget()
        bar.setObjectName("runbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setLayout(top)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.reader, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(row, 1)
        self._say_found()

    def _fill(self) -> None:
        """List the documents for traders by what they are about, then those for programmers, then what is new."""
        sections = (
            (self.tr("Begin"), (FIRST,)),
            (self.tr("Backtests"), ("backtest-semantics.md", "metrics.md", "verdict.md")),
            (self.tr("Candles"), ("fetching-candles.md", "importing-candles.md", "stored-candles.md")),
            (self.tr("Files and commands"), ("strategy-format.md", "command-line.md")),
            (self.tr("For programmers"), ("architecture.md", "adding-a-block.md", "strategy.schema.json")),
        )
        titles = {
            "backtest-semantics.md": self.tr("Rules of a backtest"),
            "metrics.md": self.tr("Figures and formulas"),
        }
        known = {name for _, names in sections for name in names}
        rest = tuple(name for name in self._documents if name not in known)
        for heading, names in (*sections, (self.tr("More"), rest)):
            there = [self._documents[name] for name in names if name in self._documents]
            if there:
                self._add_heading(heading)
            for document in there:
                item = QListWidgetItem(titles.get(document.name, document.title), self.list)
                item.setData(_NAME, document.name)

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(font(12, 600))

    def _add_keys(self) -> None:
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, does in (
            ("Ctrl+F", self._begin_find),
            ("F3", self.find_next),
            ("Shift+F3", lambda: self.find_next(-1)),
            ("Alt+Left", self.back),
            ("Esc", self._escape),
        ):
            QShortcut(QKeySequence(keys), self, context=inside).activated.connect(does)

    def _begin_find(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def _escape(self) -> None:
        """Take away what is looked for, else leave."""
        if self.field.text():
            self.field.clear()
            self.reader.setFocus()
        else:
            self.left.emit()

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_NAME):
            self.open(str(item.data(_NAME)))


def _button(text: str, about: str, does: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(about)
    button.setProperty("segment", True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.clicked.connect(lambda: does())
    return button
