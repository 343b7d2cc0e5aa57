"""A list of kinds of blocks, each with its title, its group and what it is for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.blocks.kind import BlockKind
from app.canvas.theme import Theme, color, font

KIND = Qt.ItemDataRole.UserRole
_HEIGHT = 44


class KindList(QListWidget):
    """Shows kinds in an order and keeps the first one chosen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.painter_of_rows = _KindRow(theme, self)
        self.setItemDelegate(self.painter_of_rows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.painter_of_rows.theme = theme
        self.viewport().update()

    def show_kinds(self, kinds: Iterable[BlockKind]) -> None:
        """Show these kinds, the first one chosen."""
        self.clear()
        for kind in kinds:
            item = QListWidgetItem(kind.title, self)
            item.setData(KIND, kind)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{kind.title}: {kind.about}")
            item.setToolTip(kind.about)
        self.setCurrentRow(0)

    def chosen(self) -> BlockKind | None:
        """Return the kind of the current row, or None."""
        item = self.currentItem()
        kind = item.data(KIND) if item else None
        return kind if isinstance(kind, BlockKind) else None


class _KindRow(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        kind = index.data(KIND)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        chosen, over = state & QStyle.StateFlag.State_Selected, state & QStyle.StateFlag.State_MouseOver
        if chosen or over:
            painter.setBrush(color(self.theme.accent_soft if chosen else self.theme.sunken))
            painter.drawRoundedRect(box.adjusted(4, 1, -4, -1), 6, 6)
        painter.setBrush(color(self.theme.group(kind.group)))
        painter.drawRoundedRect(box.left() + 12, box.top() + 10, 4, box.height() - 20, 2, 2)
        inside = box.adjusted(24, 5, -14, -5)
        self._line(painter, inside, kind.title, kind.group)
        about = font(12)
        painter.setFont(about)
        painter.setPen(color(self.theme.text_muted))
        text = QFontMetrics(about).elidedText(kind.about, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()

    def _line(self, painter: QPainter, inside: QRect, title: str, group: str) -> None:
        painter.setFont(font(13, 600))
        painter.setPen(color(self.theme.text))
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(font(11))
        painter.setPen(color(self.theme.text_muted))
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, group)
