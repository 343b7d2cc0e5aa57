"""What all charts share: axes, zoom, pan, crosshair, and a picture kept until something changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.canvas import theme as tokens
from app.canvas.theme import Theme, color
from app.export.scales import nice_values, time_marks
from app.market.candles import FloatSeries
from app.ui.charts import primitives
from app.ui.charts.primitives import Numbers
from app.ui.charts.pyramid import envelope
from app.ui.charts.scales import moment_text
from app.ui.charts.shown import OnBars
from app.ui.charts.time_range import TimeRange

# Marks closer than this could not be read.
_APART = 14.0
# Fonts and their measures are made once: a legend asks for them many times in every frame.
font = cache(tokens.font)


@cache
def measures(pixels: int, weight: int = 400) -> QFontMetricsF:
    """Return what tells how wide a text is."""
    return QFontMetricsF(font(pixels, weight))


class Chart(QWidget):
    """A chart over the bars of a run. Subclasses say which values there are and paint them.

    Two pictures are kept: the ground, with axes and all that most changes of a drawing leave as it is, and the ground
    with the values over it. The crosshair and the legend are painted over both.
    """

    top_edge, bottom_edge, right_edge = 30.0, 22.0, 68.0
    legend_left, legend_line = 12.0, 19.0
    # Whether times are written below the values.
    axis_below = True
    # So many pixels of height for each mark of the value axis.
    mark_height = 48.0

    def __init__(self, bars: TimeRange, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = bars
        self.theme = theme
        self.view: OnBars | None = None
        self.frames = 0
        self._picture: QPixmap | None = None
        self._ground: QPixmap | None = None
        self._ground_key: tuple[object, ...] = ()
        self._dragged_from: float | None = None
        self.low, self.high = 0.0, 1.0
        self.setMinimumSize(240, 80)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        bars.changed.connect(self.redraw)
        bars.hovered.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self.redraw()

    def redraw(self) -> None:
        """Paint anew: what is shown has changed."""
        self._picture = None
        self.update()

    # What a subclass says.

    def extent(self, first: int, last: int) -> tuple[float, float]:
        """Return the lowest and highest value among these bars."""
        raise NotImplementedError

    def marks(self, most: int) -> list[float]:
        """Return the values of the axis to mark, at most about so many; one alone would be no measure."""
        found = nice_values(self.low, self.high, most)
        for more in range(most + 1, most + 4):
            if len(found) > 1:
                break
            closer = nice_values(self.low, self.high, more)
            if len(closer) > 1 and abs(self.y_of(closer[0]) - self.y_of(closer[1])) >= _APART:
                found = closer
        return found

    def written_at(self, marks: list[float]) -> list[float]:
        """Return the heights at which the marks of the value axis are written."""
        return [self.y_of(value) for value in marks]

    def axis_text(self, value: float) -> str:
        """Return what a mark of the value axis says."""
        raise NotImplementedError

    def ground_of(self) -> tuple[object, ...]:
        """Return what the ground shows besides axes: the same objects, the same ground."""
        return ()

    def paint_ground(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        """Paint what seldom changes, over the axes."""

    def paint_values(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        """Paint the bars from `first` up to, without, `last`."""
        raise NotImplementedError

    def legend(self, bar: int) -> Iterator[tuple[str, str, QColor]]:
        """Yield name, value and colour of what is shown at a bar, -1 for the last."""
        raise NotImplementedError

    # Positions.

    def plot(self) -> QRectF:
        """Return where the values are painted."""
        width, height = self.width() - self.right_edge, self.height() - self.top_edge - self.bottom_edge
        return QRectF(0.0, self.top_edge, max(width, 1.0), max(height, 1.0))

    def x_of(self, bar: float) -> float:
        """Return where the left edge of a bar is."""
        plot = self.plot()
        return plot.left() + (bar - self.bars.first) / (self.bars.last - self.bars.first) * plot.width()

    def y_of(self, value: float) -> float:
        """Return where a value is."""
        plot = self.plot()
        return plot.bottom() - (value - self.low) / (self.high - self.low) * plot.height()

    def xs_of(self, bars: Numbers) -> Numbers:
        """Return where the left edges of bars are."""
        left = self.x_of(0.0)
        return left + bars * (self.x_of(1.0) - left)

    def ys_of(self, values: Numbers) -> Numbers:
        """Return where values are."""
        plot = self.plot()
        return plot.bottom() - (values - self.low) * (plot.height() / (self.high - self.low))

    def bar_at(self, x: float) -> float:
        """Return the bar at a position, in fractions of a bar."""
        plot = self.plot()
        return self.bars.first + (x - plot.left()) / plot.width() * (self.bars.last - self.bars.first)

    def visible(self) -> tuple[int, int]:
        """Return the bars in view, half-open."""
        return max(0, math.floor(self.bars.first)), min(self.bars.count, math.ceil(self.bars.last))

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        self.frames += 1
        if self._picture is None or self._picture.deviceIndependentSize().toSize() != self.size():
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self.view is not None:
            self._paint_crosshair(painter)
            self._paint_legend(painter)
        if self.hasFocus():
            painter.setPen(QPen(color(self.theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        painter.end()

    def _drawn(self) -> QPixmap:
        first, last = self.visible()
        if self.view is None or last <= first:
            return self._empty()
        self._settle_scale(first, last)
        picture = QPixmap(self._painted_ground(first, last))
        painter, plot = QPainter(picture), self.plot()
        painter.setClipRect(plot)
        self.paint_values(painter, plot, first, last)
        painter.end()
        return picture

    def _painted_ground(self, first: int, last: int) -> QPixmap:
        """Return the ground as it is now; painted anew only where something of it has changed."""
        place = (self.size(), self.devicePixelRatioF(), self.theme, self.bars.first, self.bars.last)
        key = (*place, self.low, self.high, self.bars.count, *self.ground_of())
        if self._ground is None or not _same(key, self._ground_key):
            self._ground, self._ground_key = self._empty(), key
            painter, plot = QPainter(self._ground), self.plot()
            self._paint_axes(painter, plot, first, last)
            painter.setClipRect(plot)
            self.paint_ground(painter, plot, first, last)
            painter.end()
        return self._ground

    def _empty(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(color(self.theme.surface))
        return picture

    def _settle_scale(self, first: int, last: int) -> None:
        low, high = self.extent(first, last)
        if not (math.isfinite(low) and math.isfinite(high)):
            low, high = 0.0, 1.0
        room = (high - low) * 0.06 or abs(high) * 0.01 or 0.01
        self.low, self.high = low - room, high + room

    def _paint_axes(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.view is not None
        painter.setFont(font(11))
        grid, words = QPen(color(self.theme.grid), 1.0), QPen(color(self.theme.text_muted))
        marks = self.marks(max(2, int(plot.height() / self.mark_height)))
        for value, beside in zip(marks, self.written_at(marks), strict=True):
            y = round(self.y_of(value)) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(words)
            box = QRectF(plot.right() + 8, round(beside) - 7.5, self.right_edge - 8, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.axis_text(value))
        for row, text in time_marks(self.view.bars.time[first:last], max(2, int(plot.width() / 96))):
            x = round(self.x_of(first + row + 0.5)) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            width = measures(11).horizontalAdvance(text)
            if self.axis_below and x - width / 2 > plot.left() and x + width / 2 < plot.right():
                painter.setPen(words)
                painter.drawText(QPointF(x - width / 2, plot.bottom() + 16), text)

    def paint_line(
        self, painter: QPainter, values: FloatSeries, first: int, last: int, pen: QPen, offset: float = 0.5
    ) -> None:
        """Paint a line through values, one for each bar; it stops where they are unknown.

        Pieces on their own take a fifth of the time of one long line, whose corners Qt would work out one by one.
        """
        x, y = self.points(values, first, last, offset)
        known = np.isfinite(y)
        both = known[:-1] & known[1:]
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawLines(primitives.lines(x[:-1][both], y[:-1][both], x[1:][both], y[1:][both]))

    def points(
        self, values: FloatSeries, first: int, last: int, offset: float = 0.5
    ) -> tuple[FloatSeries, FloatSeries]:
        """Return a line in pixels, NaN where its height is unknown."""
        first, last = max(0, first - 1), min(len(values), last + 1)
        # Two points for every two pixels: more would take milliseconds and show nothing.
        at, found = envelope(values, first, last, int(self.plot().width() / 2))
        plot = self.plot()
        x = plot.left() + (at + offset - self.bars.first) * (plot.width() / (self.bars.last - self.bars.first))
        return x, plot.bottom() - (found - self.low) * (plot.height() / (self.high - self.low))

    def _paint_crosshair(self, painter: QPainter) -> None:
        assert self.view is not None
        bar = self.bars.hover
        if bar < 0 or not self.bars.first - 1 <= bar <= self.bars.last:
            return
        plot = self.plot()
        x = round(self.x_of(bar + 0.5)) + 0.5
        painter.setPen(QPen(color(self.theme.border_strong), 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        if not self.axis_below:
            return
        text = moment_text(int(self.view.bars.time[bar]), self.view.bars.step_ms)
        painter.setFont(font(11, 500))
        width = measures(11, 500).horizontalAdvance(text) + 12
        left = min(max(x - width / 2, plot.left()), plot.right() - width)
        self._paint_tag(painter, QRectF(left, plot.bottom() + 2, width, 18), text)

    def _paint_tag(self, painter: QPainter, box: QRectF, text: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(self.theme.text))
        painter.drawRoundedRect(box, 4.0, 4.0)
        painter.setPen(color(self.theme.surface))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_legend(self, painter: QPainter) -> None:
        x = self.legend_left
        for name, value, tint in self.legend(self.bars.hover):
            for text, weight, shade in ((name, 400, color(self.theme.text_muted)), (value, 500, tint)):
                if not text:
                    continue
                painter.setFont(font(12, weight))
                width = measures(12, weight).horizontalAdvance(text)
                if x + width > self.width() - 8:
                    return
                painter.setPen(shade)
                painter.drawText(QPointF(x, self.legend_line), text)
                x += width + 6
            x += 10

    # Hands.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._dragged_from is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.bars.move(self._dragged_from - self.bar_at(x))
            return
        inside = self.plot().left() <= x <= self.plot().right()
        self.bars.point_at(math.floor(self.bar_at(x)) if inside else -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = self.bar_at(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.bars.fit()

    def leaveEvent(self, event: object) -> None:
        self.bars.point_at(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        if abs(turn.x()) > abs(turn.y()):
            self.bars.move(-turn.x() / 1200 * (self.bars.last - self.bars.first))
        else:
            self.bars.zoom(self.bar_at(event.position().x()), 0.85 ** (turn.y() / 120))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        size = self.bars.last - self.bars.first
        pointed = self.bars.hover if self.bars.hover >= 0 else self.bars.count - 1
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = -1 if event.key() == Qt.Key.Key_Left else 1
                if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                    self.bars.move(way * size / 10)
                else:
                    self.bars.point_at(min(max(pointed + way, 0), self.bars.count - 1))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.bars.zoom((self.bars.first + self.bars.last) / 2, 0.8)
            case Qt.Key.Key_Minus:
                self.bars.zoom((self.bars.first + self.bars.last) / 2, 1.25)
            case Qt.Key.Key_Home:
                self.bars.fit()
            case Qt.Key.Key_Escape if self.bars.hover >= 0:
                self.bars.point_at(-1)
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.redraw()


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Return whether two keys are of the same things; large ones are told apart by identity, never compared."""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, (int, float, tuple, QSize)) and a == b) for a, b in zip(one, other, strict=True)
    )
