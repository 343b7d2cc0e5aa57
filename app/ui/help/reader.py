"""The text of a document: scrolled to its headings, searched, its links told to the page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from app.canvas.theme import Theme
from app.ui.help.documents import Document, anchor
from app.ui.help.typeset import typeset, typeset_code

_WIDEST, _EDGE = 760, 32


class Reader(QTextBrowser):
    """Shows one document. It opens nothing by itself: `anchorClicked` tells which link was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reader")
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setAccessibleName(self.tr("Document"))
        self._found: list[QTextCursor] = []
        self._at = -1
        self._marks = QColor(), QColor(), QColor()

    def show_document(self, document: Document, theme: Theme) -> None:
        """Show a document from its beginning."""
        self._found, self._at = [], -1
        self.setExtraSelections([])
        self._marks = QColor(theme.accent_soft), QColor(theme.accent), QColor(theme.on_accent)
        if document.name.endswith(".md"):
            typeset(self.document(), document.text, theme)
        else:
            typeset_code(self.document(), document.text)
        self.document().setModified(False)
        self.setAccessibleName(document.title)
        self._give_room()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def show_heading(self, name: str) -> bool:
        """Scroll to the heading that links know by this name; return whether there is one."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and anchor(block.text()) == name:
                top = self.document().documentLayout().blockBoundingRect(block).top()
                self.setTextCursor(QTextCursor(block))
                self.verticalScrollBar().setValue(int(top) - 16)
                return True
            block = block.next()
        return False

    def mark(self, text: str) -> int:
        """Mark every place where a text stands, and return how many there are."""
        self._found, self._at = [], -1
        cursor = QTextCursor(self.document())
        while text and not (cursor := self.document().find(text, cursor)).isNull():
            self._found.append(cursor)
        self._show_marks()
        return len(self._found)

    def go_to_mark(self, number: int) -> None:
        """Scroll to one of the marked places."""
        if self._found:
            self._at = number % len(self._found)
            quiet = QTextCursor(self._found[self._at])
            quiet.clearSelection()
            self.setTextCursor(quiet)
            self.ensureCursorVisible()
            self._show_marks()

    def _show_marks(self) -> None:
        ground, strong, over = self._marks
        marks = []
        for number, cursor in enumerate(self._found):
            shape = QTextCharFormat()
            shape.setBackground(strong if number == self._at else ground)
            if number == self._at:
                shape.setForeground(over)
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = cursor, shape
            marks.append(mark)
        self.setExtraSelections(marks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """Keep lines short enough to read, whatever the width of the window."""
        frame = self.document().rootFrame()
        shape = frame.frameFormat()
        shape.setMargin(0)
        shape.setLeftMargin(_EDGE)
        shape.setTopMargin(20)
        shape.setBottomMargin(40)
        shape.setRightMargin(max(_EDGE, self.viewport().width() - _WIDEST - _EDGE))
        frame.setFrameFormat(shape)
