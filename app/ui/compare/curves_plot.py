"""The equity of several runs on one axis, each as its return since its own start."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.canvas.theme import Theme, color
from app.export.curves import drawable
from app.export.scales import nice_values, time_marks
from app.results import numbers
from app.ui.charts import primitives
from app.ui.compare.compared import Compared, dashed, shade
from app.ui.results.plot import Mark, Plot


class CurvesPlot(Plot):
    """Things to point at are moments; left and right go from one to the next."""

    _shown: Compared | None = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "", "", "")
        self.title = self.tr("Equity since the start of each run")
        self.setAccessibleName(self.title)
        self.setMinimumSize(360, 220)

    def show_curves(self, shown: Compared) -> None:
        """Show the curves of these runs; numbers beyond all measure cannot be drawn."""
        known = [curve.values for curve in shown.curves]
        self._shown, self.pointed = (shown if drawable(*known) else None), -1
        if self._shown is not None:
            low, high = min(0.0, *(part.min() for part in known)), max(0.0, *(part.max() for part in known))
            room = (high - low) * 0.05 or 0.01
            self.y_range = (float(low - room), float(high + room))
            self.x_range = (float(shown.moments[0]), float(shown.moments[-1]))
            close = high - low < 0.1
            self.y_marks = [Mark(value, _share(value, 1 if close else 0)) for value in nice_values(*self.y_range, 6)]
            time = shown.moments.astype(np.int64)
            self.x_marks = [Mark(float(time[row]), text) for row, text in time_marks(time, 6)]
        self.update()

    def count(self) -> int:
        return len(self._shown.moments) if self._shown else 0

    def words(self, number: int) -> str:
        if self._shown is None or not 0 <= number < self.count():
            return ""
        parts = [numbers.moment(int(self._shown.moments[number]))]
        for summary, curve in zip(self._shown.summaries, self._shown.curves, strict=True):
            value = float(curve.at_moments[number])
            if np.isfinite(value):
                parts.append(f"{self.tr('Run %1').replace('%1', str(summary.id))} {_share(value, 1)}")
        return "   ".join(parts)

    def thing_at(self, at: QPointF) -> int:
        part = (at.x() - self.plot().left()) / self.plot().width()
        return round(part * (self.count() - 1)) if 0.0 <= part <= 1.0 else -1

    def paint_things(self, painter: QPainter, plot: QRectF) -> None:
        assert self._shown is not None
        zero = round(self.y_of(0.0)) + 0.5
        painter.setPen(QPen(color(self.theme.border_strong), 1.0))
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in reversed(range(len(self._shown.curves))):
            curve = self._shown.curves[number]
            x = plot.left() + (curve.time - self.x_range[0]) / (self.x_range[1] - self.x_range[0]) * plot.width()
            low, high = self.y_range
            y = plot.bottom() - (curve.values - low) / (high - low) * plot.height()
            line = pen(self.theme, number)
            # Equal curves lie on top of each other: what is wider still shows.
            above = sum(np.array_equal(curve.values, other.values) for other in self._shown.curves[:number])
            line.setWidthF(line.widthF() + 3.2 * above)
            painter.setPen(line)
            painter.drawPolyline(primitives.polygon(x, y))
        if self.pointed >= 0:
            across = self.x_of(float(self._shown.moments[self.pointed]))
            painter.setPen(QPen(color(self.theme.text_muted), 1.0))
            painter.drawLine(QPointF(across, plot.top()), QPointF(across, plot.bottom()))


def pen(theme: Theme, number: int) -> QPen:
    """Return the pen of a run by its place."""
    style = Qt.PenStyle.DashLine if dashed(number) else Qt.PenStyle.SolidLine
    return QPen(color(shade(theme, number)), 1.8, style)


def _share(value: float, decimals: int) -> str:
    return numbers.percent(value, sign=True, decimals=decimals).replace("-", "−")
