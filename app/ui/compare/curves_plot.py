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
from app.ui.compare.compared import Compared, Curve, dashed, shade
from app.ui.results.plot import Mark, Plot


class CurvesPlot(Plot):
    """Things to point at are moments; left and right go from one to the next."""

    _shown: Compared | None = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "", "", "")
        self.title = self.tr("Equity since the start of each run")
        self.curves: dict[int, Curve] = {}
        self._missing = 0
        self.setAccessibleName(self.title)
        self.setMinimumSize(360, 220)

    def show_runs(self, shown: Compared) -> None:
        """Show these runs, whose curves are still to come."""
        self._shown, self.curves, self._missing, self.pointed = shown, {}, 0, -1
        self._say_progress()

    def take(self, number: int, curve: Curve | None) -> None:
        """Show the curve of one of the runs; None where it cannot be read, or has numbers beyond all measure."""
        assert self._shown is not None
        if curve is None or not drawable(*(each.values for each in self.curves.values()), curve.values):
            self._missing += 1
        else:
            self.curves[number] = curve
            self._settle_axes()
        self._say_progress()

    @property
    def reading(self) -> bool:
        """Whether curves are still to come."""
        return self._shown is not None and len(self.curves) + self._missing < len(self._shown.runs)

    def _say_progress(self) -> None:
        """Say below the curves which of them is being read, or how many cannot be drawn."""
        self.across = ""
        if self.reading and self._shown is not None:
            text = self.tr("Reading curve %1 of %2…").replace("%1", str(len(self.curves) + self._missing + 1))
            self.across = text.replace("%2", str(len(self._shown.runs)))
        elif self._missing:
            self.across = self.tr("%1 cannot be drawn").replace("%1", numbers.count(self._missing, self.tr("curve")))
        self.empty = self.across
        self.setAccessibleDescription(self.across)
        self.update()

    def _settle_axes(self) -> None:
        assert self._shown is not None
        known = [curve.values for curve in self.curves.values()]
        low, high = min(0.0, *(part.min() for part in known)), max(0.0, *(part.max() for part in known))
        room = (high - low) * 0.05 or 0.01
        self.y_range = (float(low - room), float(high + room))
        self.x_range = (float(self._shown.moments[0]), float(self._shown.moments[-1]))
        close = high - low < 0.1
        self.y_marks = [Mark(value, _share(value, 1 if close else 0)) for value in nice_values(*self.y_range, 6)]
        time = self._shown.moments.astype(np.int64)
        self.x_marks = [Mark(float(time[row]), text) for row, text in time_marks(time, 6)]

    def count(self) -> int:
        return len(self._shown.moments) if self._shown and self.curves else 0

    def words(self, number: int) -> str:
        if self._shown is None or not 0 <= number < self.count():
            return ""
        parts = [numbers.moment(int(self._shown.moments[number]))]
        for place, run in enumerate(self._shown.runs):
            value = float(self.curves[place].at_moments[number]) if place in self.curves else np.nan
            if np.isfinite(value):
                parts.append(f"{self.tr('Run %1').replace('%1', str(run.summary.id))} {_share(value, 1)}")
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
        for number, curve in sorted(self.curves.items(), reverse=True, key=lambda each: each[0]):
            x = plot.left() + (curve.time - self.x_range[0]) / (self.x_range[1] - self.x_range[0]) * plot.width()
            low, high = self.y_range
            y = plot.bottom() - (curve.values - low) / (high - low) * plot.height()
            line = pen(self.theme, number)
            # Equal curves lie on top of each other: what is wider still shows.
            above = sum(
                place < number and np.array_equal(curve.values, other.values) for place, other in self.curves.items()
            )
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
