"""Lines that appear while something is dragged into line with what stands around it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.theme import Theme, color

_BEYOND = 12.0


def aligned(moving: QRectF, others: Sequence[QRectF], reach: float) -> tuple[float | None, float | None]:
    """Return how far to shift a rectangle across and down to be in line with another; None where none is in reach.

    Left edges, centres and right edges come into line with their like, and so do tops, middles and bottoms.
    """
    across: list[float] = []
    down: list[float] = []
    for other in others:
        across += [
            other.left() - moving.left(),
            other.center().x() - moving.center().x(),
            other.right() - moving.right(),
        ]
        down += [other.top() - moving.top(), other.center().y() - moving.center().y(), other.bottom() - moving.bottom()]
    return _least(across, reach), _least(down, reach)


def lines(moving: QRectF, others: Sequence[QRectF]) -> list[QLineF]:
    """Return a line for each edge or centre that is in line with one of the others, from end to end of all of them."""
    found: dict[tuple[bool, float], tuple[float, float]] = {}
    for other in others:
        for x in _common((moving.left(), moving.center().x(), moving.right()), _xs(other)):
            _stretch(found, (True, x), (moving.top(), moving.bottom(), other.top(), other.bottom()))
        for y in _common((moving.top(), moving.center().y(), moving.bottom()), _ys(other)):
            _stretch(found, (False, y), (moving.left(), moving.right(), other.left(), other.right()))
    return [
        QLineF(at, low - _BEYOND, at, high + _BEYOND) if upright else QLineF(low - _BEYOND, at, high + _BEYOND, at)
        for (upright, at), (low, high) in found.items()
    ]


class Guides(QGraphicsItem):
    """Draws the lines of the moment above everything else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.lines: list[QLineF] = []
        self.setZValue(4)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_lines(self, lines: list[QLineF]) -> None:
        """Draw these lines and no others."""
        if lines != self.lines:
            self.prepareGeometryChange()
            self.lines = lines
            self.update()

    def boundingRect(self) -> QRectF:
        box = QRectF()
        for line in self.lines:
            box = box.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))
        return box

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        pen = QPen(color(self.theme.accent), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(self.lines)


def _least(shifts: list[float], reach: float) -> float | None:
    near = [shift for shift in shifts if abs(shift) <= reach]
    return min(near, key=abs) if near else None


def _common(one: tuple[float, float, float], other: tuple[float, float, float]) -> list[float]:
    same = [b for a, b in zip(one, other, strict=True) if abs(a - b) < 0.01]
    # Of two blocks of one width, the left edges say it all.
    return same[:1] if len(same) == 3 else same


def _stretch(
    found: dict[tuple[bool, float], tuple[float, float]], key: tuple[bool, float], ends: tuple[float, ...]
) -> None:
    low, high = found.get(key, (min(ends), max(ends)))
    found[key] = (min(low, *ends), max(high, *ends))


def _xs(box: QRectF) -> tuple[float, float, float]:
    return box.left(), box.center().x(), box.right()


def _ys(box: QRectF) -> tuple[float, float, float]:
    return box.top(), box.center().y(), box.bottom()


def centre_box(at: QPointF) -> QRectF:
    """Return the rectangle without size that stands for a point."""
    return QRectF(at, at)
