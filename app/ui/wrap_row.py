"""Widgets side by side, each as wide as it likes; those for which there is no room go to the next line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QSpacerItem, QWidget

_ACROSS = Qt.Orientation.Horizontal


class WrapRow(QLayout):
    """A row that needs no more width than its widest part. What wants to grow shares the room left in its line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}

    def add_stretch(self) -> None:
        """Push what comes after to the other end of its line."""
        self.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return _ACROSS

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # Asked for many times in every change of the window's layout.
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of everything in one line."""
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(_widgets(shown) - 1, 0)
        return self._with_margins(QSize(width, max((item.sizeHint().height() for item in shown), default=0)))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._shown()]
        width = max((size.width() for size in sizes), default=0)
        return self._with_margins(QSize(width, max((size.height() for size in sizes), default=0)))

    def _with_margins(self, size: QSize) -> QSize:
        around = self.contentsMargins()
        return size + QSize(around.left() + around.right(), around.top() + around.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if item.spacerItem() is not None or not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """Return the parts of each line; what comes after a stretch stays at the end in every line."""
        lines: list[list[QLayoutItem]] = [[]]
        room: list[QLayoutItem] = []
        for item in self._shown():
            wide = _width([*lines[-1], item], self.spacing())
            if item.spacerItem() is not None:
                room = [item]
            elif wide > width and _widgets(lines[-1]):
                lines.append([*room])
            lines[-1].append(item)
        return lines

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Put every part in its place where `move` says so, and return the height of all lines."""
        around = self.contentsMargins()
        inside = rect.marginsRemoved(around)
        top = inside.top()
        for line in self._lines(inside.width()):
            height = max((item.sizeHint().height() for item in line), default=0)
            if move:
                self._arrange_line(line, QRect(inside.left(), top, inside.width(), height))
            top += height + self.spacing()
        return top - self.spacing() - rect.top() + around.bottom()

    def _arrange_line(self, line: list[QLayoutItem], place: QRect) -> None:
        left = place.left()
        for item, width in zip(line, self._widths(line, place.width()), strict=True):
            height = min(item.sizeHint().height(), place.height())
            item.setGeometry(QRect(QPoint(left, place.top() + (place.height() - height) // 2), QSize(width, height)))
            left += width + (0 if item.spacerItem() is not None else self.spacing())

    def _widths(self, line: list[QLayoutItem], width: int) -> list[int]:
        """Return how wide each part of a line is: parts grow as far as they may, a stretch takes what is left."""
        widths = [min(_own(item), width) for item in line]
        room = max(0, width - _width(line, self.spacing()))
        growing = [number for number, item in enumerate(line) if item.expandingDirections() & _ACROSS]
        growing.sort(key=lambda number: line[number].spacerItem() is not None)
        for done, number in enumerate(growing):
            share = min(room // (len(growing) - done), line[number].maximumSize().width() - widths[number])
            widths[number] += share
            room -= share
        return widths


def _own(item: QLayoutItem) -> int:
    """Return how wide a part is by itself; what can grow can also do with little."""
    growing = item.expandingDirections() & _ACROSS
    return (item.minimumSize() if growing else item.sizeHint()).width()


def _widgets(items: list[QLayoutItem]) -> int:
    return sum(item.spacerItem() is None for item in items)


def _width(line: list[QLayoutItem], spacing: int) -> int:
    return sum(map(_own, line)) + spacing * max(_widgets(line) - 1, 0)
