"""All blocks at hand: search them, drag one onto the canvas, or press Return."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionGraphicsItem,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.canvas.block_item import BlockItem
from app.canvas.canvas_view import KIND_MIME
from app.canvas.search import matches
from app.canvas.theme import Theme, font
from app.strategy.document import Block

_KIND = Qt.ItemDataRole.UserRole


class Palette(QWidget):
    """Lists every kind of block by group. `wanted` gives the id of one that was taken by key or double-click."""

    wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search blocks"))
        self.search.setAccessibleName(self.tr("Search blocks"))
        self.search.setClearButtonEnabled(True)
        self.tree = _KindTree(self)
        self.nothing = QLabel(self.tr("No block answers to this. Try a shorter word."), self)
        self.nothing.setWordWrap(True)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(8)
        for widget in (self.search, self.nothing, self.tree):
            layout.addWidget(widget)
        layout.addStretch()
        layout.setStretchFactor(self.tree, 1)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._take_first)
        self.tree.itemActivated.connect(self._take)
        self._show("")

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self._show(self.search.text())

    def _show(self, text: str) -> None:
        self.tree.clear()
        kinds = matches(text) if text.strip() else list(catalog.KINDS)
        parents: dict[str, QTreeWidgetItem] = {}
        for kind in kinds:
            if text.strip():
                self._add(kind, self.tree.invisibleRootItem())
                continue
            if kind.group not in parents:
                parents[kind.group] = self._heading(kind.group)
            self._add(kind, parents[kind.group])
        self.tree.expandAll()
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setVisible(bool(kinds))
        self.nothing.setVisible(not kinds)

    def _heading(self, group: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, [group])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setFont(0, font(11, 600))
        item.setForeground(0, QColor(self.theme.text_muted))
        return item

    def _add(self, kind: BlockKind, parent: QTreeWidgetItem) -> None:
        item = QTreeWidgetItem(parent, [kind.title])
        item.setData(0, _KIND, kind.id)
        item.setIcon(0, QIcon(_mark(self.theme.group(kind.group), self.devicePixelRatioF())))
        item.setToolTip(0, kind.about)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{kind.title}: {kind.about}")

    def _take(self, item: QTreeWidgetItem) -> None:
        kind_id = item.data(0, _KIND)
        if kind_id:
            self.wanted.emit(kind_id)

    def _take_first(self) -> None:
        kinds = matches(self.search.text())
        if self.search.text().strip() and kinds:
            self.wanted.emit(kinds[0].id)


class _KindTree(QTreeWidget):
    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._palette = palette
        self.setHeaderHidden(True)
        self.setObjectName("palette")
        self.setDragEnabled(True)
        self.setIconSize(QSize(12, 12))
        self.setExpandsOnDoubleClick(False)
        self.setAccessibleName(self.tr("Blocks"))
        self.setItemDelegate(_Rows(self))

    def mimeData(self, items: object) -> QMimeData:
        item = self.currentItem()
        data = QMimeData()
        data.setData(KIND_MIME, QByteArray(str(item.data(0, _KIND) if item else "").encode()))
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:
        item = self.currentItem()
        kind_id = item.data(0, _KIND) if item else None
        if not kind_id:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([]))
        picture = block_picture(kind_id, self._palette.theme, self.devicePixelRatioF())
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(int(picture.deviceIndependentSize().width() / 2), 30))
        drag.exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text().strip():
            self._palette.search.setFocus()
            self._palette.search.setText(event.text())
            return
        super().keyPressEvent(event)


class _Rows(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        heading = not index.data(_KIND)
        return QSize(120, 32 if heading else 28)


def block_picture(kind_id: str, theme: Theme, ratio: float = 1.0) -> QPixmap:
    """Return a picture of a new block of this kind."""
    kind = catalog.kind(kind_id)
    item = BlockItem(Block("block_1", kind_id, kind.defaults() if kind else {}), (), theme)
    box = item.boundingRect()
    picture = QPixmap(int(box.width() * ratio), int(box.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.translate(-box.topLeft())
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return picture


def _mark(colour: str, ratio: float) -> QPixmap:
    picture = QPixmap(int(12 * ratio), int(12 * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(2, 2, 8, 8, 2.5, 2.5)
    painter.end()
    return picture
