"""An indicator in a pane of its own below the price, on the same bars."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from app.canvas.theme import Theme, color, mixed
from app.ui.charts import primitives
from app.ui.charts.chart import Chart
from app.ui.charts.pane_view import PaneLine, PaneView
from app.ui.charts.pyramid import envelope
from app.ui.charts.scales import apart, value_text
from app.ui.charts.shown import OnBars
from app.ui.charts.time_range import TimeRange

HEADING = 24
_SMALLEST = 64
_LABEL_APART = 13.0


class IndicatorPane(Chart):
    """The lines of one block with the levels they are compared with; it can be folded into its heading."""

    folded_changed = Signal(bool)
    top_edge, bottom_edge = float(HEADING), 4.0
    axis_below = False
    legend_left, legend_line = 30.0, 16.0
    mark_height = 32.0

    def __init__(self, bars: TimeRange, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(bars, theme, parent)
        self.pane: PaneView | None = None
        self.folded = False
        self.fold_button = QToolButton(self)
        self.fold_button.setAutoRaise(True)
        self.fold_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fold_button.setGeometry(8, 3, 18, 18)
        self.fold_button.clicked.connect(lambda: self.fold(not self.folded))
        self._settle()

    def show_pane(self, view: OnBars, pane: PaneView) -> None:
        """Show the pane of a run."""
        self.view, self.pane = view, pane
        self._settle()
        self.redraw()

    def fold(self, folded: bool) -> None:
        """Show the heading alone, or all of it."""
        if folded != self.folded:
            self.folded = folded
            self._settle()
            self.redraw()
            self.folded_changed.emit(folded)

    def extent(self, first: int, last: int) -> tuple[float, float]:
        assert self.pane is not None
        if self.pane.low is not None and self.pane.high is not None:
            return self.pane.low, self.pane.high
        edges = [envelope(line.values, first, last, 400)[1] for line in self.pane.lines]
        known = np.concatenate([edge[np.isfinite(edge)] for edge in edges])
        with_zero = [0.0] if any(line.bars for line in self.pane.lines) else []
        values = [*self.pane.levels, *with_zero, *([float(known.min()), float(known.max())] if len(known) else [])]
        return (min(values), max(values)) if values else (0.0, 1.0)

    def marks(self, most: int) -> list[float]:
        if self.pane is None or not self.pane.levels:
            return super().marks(most)
        # As many as can be written below each other, the lowest of all and the highest among them.
        levels = self.pane.levels
        room = max(int(self.plot().height() / _LABEL_APART) + 1, 2)
        if len(levels) <= room:
            return [*levels]
        return [levels[round(n * (len(levels) - 1) / (room - 1))] for n in range(room)]

    def written_at(self, marks: list[float]) -> list[float]:
        plot = self.plot()
        return apart(super().written_at(marks)[::-1], _LABEL_APART, plot.top(), plot.bottom())[::-1]

    def axis_text(self, value: float) -> str:
        return value_text(value)

    def legend(self, bar: int) -> Iterator[tuple[str, str, QColor]]:
        assert self.pane is not None
        yield self.pane.title, "", color(self.theme.text)
        for number, line in enumerate(self.pane.lines):
            yield line.name, value_text(float(line.values[bar])), self.line_color(number)

    def line_color(self, number: int) -> QColor:
        """Return the colour of the n-th line."""
        theme = self.theme
        return color((theme.series, theme.warn, theme.signal)[number % 3])

    def ground_of(self) -> tuple[object, ...]:
        return (self.pane.levels,) if self.pane is not None else ()

    def paint_ground(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.pane is not None
        painter.setPen(QPen(color(self.theme.border_strong), 1.0, Qt.PenStyle.DashLine))
        for level in self.pane.levels:
            y = round(self.y_of(level)) + 0.5
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def paint_values(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.pane is not None
        for number, line in sorted(enumerate(self.pane.lines), key=lambda entry: not entry[1].bars):
            if line.bars:
                self._paint_bars(painter, line, first, last)
            else:
                self.paint_line(painter, line.values, first, last, QPen(self.line_color(number), 1.5))

    def _paint_bars(self, painter: QPainter, line: PaneLine, first: int, last: int) -> None:
        x, y = self.points(line.values, first, last)
        known = np.isfinite(y)
        x, y, zero = x[known], y[known], self.y_of(0.0)
        wide = min(max(self.plot().width() / max(self.bars.last - self.bars.first, 1.0) * 0.6, 1.0), 8.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for rows, token in ((y <= zero, self.theme.good), (y > zero, self.theme.bad)):
            painter.setPen(QPen(mixed(token, self.theme.surface, 0.6), wide, c=Qt.PenCapStyle.FlatCap))
            painter.drawLines(primitives.lines(x[rows], np.full(int(rows.sum()), zero), x[rows], y[rows]))

    def _drawn(self) -> QPixmap:
        return self._empty() if self.folded else super()._drawn()

    def _settle(self) -> None:
        name = self.pane.title if self.pane else ""
        self.setAccessibleName(self.tr("%1, below the price").replace("%1", name))
        arrow = Qt.ArrowType.RightArrow if self.folded else Qt.ArrowType.DownArrow
        self.fold_button.setArrowType(arrow)
        words = self.tr("Show %1") if self.folded else self.tr("Fold %1")
        self.fold_button.setAccessibleName(words.replace("%1", name))
        self.fold_button.setToolTip(words.replace("%1", name))
        self.setMinimumHeight(HEADING if self.folded else _SMALLEST)
        self.setMaximumHeight(HEADING if self.folded else 16_777_215)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < HEADING and event.button() == Qt.MouseButton.LeftButton:
            self.fold(not self.folded)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.fold(not self.folded)
        else:
            super().keyPressEvent(event)
