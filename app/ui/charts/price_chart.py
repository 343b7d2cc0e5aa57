"""The price with the strategy's indicators and trades."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.canvas.theme import color
from app.ui.charts import primitives
from app.ui.charts.chart import Chart
from app.ui.charts.pyramid import Groups
from app.ui.charts.scales import price_text
from app.ui.charts.shown import Priced

# Candles narrower than this many pixels are taken together.
_NARROWEST = 3.0
# More trades in view than these are marks along the bottom, not arrows.
MOST_TRADES = 90
# More lines than these nobody can tell apart, and painting them would make the hand wait.
MOST_LINES = 12


class PriceChart(Chart):
    """Candles, lines over them, and a mark where each trade began and ended."""

    view: Priced | None

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
        for row in shown.tolist():
            won = color(theme.good if trades.won[row] else theme.bad)
            start = QPointF(self.x_of(trades.entry[row] + 0.5), self.y_of(float(trades.entry_price[row])))
            end = QPointF(self.x_of(trades.exit[row] + 0.5), self.y_of(float(trades.exit_price[row])))
            painter.setPen(QPen(won, 1.25))
            painter.drawLine(start, end)
            up = bool(trades.long[row])
            self._paint_mark(painter, start, color(theme.accent), up=up)
            self._paint_mark(painter, end, won, up=not up)

    def _paint_mark(self, painter: QPainter, at: QPointF, shade: QColor, *, up: bool) -> None:
        """Paint an arrow that points at a price, from below where it buys and from above where it sells."""
        way = 1.0 if up else -1.0
        x, y = at.x(), at.y() + 2.0 * way
        arrow = QPolygonF([QPointF(x, y), QPointF(x - 5, y + 9 * way), QPointF(x + 5, y + 9 * way)])
        painter.setPen(QPen(color(self.theme.surface), 1.5))
        painter.setBrush(shade)
        painter.drawPolygon(arrow)

    def _paint_strip(self, painter: QPainter, shown: np.ndarray) -> None:
        """Paint many trades as marks along the bottom, won ones above lost ones."""
        assert self.view is not None
        trades, bottom = self.view.trades, self.plot().bottom()
        for won, token, top in ((True, self.theme.good, 10.0), (False, self.theme.bad, 5.0)):
            rows = shown[trades.won[shown] == won]
            places = np.unique(
                np.round(self.x_of(0.0) + (trades.entry[rows] + 0.5) * (self.x_of(1.0) - self.x_of(0.0)))
            )
            painter.setPen(QPen(color(token, 0.8), 1.0))
            above = np.full(len(places), bottom - top)
            painter.drawLines(primitives.lines(places, above, places, above + 4.0))
