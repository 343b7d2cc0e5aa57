"""Equity against buying and holding, and the drawdown beneath it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from app.canvas.theme import color, mixed
from app.export.scales import nice_values
from app.market.candles import FloatSeries
from app.ui.charts import primitives
from app.ui.charts.pyramid import envelope
from app.ui.charts.scales import percent_text
from app.ui.results.pane import Pane
from app.ui.results.result_view import ResultView

# Where a growth this large is in view, round percentages no longer stand evenly on a logarithmic axis.
_WIDE = math.log(3.0)
_LEAST_FALL = 0.001


class EquityPane(Pane):
    """What the strategy made and what holding made, from zero; on a logarithmic scale equal growth is equally high."""

    axis_below = False
    bottom_edge, mark_height = 6.0, 28.0
    view: ResultView | None
    logarithmic = False
    _curves: tuple[FloatSeries, FloatSeries] | None = None

    def show_run(self, view: ResultView | None) -> None:
        """Show a run, or nothing."""
        self.view, self._curves = view, None
        self.redraw()

    def set_logarithmic(self, on: bool) -> None:
        """Use a logarithmic scale, or a plain one."""
        self.logarithmic, self._curves = on, None
        self.redraw()

    def curves(self) -> tuple[FloatSeries, FloatSeries]:
        """Return equity and holding as they stand on the axis; an account at zero has no logarithm."""
        assert self.view is not None
        if self._curves is None:
            both = self.view.equity, self.view.holding
            self._curves = (_logs(both[0]), _logs(both[1])) if self.logarithmic else both
        return self._curves

    def extent(self, first: int, last: int) -> tuple[float, float]:
        edges = [envelope(column, first, last, 400)[1] for column in self.curves()]
        known = [edge[np.isfinite(edge)] for edge in edges]
        lows, highs = [0.0, *(part.min() for part in known if len(part))], [0.0, *(p.max() for p in known if len(p))]
        return float(min(lows)), float(max(highs))

    def marks(self, most: int) -> list[float]:
        if not self.logarithmic:
            return super().marks(most)
        low, high = math.expm1(self.low), math.expm1(self.high)
        if self.high - self.low < _WIDE:
            return [math.log1p(value) for value in nice_values(low, high, most) if value > -1.0]
        units = [factor * 10.0**power for power in range(-6, 12) for factor in (1.0, 2.0, 5.0)]
        inside = [math.log(unit) for unit in units if self.low <= math.log(unit) <= self.high]
        return inside[:: max(1, -(-len(inside) // most))]

    def axis_text(self, value: float) -> str:
        shown = math.expm1(value) if self.logarithmic else value
        return percent_text(shown, 0 if self.high - self.low > 0.05 else 1)

    def legend(self, bar: int) -> Iterator[tuple[str, str, QColor]]:
        assert self.view is not None
        yield self.tr("Strategy"), percent_text(float(self.view.equity[bar])), color(self.theme.accent)
        yield self.tr("Buy and hold"), percent_text(float(self.view.holding[bar])), color(self.theme.text)

    def ground_of(self) -> tuple[object, ...]:
        return (self.curves()[1],)

    def paint_ground(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        zero = round(self.y_of(0.0)) + 0.5
        painter.setPen(QPen(color(self.theme.border_strong), 1.0))
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))
        holding = QPen(mixed(self.theme.text_muted, self.theme.surface, 0.9), 1.1)
        self.paint_line(painter, self.curves()[1], first, last, holding)

    def paint_values(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        theme = self.theme
        equity = self.curves()[0]
        zero = round(self.y_of(0.0)) + 0.5
        paint_area(self, painter, equity, (first, last), zero, (theme.accent, 0.18, 0.02))
        self.paint_line(painter, equity, first, last, QPen(color(theme.accent), 2.0))


class DrawdownPane(Pane):
    """How far below its last peak the equity stood."""

    mark_height = 20.0
    view: ResultView | None

    def show_run(self, view: ResultView | None) -> None:
        """Show a run, or nothing."""
        self.view = view
        self.redraw()

    def extent(self, first: int, last: int) -> tuple[float, float]:
        assert self.view is not None
        # Where nothing fell, zero is the top all the same.
        return min(float(np.nanmin(self.view.drawdown[first:last])), -_LEAST_FALL), 0.0

    def axis_text(self, value: float) -> str:
        return percent_text(value, 0 if self.high - self.low > 0.05 else 1)

    def legend(self, bar: int) -> Iterator[tuple[str, str, QColor]]:
        assert self.view is not None
        tint = color(self.theme.bad if self.view.drawdown[bar] < 0 else self.theme.text)
        yield self.tr("Drawdown"), percent_text(float(self.view.drawdown[bar])), tint

    def paint_values(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.view is not None
        zero = round(self.y_of(0.0)) + 0.5
        paint_area(self, painter, self.view.drawdown, (first, last), zero, (self.theme.bad, 0.04, 0.3))
        self.paint_line(painter, self.view.drawdown, first, last, QPen(color(self.theme.bad), 1.4))


def paint_area(
    chart: Pane,
    painter: QPainter,
    values: FloatSeries,
    bars: tuple[int, int],
    zero: float,
    tint: tuple[str, float, float],
) -> None:
    """Fill between a line and zero, with a colour that goes from one opacity at the top to another at the bottom."""
    plot = chart.plot()
    shade = QLinearGradient(plot.topLeft(), plot.bottomLeft())
    shade.setColorAt(0.0, color(tint[0], tint[1]))
    shade.setColorAt(1.0, color(tint[0], tint[2]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    x, y = chart.points(values, *bars)
    known = np.isfinite(y)
    x, y = x[known], y[known]
    if len(x):
        painter.drawPolygon(primitives.polygon(np.append(x, x[[-1, 0]]), np.append(y, (zero, zero))))


def _logs(returns: FloatSeries) -> FloatSeries:
    known = np.where(returns > -1.0, returns, np.nan)
    logs: FloatSeries = np.log1p(known)
    return logs
