"""A table of a few lines that is read, not edited, and is as high as its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

ROW = 28


class SmallTable(QTableWidget):
    """Whole rows of text; the first columns, as many as `words`, are words and stand left, the others are numbers.

    The columns `yielding` are put away, one after the other, where there is no room for all.
    """

    def __init__(
        self, name: str, words: int = 1, parent: QWidget | None = None, *, yielding: Sequence[int] = ()
    ) -> None:
        super().__init__(parent)
        self._words, self._yielding = words, yielding
        # What is said in the place of rows where there are none.
        self.empty = ""
        self.setObjectName("groups")
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def show_titles(self, titles: Sequence[str], tints: Sequence[QColor | None] = ()) -> None:
        """Show these titles above the columns, whose number they give."""
        self.setColumnCount(len(titles))
        for column, item in enumerate(self._items(titles, tints)):
            self.setHorizontalHeaderItem(column, item)

    def show_row(self, row: int, texts: Sequence[str], tints: Sequence[QColor | None] = ()) -> None:
        """Show texts in a row that is there, each in its colour, where one is given."""
        for column, item in enumerate(self._items(texts, tints)):
            self.setItem(row, column, item)

    def be_whole(self) -> None:
        """Be as high as all rows, so that nothing scrolls."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + ROW * max(self.rowCount(), 1) + 4)
        self._put_away()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._put_away()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QGuiApplication.palette().placeholderText().color())
            place = self.viewport().rect().adjusted(8, 0, -8, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.empty)
            painter.end()

    def _put_away(self) -> None:
        """Hide as many columns as it takes for the others to be whole."""
        # A hidden one asks for no room.
        for column in self._yielding:
            self.setColumnHidden(column, False)
        wide = {column: self._wide(column) for column in range(self.columnCount())}
        lacking = sum(wide.values()) - self.viewport().width()
        for column in self._yielding:
            self.setColumnHidden(column, lacking > 0)
            lacking -= wide.get(column, 0) if lacking > 0 else 0

    def _wide(self, column: int) -> int:
        """Return how much room a column asks for."""
        return max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))

    def _items(self, texts: Sequence[str], tints: Sequence[QColor | None]) -> Iterator[QTableWidgetItem]:
        for column, (text, tint) in enumerate(zip_longest(texts, tints)):
            words = column < self._words
            item = QTableWidgetItem(text if words else text.replace("-", "−"))
            side = Qt.AlignmentFlag.AlignLeft if words else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            if tint is not None:
                item.setForeground(tint)
            yield item
