"""The price with the strategy's indicators and trades."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from app.canvas.theme import Theme, color
from app.ui.charts import primitives
from app.ui.charts.chart import Chart
from app.ui.charts.primitives import Numbers
from app.ui.charts.pyramid import Groups
from app.ui.charts.scales import price_text
from app.ui.charts.shown import Priced
from app.ui.charts.time_range import TimeRange

# Candles narrower than this many pixels are taken together.
_NARROWEST = 3.0
# More trades in view than these are marks along the bottom, not arrows.
MOST_TRADES = 90
# More lines than these nobody can tell apart, and painting them would make the hand wait.
MOST_LINES = 12
# The side of the picture of an arrow.
_MARK = 16


class PriceChart(Chart):
    """Candles, lines over them, and a mark where each trade began and ended."""

    view: Priced | None

    def __init__(self, bars: TimeRange, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(bars, theme, parent)
        self._marks: dict[tuple[str, bool, str, float], QPixmap] = {}

    def show_run(self, view: Priced | None) -> None:
        """Show a run, or nothing."""
        self.view = view
        self.redraw()

    def overlay_color(self, number: int) -> QColor:
        """Return the colour of the n-th line."""
        theme = self.theme
        return color((theme.accent, theme.warn, theme.series, theme.signal, theme.risk)[number % 5])

    def extent(self, first: int, last: int) -> tuple[float, float]:
        assert self.view is not None
        groups = self._groups(first, last)
        return float(groups.low.min()), float(groups.high.max())

    def axis_text(self, value: float) -> str:
        return price_text(value)

    def legend(self, bar: int) -> Iterator[tuple[str, str, QColor]]:
        assert self.view is not None
        view, theme = self.view, self.theme
        bars = view.bars
        if bar < 0:
            yield view.symbol, price_text(float(bars.close[-1])), color(theme.text)
        else:
            risen = bars.close[bar] >= bars.open[bar]
            tint = color(theme.good if risen else theme.bad)
            for name, column in (("O", bars.open), ("H", bars.high), ("L", bars.low), ("C", bars.close)):
                yield name, price_text(float(column[bar])), tint
        if len(view.overlays) > MOST_LINES:
            counts = self.tr("%1 of %2").replace("%1", str(MOST_LINES)).replace("%2", str(len(view.overlays)))
            yield self.tr("Lines"), counts, color(theme.text)
        for number, overlay in enumerate(view.overlays[:MOST_LINES]):
            yield overlay.name, price_text(float(overlay.values[bar])), self.overlay_color(number)

    def ground_of(self) -> tuple[object, ...]:
        assert self.view is not None
        return (self.view.pyramid,)

    def paint_ground(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        self._paint_candles(painter, self._groups(first, last))

    def paint_values(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        assert self.view is not None
        for number, overlay in enumerate(self.view.overlays[:MOST_LINES]):
            self.paint_line(painter, overlay.values, first, last, QPen(self.overlay_color(number), 1.5))
        self._paint_trades(painter, first, last)

    def _groups(self, first: int, last: int) -> Groups:
        assert self.view is not None
        per_bar = self.plot().width() / max(self.bars.last - self.bars.first, 1e-9)
        return self.view.pyramid.groups(first, last, _NARROWEST / per_bar if per_bar < _NARROWEST else 1.0)

    def _paint_candles(self, painter: QPainter, groups: Groups) -> None:
        width = (self.x_of(groups.size) - self.x_of(0.0)) if groups.size else 1.0
        x = self.x_of(groups.first) + (np.arange(len(groups.open)) + 0.5) * width
        scale, bottom = self.plot().height() / (self.high - self.low), self.plot().bottom()
        top_, bottom_, open_, close = (
            bottom - (column - self.low) * scale for column in (groups.high, groups.low, groups.open, groups.close)
        )
        thin = width < 5.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, thin)
        x = x if thin else np.floor(x) + 0.5
        body = max(width * 0.64, 1.0)
        for risen, token in (
            (groups.close >= groups.open, self.theme.good),
            (groups.close < groups.open, self.theme.bad),
        ):
            shade = color(token, 0.85)
            painter.setPen(QPen(shade, 1.4 if thin else 1.0))
            painter.drawLines(primitives.lines(x[risen], top_[risen], x[risen], bottom_[risen]))
            if not thin:
                upper, lower = np.minimum(open_, close)[risen], np.maximum(open_, close)[risen]
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(shade)
                height = np.maximum(lower - upper, 1.0)
                painter.drawRects(primitives.boxes(x[risen] - body / 2, upper, np.full(len(upper), body), height))

    def _paint_trades(self, painter: QPainter, first: int, last: int) -> None:
        assert self.view is not None
        trades, theme = self.view.trades, self.theme
        shown = np.flatnonzero((trades.exit >= first) & (trades.entry < last))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(shown) > MOST_TRADES:
            self._paint_strip(painter, shown)
            return
        x1, x2 = self.xs_of(trades.entry[shown] + 0.5), self.xs_of(trades.exit[shown] + 0.5)
        y1, y2 = self.ys_of(trades.entry_price[shown]), self.ys_of(trades.exit_price[shown])
        long, won = trades.long[shown], trades.won[shown]
        for rows, token in ((won, theme.good), (~won, theme.bad)):
            painter.setPen(QPen(color(token), 1.25))
            painter.drawLines(primitives.lines(x1[rows], y1[rows], x2[rows], y2[rows]))
        for up in (True, False):
            self._paint_marks(painter, x1[long == up], y1[long == up], theme.accent, up)
            for ends, token in ((won, theme.good), (~won, theme.bad)):
                rows = ends & (long != up)
                self._paint_marks(painter, x2[rows], y2[rows], token, up)

    def _paint_marks(self, painter: QPainter, x: Numbers, y: Numbers, token: str, up: bool) -> None:
        """Paint arrows that point at prices, from below where something is bought and from above where it is sold."""
        mark = self._mark(token, up)
        top = y - (2.0 if up else _MARK - 2.0)
        for left, above in zip((x - _MARK / 2).tolist(), top.tolist(), strict=True):
            painter.drawPixmap(QPointF(left, above), mark)

    def _mark(self, token: str, up: bool) -> QPixmap:
        """Return the picture of an arrow: as polygons, many of them would be most of the time of a frame."""
        key = (token, up, self.theme.surface, self.devicePixelRatioF())
        if key not in self._marks:
            picture = QPixmap(QSize(_MARK, _MARK) * key[3])
            picture.setDevicePixelRatio(key[3])
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color(self.theme.surface), 1.5))
            painter.setBrush(color(token))
            tip, foot, middle = (4.0, 13.0, _MARK / 2) if up else (_MARK - 4.0, _MARK - 13.0, _MARK / 2)
            painter.drawPolygon(QPolygonF([QPointF(middle, tip), QPointF(middle - 5, foot), QPointF(middle + 5, foot)]))
            painter.end()
            self._marks[key] = picture
        return self._marks[key]

    def _paint_strip(self, painter: QPainter, shown: np.ndarray) -> None:
        """Paint many trades as marks along the bottom, won ones above lost ones."""
        assert self.view is not None
        trades, bottom = self.view.trades, self.plot().bottom()
        for won, token, top in ((True, self.theme.good, 10.0), (False, self.theme.bad, 5.0)):
            rows = shown[trades.won[shown] == won]
            places = np.unique(np.round(self.xs_of(trades.entry[rows] + 0.5)))
            painter.setPen(QPen(color(token, 0.8), 1.0))
            above = np.full(len(places), bottom - top)
            painter.drawLines(primitives.lines(places, above, places, above + 4.0))
