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
        """Return the parts of each line."""
        lines: list[list[QLayoutItem]] = [[]]
        for item in self._shown():
            wide = _width([*lines[-1], item], self.spacing())
            if wide > width and _widgets(lines[-1]) and item.spacerItem() is None:
                # A line that begins with the room before what is at the end still has it there.
                room = lines[-1].pop() if lines[-1][-1].spacerItem() is not None else None
                lines.append([] if room is None else [room])
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
        growing = [item for item in line if item.expandingDirections() & _ACROSS]
        room = max(0, place.width() - _width(line, self.spacing()))
        for item in line:
            own = item.sizeHint()
            width = own.width() + (room // len(growing) if item in growing else 0)
            width = min(width, place.width(), item.maximumSize().width())
            height = min(own.height(), place.height())
            item.setGeometry(QRect(QPoint(left, place.top() + (place.height() - height) // 2), QSize(width, height)))
            left += width + (0 if item.spacerItem() is not None else self.spacing())


def _widgets(items: list[QLayoutItem]) -> int:
    return sum(item.spacerItem() is None for item in items)


def _width(line: list[QLayoutItem], spacing: int) -> int:
    return sum(item.sizeHint().width() for item in line) + spacing * max(_widgets(line) - 1, 0)
