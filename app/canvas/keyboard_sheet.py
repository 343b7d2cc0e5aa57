"""The sheet of all keys and mouse habits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QFontMetricsF, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.canvas.theme import Theme, color, font, prose

_ROW, _PAD, _HEADING = 24.0, 24.0, 36.0
_COLUMN = 330.0

# A heading with its rows of keys and what they do.
Listed = tuple[str, list[tuple[str, str]]]
Columns = list[list[Listed]]


class KeyboardSheet(QWidget):
    """Lies over the whole window until a key or a click."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over, self._theme = parent, theme
        self._columns: Columns = []
        self.setAccessibleName(self.tr("Keyboard and mouse"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def toggle(self, groups: Mapping[str, Sequence[QAction]], theme: Theme) -> None:
        """Show or hide the sheet."""
        if self.isVisible():
            self._close()
            return
        self._theme = theme
        lists = [(self.tr("Mouse"), self._mouse())]
        for group, actions in groups.items():
            rows = [(_keys(action), action.text().replace("&", "")) for action in actions if _keys(action)]
            lists.append((group, rows))
        window = self._over.window()
        self.setParent(window)
        self.setAccessibleDescription(". ".join(f"{keys}: {what}" for _, rows in lists for keys, what in rows))
        self.resize(window.size())
        self._columns = max((_balanced(lists, count) for count in range(1, 5)), key=self._scale)
        self.show()
        self.raise_()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._close()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), color(self._theme.canvas, 0.7))
        card, scale = _card(self._columns), self._scale(self._columns)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(scale, scale)
        painter.translate(-card.width() / 2, -card.height() / 2)
        painter.setPen(QPen(color(self._theme.border), 1))
        painter.setBrush(color(self._theme.surface_raised))
        painter.drawRoundedRect(card, 12, 12)
        for number, lists in enumerate(self._columns):
            y = _PAD - 8
            for heading, rows in lists:
                y = self._paint_list(painter, _PAD + number * _COLUMN, y, heading, rows)

    def _scale(self, columns: Columns) -> float:
        """Return how large columns can be shown, at most as large as they are."""
        card = _card(columns)
        return min(1.0, (self.width() - 24) / card.width(), (self.height() - 24) / card.height())

    def _paint_list(self, painter: QPainter, x: float, y: float, heading: str, rows: list[tuple[str, str]]) -> float:
        painter.setFont(font(13, 600))
        painter.setPen(color(self._theme.text))
        painter.drawText(QRectF(x, y, _COLUMN, _HEADING - 8), Qt.AlignmentFlag.AlignVCenter, heading)
        y += _HEADING - 8
        for keys, what in rows:
            painter.setFont(prose(12))
            painter.setPen(color(self._theme.text_muted))
            painter.drawText(QRectF(x, y, 184, _ROW), Qt.AlignmentFlag.AlignVCenter, what)
            painter.setFont(prose(11, 500))
            width = QFontMetricsF(painter.font()).horizontalAdvance(keys) + 12
            box = QRectF(x + _COLUMN - _PAD - width, y + 2, width, _ROW - 4)
            painter.setPen(QPen(color(self._theme.border), 1))
            painter.setBrush(color(self._theme.sunken))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(color(self._theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, keys)
            y += _ROW
        return y + 8

    def _mouse(self) -> list[tuple[str, str]]:
        return [
            (self.tr("double-click, Space, Tab"), self.tr("Add a block")),
            (self.tr("drag from a port"), self.tr("Draw a wire")),
            (self.tr("drag from a taken input"), self.tr("Pick the wire up")),
            (self.tr("drag to empty space"), self.tr("Add what fits")),
            (self.tr("drop on a wire"), self.tr("Insert a block")),
            (self.tr("double-click a wire"), self.tr("Lead it through a point")),
            (self.tr("drag a frame’s title"), self.tr("Move it with its blocks")),
            (self.tr("drag an edge"), self.tr("Resize a frame or note")),
            (self.tr("Ctrl while dragging"), self.tr("Nothing snaps")),
            (self.tr("drag across a value"), self.tr("Change it; Alt fine, Shift coarse")),
            (self.tr("click a value, Return"), self.tr("Type it")),
            (self.tr("drag on empty space"), self.tr("Select; Shift adds")),
            (self.tr("Shift or Ctrl + click"), self.tr("Add to the selection, or take out")),
            (self.tr("Alt + drag"), self.tr("Cut wires; copy a block")),
            (self.tr("Space, middle or right drag"), self.tr("Move the picture")),
            (self.tr("two fingers, the overview"), self.tr("Move the picture")),
            (self.tr("wheel, pinch"), self.tr("Zoom at the cursor")),
            (self.tr("rest on a block"), self.tr("Learn what it is for")),
            (self.tr("click a badge"), self.tr("Go to the problem")),
            (self.tr("right click"), self.tr("What can be done there")),
        ]

    def _close(self) -> None:
        self.hide()
        self._over.setFocus()


def _keys(action: QAction) -> str:
    return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()[:1])


def _card(columns: Columns) -> QRectF:
    """Return the size of the card on which columns stand."""
    tallest = max(sum(_HEADING + _ROW * len(rows) for _, rows in lists) for lists in columns)
    return QRectF(0, 0, _COLUMN * len(columns) + _PAD, tallest + 2 * _PAD - 12)


def _balanced(lists: list[Listed], count: int) -> Columns:
    """Return the lists in columns of about equal height: the longest first, each into the shortest column."""
    columns: Columns = [[] for _ in range(count)]
    for each in sorted(lists, key=lambda pair: -len(pair[1])):
        min(columns, key=lambda column: sum(len(rows) + 1.5 for _, rows in column)).append(each)
    return columns
