"""Every figure of the runs side by side, and how far each is from the first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.canvas.theme import Theme, color
from app.ui.compare.compared import Compared, shade

_ROW = 28


class FiguresTable(QTableWidget):
    """A row for each figure, a column for each run, and for each further one a column of differences."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._shown = theme, None
        self.setObjectName("groups")
        self.setAccessibleName(self.tr("Figures side by side"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    _shown: Compared | None

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        if self._shown is not None:
            self.show_runs(self._shown)

    def show_runs(self, shown: Compared) -> None:
        """Show the figures of these runs."""
        self._shown = shown
        figures, count = shown.comparison.figures, len(shown.runs)
        self.setColumnCount(2 * count)
        self.setRowCount(len(figures))
        self._head(shown)
        for row, figure in enumerate(figures):
            self.setItem(row, 0, self._item(figure.title, left=True))
            self.setItem(row, 1, self._item(figure.texts[0]))
            for number in range(1, count):
                self.setItem(row, 2 * number, self._item(figure.texts[number]))
                same = figure.values[number] == figure.values[0]
                text = "=" if same and figure.values[0] is not None else figure.differences[number]
                self.setItem(row, 2 * number + 1, self._item(text, muted=True))

    def _head(self, shown: Compared) -> None:
        titles = [self.tr("Figure")]
        for summary in shown.summaries:
            titles.append(self.tr("Run %1").replace("%1", str(summary.id)))
            if summary is not shown.summaries[0]:
                first = self.tr("to run %1").replace("%1", str(shown.summaries[0].id))
                titles.append(first)
        for column, title in enumerate(titles):
            item = self._item(title, left=not column)
            if column:
                item.setForeground(color(shade(self._theme, column // 2)))
            self.setHorizontalHeaderItem(column, item)

    def _item(self, text: str, *, left: bool = False, muted: bool = False) -> QTableWidgetItem:
        item = QTableWidgetItem(text.replace("-", "−") if not left else text)
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        if muted:
            item.setForeground(color(self._theme.text_muted))
        return item
