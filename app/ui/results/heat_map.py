"""What each month gave, as a table of coloured cells that the arrow keys walk through."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.canvas.theme import Theme, color, mixed
from app.results.monthly import MONTHS, Year
from app.results.numbers import percent
from app.ui.charts.chart import font

_HEAD, _ROW = 28, 32
# So wide a month has room for three letters.
_NAMED = 28
_NO_PARENT = QModelIndex()
_SHARE = Qt.ItemDataRole.UserRole


class HeatMap(QTableView):
    """Years down, months across, the whole year last."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.horizontalHeader().setStyleSheet("QHeaderView::section { padding: 0; }")
        self.setAccessibleName(self.tr("Monthly returns"))
        self._model = _Months()
        self._cells = _Cells(theme, self)
        self.setModel(self._model)
        self.setItemDelegate(self._cells)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setMinimumSectionSize(16)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        across.setHighlightSections(False)
        across.setFixedHeight(_HEAD)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(_ROW)
        down.setHighlightSections(False)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._cells.theme = theme
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._model.shorten(self.viewport().width() < 13 * _NAMED)

    def show_years(self, years: tuple[Year, ...]) -> None:
        """Show these years, the newest first."""
        self._model.show_years(years)
        self.setFixedHeight(_HEAD + _ROW * min(max(len(years), 1), 6) + 4)


class _Months(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._years: tuple[Year, ...] = ()
        self._most = 0.0
        self._short = False

    def show_years(self, years: tuple[Year, ...]) -> None:
        self.beginResetModel()
        self._years = tuple(reversed(years))
        self._most = max((abs(month) for year in years for month in year.months if month is not None), default=0.0)
        self.endResetModel()

    def shorten(self, short: bool) -> None:
        """Name each month by its first letter, or by three."""
        if short != self._short:
            self._short = short
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 12)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._years)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 13

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        year = self._years[index.row()]
        value = year.whole if index.column() == 12 else year.months[index.column()]
        if value is None:
            return "" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            digits = 0 if abs(value) >= 0.995 else 1
            return percent(value, sign=True, decimals=digits).removesuffix(" %").replace("-", "−")
        if role == _SHARE:
            return 0.0 if index.column() == 12 or not self._most else value / self._most
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            when = str(year.year) if index.column() == 12 else f"{MONTHS[index.column()]} {year.year}"
            return f"{when}: {percent(value, sign=True, decimals=2).replace('-', '−')}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.ToolTipRole and across:
            return self.tr("The whole year") if section == 12 else MONTHS[section]
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(self._years[section].year)
        if self._short:
            return self.tr("Y") if section == 12 else MONTHS[section][0]
        return self.tr("Year") if section == 12 else MONTHS[section]


class _Cells(QStyledItemDelegate):
    """Paints a month the stronger, the further it is from nothing; the text stays as dark as it is elsewhere."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, text = self.theme, str(index.data() or "")
        box = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5)
        share = index.data(_SHARE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if text:
            ground = theme.good if (share or 0.0) > 0 else theme.bad
            # At most a third of the colour, so that the text keeps its contrast.
            painter.setBrush(mixed(ground, theme.surface, 0.06 + 0.3 * abs(share)) if share else color(theme.sunken))
            painter.drawRoundedRect(box, 4.0, 4.0)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color(theme.accent), 1.5))
            painter.drawRoundedRect(box, 4.0, 4.0)
        wide = box.width() > 40
        painter.setFont(font(12 if wide else 10, 500 if index.column() == 12 else 400))
        painter.setPen(color(theme.text))
        if "." in text and painter.fontMetrics().horizontalAdvance(text) > box.width() - 4:
            text = _whole(text)
        fits = painter.fontMetrics().horizontalAdvance(text) <= box.width()
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text if fits else "")
        painter.restore()


def _whole(text: str) -> str:
    """Return a number as it is shown, without digits behind the point."""
    rounded = round(float(text.replace("−", "-")))
    return f"{rounded:+d}".replace("-", "−") if rounded else "0"
