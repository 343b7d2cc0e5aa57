"""The price with the trades of a run: one of them stands out, with where its stop and target stood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen

from app.canvas.theme import color
from app.market.candles import FloatSeries
from app.ui.charts.chart import font, measures
from app.ui.charts.price_chart import MOST_TRADES, PriceChart
from app.ui.charts.scales import price_text
from app.ui.results.pane import Pane

# A click this near to an arrow means the trade, not the bar.
_NEAR = 9.0


@dataclass(frozen=True, eq=False)
class Levels:
    """Where stop and target of one trade stood, bar by bar from `first` on; NaN where none did."""

    first: int
    stop: FloatSeries
    target: FloatSeries


class PricePane(Pane, PriceChart):
    """Candles, indicators, trades; a click asks about a bar, or about the trade whose arrow it hits."""

    mark_height = 32.0
    trade_clicked = Signal(int)
    chosen = -1
    asked = -1
    levels: Levels | None = None

    def choose(self, trade: int, levels: Levels | None = None) -> None:
        """Let one trade stand out, -1 for none."""
        self.chosen, self.levels = trade, levels
        self.redraw()

    def mark(self, bar: int) -> None:
        """Mark the bar that was asked about, -1 for none."""
        self.asked = bar
        self.redraw()

    def click(self, bar: int, at: QPointF) -> None:
        trade = self.trade_at(at)
        if trade >= 0:
            self.trade_clicked.emit(trade)
        else:
            super().click(bar, at)

    def trade_at(self, at: QPointF) -> int:
        """Return the trade whose arrow is at a point, the nearest of several; -1 for none."""
        assert self.view is not None
        trades = self.view.trades
        first, last = self.visible()
        shown = np.flatnonzero((trades.exit >= first) & (trades.entry < last))
        if not 0 < len(shown) <= MOST_TRADES:
            return -1
        unit = self.x_of(1.0) - self.x_of(0.0)
        scale = self.plot().height() / (self.high - self.low)
        best, nearest = -1, _NEAR
        for bars, prices in ((trades.entry, trades.entry_price), (trades.exit, trades.exit_price)):
            x = self.x_of(0.0) + (bars[shown] + 0.5) * unit - at.x()
            y = self.plot().bottom() - (prices[shown] - self.low) * scale - at.y()
            apart = np.hypot(x, y)
            row = int(np.argmin(apart))
            if apart[row] < nearest:
                best, nearest = int(shown[row]), float(apart[row])
        return best

    def extent(self, first: int, last: int) -> tuple[float, float]:
        low, high = super().extent(first, last)
        if self.levels is None:
            return low, high
        # A level far away is not worth flattening the candles for.
        room = (high - low) * 0.5
        both = np.concatenate((self.levels.stop, self.levels.target))
        near = both[np.isfinite(both) & (both > low - room) & (both < high + room)]
        return (min(low, float(near.min())), max(high, float(near.max()))) if len(near) else (low, high)

    def paint_values(self, painter: QPainter, plot: QRectF, first: int, last: int) -> None:
        self._paint_chosen_bars(painter, plot)
        super().paint_values(painter, plot, first, last)
        self._paint_chosen(painter, plot)
        if self.asked >= 0:
            x = round(self.x_of(self.asked + 0.5)) + 0.5
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(color(self.theme.accent), 1.0))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_chosen_bars(self, painter: QPainter, plot: QRectF) -> None:
        span = self._span()
        if span is not None:
            shade = color(self.theme.accent, 0.10 if self.theme.name == "light" else 0.16)
            painter.fillRect(QRectF(span[0], plot.top(), span[1] - span[0], plot.height()), shade)

    def _span(self) -> tuple[float, float] | None:
        if self.view is None or not 0 <= self.chosen < len(self.view.trades):
            return None
        trades = self.view.trades
        left, right = self.x_of(float(trades.entry[self.chosen])), self.x_of(float(trades.exit[self.chosen] + 1))
        return left, max(right, left + 2.0)

    def _paint_chosen(self, painter: QPainter, plot: QRectF) -> None:
        span = self._span()
        if span is None:
            return
        assert self.view is not None
        trades, row = self.view.trades, self.chosen
        if self.levels is not None:
            for name, values, token in (
                (self.tr("Stop"), self.levels.stop, self.theme.bad),
                (self.tr("Target"), self.levels.target, self.theme.good),
            ):
                self._paint_level(painter, name, values, token)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = (
            (int(trades.entry[row]), float(trades.entry_price[row])),
            (int(trades.exit[row]), float(trades.exit_price[row])),
        )
        for bar, price in ends:
            at = QPointF(self.x_of(bar + 0.5), self.y_of(price))
            painter.setBrush(color(self.theme.surface))
            painter.setPen(QPen(color(self.theme.accent), 2.0))
            painter.drawEllipse(at, 4.0, 4.0)

    def _paint_level(self, painter: QPainter, name: str, values: FloatSeries, token: str) -> None:
        """Paint a level as steps: it may follow the price, and moves from bar to bar only."""
        assert self.levels is not None
        known = np.flatnonzero(np.isfinite(values))
        if not len(known):
            return
        first = self.levels.first
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(color(token), 1.4, Qt.PenStyle.DashLine))
        # One line for as long as the level stays, so that the dashes show.
        shown = values[known]
        begins = np.flatnonzero(np.diff(shown, prepend=np.nan) != 0)
        for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(known)], strict=True):
            y = self.y_of(float(shown[begin]))
            left, right = self.x_of(float(first + known[begin])), self.x_of(float(first + known[end - 1] + 1))
            painter.drawLine(QLineF(left, y, right, y))
        y = self.y_of(float(values[known[0]]))
        text = f"{name} {price_text(float(values[known[0]]))}"
        left = self.x_of(float(first + known[0])) + 4
        ground = QRectF(left - 2, y - 17, measures(11, 500).horizontalAdvance(text) + 4, 15)
        painter.fillRect(ground, color(self.theme.surface, 0.85))
        painter.setFont(font(11, 500))
        painter.setPen(color(token))
        painter.drawText(QPointF(left, y - 5), text)
