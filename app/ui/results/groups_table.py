"""Groups of trades as rows: how many, how often won, and what they gave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHeaderView, QWidget

from app.canvas.theme import Theme, color
from app.results.groups import Group
from app.results.numbers import money, percent, ratio, whole
from app.ui.results.small_table import SmallTable


class GroupsTable(SmallTable):
    """A row for each group."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent=parent, yielding=(4, 5))
        self.theme = theme
        self.empty = self.tr("No closed trades")
        self._groups: Sequence[Group] = ()
        self.show_titles(
            [name, self.tr("Trades"), self.tr("Won"), self.tr("P&L"), self.tr("Average"), self.tr("Factor")]
        )
        if (factor := self.horizontalHeaderItem(5)) is not None:
            factor.setToolTip(self.tr("Profit factor: the sum of profits divided by the sum of losses"))
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

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
            tint = color(self.theme.good if group.pnl > 0 else self.theme.bad) if group.pnl else None
            self.show_row(row, texts, (None, None, None, tint, tint))
        self.be_whole()
