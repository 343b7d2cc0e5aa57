"""Equity against buying and holding, with the curve before the last change behind it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from app.canvas.theme import color, mixed
from app.market.candles import FloatSeries
from app.ui.charts import primitives
from app.ui.charts.chart import Chart
from app.ui.charts.pyramid import envelope
from app.ui.charts.run_view import RunView
from app.ui.charts.scales import percent_text


class EquityChart(Chart):
    """Two curves from zero: what the strategy made and what holding made; a third is what it made before."""

    view: RunView | None
    _ghost: FloatSeries | None = None

    def show_run(self, view: RunView | None, ghost: RunView | None = None) -> None:
        """Show a run, with an earlier one as its ghost."""
        self.view = view
        self._ghost = _on_bars_of(view, ghost) if view and ghost else None
        self.redraw()

    def extent(self, first: int, last: int) -> tuple[float, float]:
        assert self.view is not None
        columns = [self.view.holding]
        if self._active:
            columns += [self.view.equity, *([self._ghost] if self._ghost is not None else [])]
        edges = [envelope(column, first, last, 400)[1] for column in columns]
        return min(0.0, *(float(np.nanmin(edge)) for edge in edges)), max(
            0.0, *(float(np.nanmax(edge)) for edge in edges)
        )

    def axis_text(self, value: float) -> str:
        return percent_text(value, 0 if self.high - self.low > 0.05 else 1)

    def legend(self, bar: int) -> Iterator[tuple[str, str, QColor]]:
        assert self.view is not None
        if self._active:
            yield self.tr("Strategy"), percent_text(float(self.view.equity[bar])), color(self.theme.accent)
        yield self.tr("Buy and hold"), percent_text(float(self.view.holding[bar])), color(self.theme.text)
        if self._ghost is not None and self._active and np.isfinite(self._ghost[bar]):
            yield self.tr("Before"), percent_text(float(self._ghost[bar])), color(self.theme.text_muted)

    def ground_of(self) -> tuple[object, ...]:
        assert self.view is not None
        return (self.view.holding,)

    def paint_ground(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.view is not None
        painter.setPen(QPen(color(self.theme.border_strong), 1.0))
        zero = self._zero
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))
        holding = QPen(mixed(self.theme.text_muted, self.theme.surface, 0.9), 1.1)
        self.paint_line(painter, self.view.holding, first, last, holding)

    def paint_values(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.view is not None
        theme = self.theme
        if not self._active:
            return
        if self._ghost is not None:
            # Opaque: a see-through line would show dots where its pieces meet.
            self.paint_line(painter, self._ghost, first, last, QPen(mixed(theme.accent, theme.surface, 0.42), 1.5))
        self._paint_area(painter, plot, first, last)
        self.paint_line(painter, self.view.equity, first, last, QPen(color(theme.accent), 2.0))

    @property
    def _active(self) -> bool:
        return self.view is not None and self.view.outcome.state == "done"

    @property
    def _zero(self) -> float:
        """Where nothing is won or lost."""
        return round(self.y_of(0.0)) + 0.5

    def _paint_area(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.view is not None
        shade = QLinearGradient(plot.topLeft(), plot.bottomLeft())
        shade.setColorAt(0.0, color(self.theme.accent, 0.18))
        shade.setColorAt(1.0, color(self.theme.accent, 0.02))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        x, y = self.points(self.view.equity, first, last)
        if len(x):
            ends = np.array([x[-1], x[0]])
            painter.drawPolygon(primitives.polygon(np.append(x, ends), np.append(y, (self._zero, self._zero))))


def _on_bars_of(view: RunView, ghost: RunView) -> FloatSeries | None:
    """Return the equity of `ghost` at the bars of `view`; None where they are not of the same market."""
    if ghost.outcome.state != "done" or str(ghost.result.instrument) != str(view.result.instrument):
        return None
    if len(ghost.bars) == len(view.bars) and ghost.bars.time[0] == view.bars.time[0]:
        return ghost.equity
    if ghost.bars.time[0] != view.bars.time[0]:
        return None
    known: FloatSeries = np.interp(view.bars.time, ghost.bars.time, ghost.equity)
    return known
