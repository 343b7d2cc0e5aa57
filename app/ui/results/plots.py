"""How trades are spread: a histogram of P&L, each trade's worst and best moment, and bars by hour or weekday."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.canvas.theme import Theme, color
from app.export.scales import nice_values
from app.market.candles import FloatSeries
from app.results import numbers
from app.results.distribution import Excursions, Histogram
from app.results.groups import Group
from app.ui.results.plot import Mark, Plot


class HistogramPlot(Plot):
    """How many trades ended with how much."""

    _shown: Histogram | None = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "", "", "")
        self.title, self.across = self.tr("P&L per trade"), self.tr("P&L, quote currency")
        self.setAccessibleName(self.title)

    def show_histogram(self, shown: Histogram | None) -> None:
        """Show these bins."""
        self._shown, self.pointed = shown, -1
        if shown is not None:
            self.x_range = (shown.edges[0], shown.edges[-1])
            self.y_range = (0.0, max(shown.counts) * 1.08)
            self.x_marks = [Mark(value, short(value)) for value in nice_values(*self.x_range, 5)]
            self.y_marks = whole_marks(max(shown.counts))
        self.update()

    def count(self) -> int:
        return len(self._shown.counts) if self._shown else 0

    def words(self, number: int) -> str:
        if self._shown is None or number < 0:
            return ""
        low, high = (numbers.money(value).replace("-", "−") for value in self._shown.edges[number : number + 2])
        text = self.tr("%1 to %2: %3").replace("%1", low).replace("%2", high)
        if number == 0 and self._shown.open_low:
            text = self.tr("up to %2: %3").replace("%2", high)
        if number == self.count() - 1 and self._shown.open_high:
            text = self.tr("above %1: %3").replace("%1", low)
        return text.replace("%3", numbers.count(self._shown.counts[number], "trade"))

    def thing_at(self, at: QPointF) -> int:
        part = (at.x() - self.plot().left()) / self.plot().width()
        return int(part * self.count()) if 0.0 <= part < 1.0 else -1

    def paint_things(self, painter: QPainter, plot: QRectF) -> None:
        assert self._shown is not None
        edges = self._shown.edges
        for number, many in enumerate(self._shown.counts):
            token = self.theme.good if edges[number] >= 0 else self.theme.bad
            shade = color(token, 1.0 if number == self.pointed else 0.78)
            left, right, top = self.x_of(edges[number]), self.x_of(edges[number + 1]), self.y_of(many)
            painter.fillRect(QRectF(left + 0.5, top, max(right - left - 1.0, 1.0), plot.bottom() - top), shade)
        painter.setPen(QPen(color(self.theme.border_strong), 1.0))
        painter.drawLine(QPointF(plot.left(), plot.bottom()), QPointF(plot.right(), plot.bottom()))


class ExcursionPlot(Plot):
    """Each trade by how far it went against the position and how far for it: stops and targets are judged by it."""

    _shown: Excursions | None = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "", "", "")
        self.title = self.tr("Worst and best moment of each trade (MAE, MFE)")
        self.across = self.tr("Worst fall, %")
        self.setAccessibleName(self.title)
        self._places: tuple[FloatSeries, FloatSeries] = (np.empty(0), np.empty(0))

    def show_excursions(self, shown: Excursions) -> None:
        """Show these trades."""
        self._shown, self.pointed = shown, -1
        if len(shown.mae):
            # The wildest hundredth stands at the edge, so that it does not push the rest into a corner.
            far, high = (max(float(np.percentile(part, 99)), 1e-4) * 1.08 for part in (shown.mae, shown.mfe))
            self.x_range, self.y_range = (0.0, far), (0.0, high)
            self.x_marks = [Mark(value, f"{value * 100:g}") for value in nice_values(0.0, far, 5)]
            self.y_marks = [Mark(value, f"{value * 100:g} %") for value in nice_values(0.0, high, 5)]
        self.update()

    def count(self) -> int:
        return len(self._shown.mae) if self._shown else 0

    def words(self, number: int) -> str:
        if self._shown is None or number < 0:
            return ""
        values = (self._shown.mae[number], self._shown.mfe[number], self._shown.return_[number])
        fall, rise, end = (numbers.percent(float(value), decimals=2).replace("-", "−") for value in values)
        text = self.tr("Trade %1: fell %2, rose %3, ended at %4")
        return text.replace("%1", str(number + 1)).replace("%2", fall).replace("%3", rise).replace("%4", end)

    def thing_at(self, at: QPointF) -> int:
        x, y = self._points()
        apart = np.hypot(x - at.x(), y - at.y())
        nearest = int(np.argmin(apart))
        return nearest if apart[nearest] < 8.0 else -1

    def paint_things(self, painter: QPainter, plot: QRectF) -> None:
        assert self._shown is not None
        x, y = self._points()
        # Points on the same pixel are one point; half a million of them would cover each other all the same.
        keys = np.unique(
            np.column_stack((np.round(x), np.round(y), self._shown.won)).astype(np.int64), axis=0
        )  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        opacity = 0.75 if len(keys) < 600 else 0.45
        for won, token in ((0, self.theme.bad), (1, self.theme.good)):
            painter.setPen(QPen(color(token, opacity), 5.0, c=Qt.PenCapStyle.RoundCap))
            painter.drawPoints([QPointF(a, b) for a, b, w in keys.tolist() if w == won])
        if 0 <= self.pointed < len(x):
            painter.setPen(QPen(color(self.theme.accent), 2.0))
            painter.setBrush(color(self.theme.surface))
            painter.drawEllipse(QPointF(float(x[self.pointed]), float(y[self.pointed])), 4.5, 4.5)

    def _points(self) -> tuple[FloatSeries, FloatSeries]:
        assert self._shown is not None
        plot = self.plot()
        across = np.minimum(self._shown.mae / self.x_range[1], 1.0)
        up = np.minimum(self._shown.mfe / self.y_range[1], 1.0)
        return plot.left() + across * plot.width(), plot.bottom() - up * plot.height()


class GroupPlot(Plot):
    """The P&L of groups of trades, a bar each."""

    def __init__(self, theme: Theme, title: str, across: str, every: int = 1) -> None:
        super().__init__(theme, title, across, "")
        self._groups: Sequence[Group] = ()
        self._every = every

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show these groups, in order."""
        self._groups, self.pointed = (groups if any(group.trades for group in groups) else ()), -1
        values = [0.0, *(group.pnl for group in self._groups)]
        room = (max(values) - min(values)) * 0.06 or 1.0
        self.x_range, self.y_range = (0.0, float(max(len(self._groups), 1))), (min(values) - room, max(values) + room)
        self.y_marks = [Mark(value, short(value)) for value in nice_values(*self.y_range, 4)]
        self.x_marks = [
            Mark(number + 0.5, group.label[:3])
            for number, group in enumerate(self._groups)
            if number % self._every == 0
        ]
        self.update()

    def count(self) -> int:
        return len(self._groups)

    def words(self, number: int) -> str:
        if number < 0:
            return ""
        group = self._groups[number]
        text = self.tr("%1: %2, %3 won, P&L %4")
        money = numbers.money(group.pnl, sign=True).replace("-", "−")
        for place, value in (
            ("%1", group.label),
            ("%2", numbers.count(group.trades, "trade")),
            ("%3", numbers.percent(group.win_rate, decimals=0)),
            ("%4", money),
        ):
            text = text.replace(place, value)
        return text

    def thing_at(self, at: QPointF) -> int:
        part = (at.x() - self.plot().left()) / self.plot().width()
        return int(part * self.count()) if 0.0 <= part < 1.0 else -1

    def paint_things(self, painter: QPainter, plot: QRectF) -> None:
        zero, width = self.y_of(0.0), plot.width() / len(self._groups)
        for number, group in enumerate(self._groups):
            token = self.theme.good if group.pnl >= 0 else self.theme.bad
            shade = color(token, 1.0 if number == self.pointed else 0.78)
            top, bottom = sorted((zero, self.y_of(group.pnl)))
            left = plot.left() + (number + 0.15) * width
            painter.fillRect(QRectF(left, top, width * 0.7, max(bottom - top, 1.0)), shade)
        painter.setPen(QPen(color(self.theme.border_strong), 1.0))
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))


def short(value: float) -> str:
    """Return money on an axis: `12k`."""
    size = abs(value)
    for unit, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= unit:
            return f"{value / unit:,.4g}{letter}".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def whole_marks(most: int) -> list[Mark]:
    """Return marks at whole numbers up to `most`."""
    return [Mark(value, f"{value:,.0f}") for value in nice_values(0.0, float(most), 4) if value == int(value)]
