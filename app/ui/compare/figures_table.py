"""Every figure of the runs side by side, and how far each is from the first."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.canvas.theme import Theme, color
from app.ui.compare.compared import Compared, shade
from app.ui.results.small_table import SmallTable


class FiguresTable(SmallTable):
    """A row for each figure, a column for each run, and for each further one a column of differences."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Figures side by side"), parent=parent)
        self._theme, self._shown = theme, None
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    _shown: Compared | None

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        if self._shown is not None:
            self.show_runs(self._shown)

    def show_runs(self, shown: Compared) -> None:
        """Show the figures of these runs."""
        self._shown = shown
        figures, muted = shown.comparison.figures, color(self._theme.text_muted)
        self._head(shown)
        self.setRowCount(len(figures))
        for row, figure in enumerate(figures):
            texts: list[str] = [figure.title, figure.texts[0]]
            tints: list[QColor | None] = [None, None]
            for value, text, apart in zip(figure.values[1:], figure.texts[1:], figure.differences[1:], strict=True):
                same = value == figure.values[0] and value is not None
                texts += [text, "=" if same else apart]
                tints += [None, muted]
            self.show_row(row, texts, tints)

    def _head(self, shown: Compared) -> None:
        first, *others = (str(summary.id) for summary in shown.summaries)
        run, apart = self.tr("Run %1"), self.tr("to run %1").replace("%1", first)
        titles = [self.tr("Figure"), run.replace("%1", first)]
        for number in others:
            titles += [run.replace("%1", number), apart]
        self.show_titles(titles, [None, *(color(shade(self._theme, number // 2)) for number in range(1, len(titles)))])
