"""Groups of trades as rows: how many, how often won, and what they gave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.canvas.theme import Theme, color
from app.results.groups import Group
from app.results.numbers import money, percent, ratio, whole

_ROW = 28


class GroupsTable(QTableWidget):
    """A small table that is as high as its rows."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        titles = [
            name, self.tr("Trades"), self.tr("Won"), self.tr("P&L"), self.tr("Average"), self.tr("Factor"),
        ]  # fmt: skip
        super().__init__(0, len(titles), parent)
        self.theme = theme
        self._groups: Sequence[Group] = ()
        self.setObjectName("groups")
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number, title in enumerate(titles):
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            item = QTableWidgetItem(title)
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            if number == 5:
                item.setToolTip(self.tr("Profit factor: the sum of profits divided by the sum of losses"))
            self.setHorizontalHeaderItem(number, item)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self.show_groups(self._groups)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show these groups, in order."""
        self._groups = groups
        self.setRowCount(len(groups))
        for row, group in enumerate(groups):
            texts = (
                group.label.replace("_", " ").capitalize(),
                whole(group.trades),
                percent(group.win_rate, decimals=0),
                money(group.pnl if group.trades else None, sign=True),
                percent(group.average_return, sign=True, decimals=2),
                ratio(group.profit_factor),
            )
            for column, text in enumerate(texts):
                self.setItem(row, column, self._item(text.replace("-", "−"), column, group.pnl))
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(header + _ROW * max(len(groups), 1) + 4)

    def _item(self, text: str, column: int, pnl: float) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        if column in (3, 4) and pnl:
            item.setForeground(color(self.theme.good if pnl > 0 else self.theme.bad))
        return item
