"""Tiny pictures of what orders and risk rules do: a price, and what happens to it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from app.canvas.theme import Theme, color

# A price that falls, rises and falls again, from 0 to 1.
_PRICE = (0.55, 0.42, 0.46, 0.28, 0.15, 0.24, 0.38, 0.34, 0.55, 0.72, 0.66, 0.85, 0.95, 0.78, 0.62, 0.66, 0.5)
_LOW, _HIGH = 4, 12
_TRAIL = ((4, 0.02), (6, 0.02), (6, 0.22), (9, 0.22), (9, 0.5), (12, 0.5), (12, 0.72), (14, 0.72))

ORDERS = {
    "enter_long": (_LOW, True),
    "exit_long": (_HIGH, False),
    "enter_short": (_HIGH, False),
    "exit_short": (_LOW, True),
}
LEVELS = {"stop_loss": (0.2, "bad"), "take_profit": (0.9, "good")}
RISK = (*LEVELS, "trailing_stop", "time_exit", "cooldown", "position_size")
ROLES = (*ORDERS, *RISK)


def paint_role(painter: QPainter, role: str, box: QRectF, theme: Theme) -> None:
    """Paint what a block of this role, one of `ROLES`, does."""
    if role == "position_size":
        _paint_share(painter, box, theme)
        return
    if role == "cooldown":
        band = QRectF(_at(8, 1.0, box), _at(13, 0.0, box)).normalized()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(theme.risk, 0.18))
        painter.drawRect(band)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color(theme.text_muted), 1.4))
    painter.drawPolyline(QPolygonF([_at(bar, price, box) for bar, price in enumerate(_PRICE)]))
    if role in ORDERS:
        _paint_arrow(painter, *ORDERS[role], box, theme)
    elif role in LEVELS:
        level, tone = LEVELS[role]
        _paint_level(
            painter, [(0, level), (len(_PRICE) - 1, level)], 4 if role == "stop_loss" else 12, tone, box, theme
        )
    elif role == "trailing_stop":
        _paint_level(painter, list(_TRAIL), 14, "bad", box, theme)
    elif role == "time_exit":
        _paint_level(painter, [(10, 0.0), (10, 1.0)], 10, "risk", box, theme)


def _at(bar: float, price: float, box: QRectF) -> QPointF:
    # Room is left above and below for the arrows.
    return QPointF(
        box.left() + box.width() * bar / (len(_PRICE) - 1), box.bottom() - (0.2 + 0.6 * price) * box.height()
    )


def _paint_arrow(painter: QPainter, bar: int, up: bool, box: QRectF, theme: Theme) -> None:
    tip = _at(bar, _PRICE[bar], box)
    foot = 1 if up else -1
    path = QPainterPath()
    corners = [QPointF(0, 3 * foot), QPointF(5, 10 * foot), QPointF(-5, 10 * foot)]
    path.addPolygon(QPolygonF([tip + corner for corner in corners]))
    path.closeSubpath()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(theme.orders))
    painter.drawPath(path)


def _paint_level(
    painter: QPainter, corners: list[tuple[int, float]], bar: int, tone: str, box: QRectF, theme: Theme
) -> None:
    """Paint a dashed line through these corners, and a dot where the price meets it."""
    pen = QPen(color(getattr(theme, tone)), 1.4)
    pen.setDashPattern([3.0, 3.0])
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF([_at(*corner, box) for corner in corners]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(getattr(theme, tone)))
    painter.drawEllipse(_at(bar, _PRICE[bar], box), 3.5, 3.5)


def _paint_share(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """Paint the share of the equity that goes into a trade."""
    bar = QRectF(box.left(), box.center().y() - 6, box.width(), 12)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(theme.border))
    painter.drawRoundedRect(bar, 6, 6)
    bar.setWidth(bar.width() * 0.4)
    painter.setBrush(color(theme.risk))
    painter.drawRoundedRect(bar, 6, 6)
