"""One wire on the canvas."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.theme import Theme, color, mixed
from app.strategy.document import Wire

_CLEAR = 16.0
_PER_CROSSING = 10_000
_MOST_IN_THE_WAY = 24


def wire_path(start: QPointF, end: QPointF) -> QPainterPath:
    """Return the line from an output to an input: level at both ends, longer bows the further back it goes."""
    across = end.x() - start.x()
    reach = max(across / 2, min(40 + abs(end.y() - start.y()) / 4 + max(-across, 0) / 2, 160))
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
    return path


def routed_path(
    start: QPointF, end: QPointF, blocks_in: Callable[[QRectF], list[QRectF]], aside: float = 0.0
) -> QPainterPath:
    """Return the line from an output to an input that goes around the blocks in between, where there is a way.

    `blocks_in` gives the blocks, other than the two at the ends, that touch a rectangle; `aside` keeps
    wires that go the same way apart. Among very many blocks no way is looked for.
    """
    direct = wire_path(start, end)
    in_the_way = _crossed(direct, blocks_in)
    best, best_cost = direct, float(_PER_CROSSING * len(in_the_way))
    for _ in range(2):
        if not 0 < len(in_the_way) <= _MOST_IN_THE_WAY:
            return best
        left = min(box.left() for box in in_the_way) - _CLEAR
        right = max(box.right() for box in in_the_way) + _CLEAR
        if left < start.x() + _CLEAR / 2 or right > end.x() - _CLEAR / 2:
            return best
        found = list(in_the_way)
        for detour, lane in sorted((abs(y - start.y()) + abs(y - end.y()), y) for y in _lanes(in_the_way)):
            if detour >= best_cost:
                break
            path = _by_lane(start, end, left, right, lane + aside)
            crossed = _crossed(path, blocks_in)
            if _PER_CROSSING * len(crossed) + detour < best_cost:
                best, best_cost = path, _PER_CROSSING * len(crossed) + detour
            found += [box for box in crossed if box not in found]
        if best_cost < _PER_CROSSING:
            return best
        in_the_way = found
    return best


def led_path(points: Sequence[QPointF]) -> QPainterPath:
    """Return a smooth line through points: level at both ends, between them in the direction of the two beside."""
    path = QPainterPath(points[0])
    ways = [QPointF(1, 0), *(_unit(after - before) for before, after in zip(points, points[2:], strict=False))]
    ways.append(QPointF(1, 0))
    for (here, there), (leaving, arriving) in zip(pairwise(points), pairwise(ways), strict=True):
        gap = there - here
        bend = min(math.hypot(gap.x(), gap.y()) * 0.4, 120.0)
        path.cubicTo(here + leaving * bend, there - arriving * bend, there)
    return path


def place_along(path: QPainterPath, at: QPointF) -> float:
    """Return how far along a line the point of it nearest to `at` is: 2.5 is half way along its third piece."""
    found = [(*_nearest(here, there, at), number) for number, (here, there) in enumerate(_pieces(path))]
    _, along, number = min(found, default=(0.0, 0.0, 0))
    return number + along


def _unit(way: QPointF) -> QPointF:
    length = math.hypot(way.x(), way.y())
    return way / length if length else QPointF(1, 0)


def _squared(way: QPointF) -> float:
    return way.x() ** 2 + way.y() ** 2


def _nearest(here: QPointF, there: QPointF, at: QPointF) -> tuple[float, float]:
    """Return how far `at` is from a straight piece, squared, and at which share of the piece that is."""
    step, way = there - here, at - here
    along = QPointF.dotProduct(step, way) / _squared(step) if step else 0.0
    share = min(max(along, 0.0), 1.0)
    return _squared(way - step * share), share


def _by_lane(start: QPointF, end: QPointF, left: float, right: float, lane: float) -> QPainterPath:
    path = QPainterPath(start)
    for goal in (QPointF(left, lane), QPointF(right, lane), end):
        here = path.currentPosition()
        bend = (goal.x() - here.x()) / 2
        path.cubicTo(here + QPointF(bend, 0), goal - QPointF(bend, 0), goal)
    return path


def _lanes(boxes: Sequence[QRectF]) -> set[float]:
    return {y for box in boxes for y in (box.top() - _CLEAR, box.bottom() + _CLEAR)}


def _crossed(path: QPainterPath, blocks_in: Callable[[QRectF], list[QRectF]]) -> list[QRectF]:
    boxes = blocks_in(path.boundingRect().adjusted(-4, -4, 4, 4))
    if not boxes:
        return []
    # For Qt an open path that overlaps something is an area; one that goes back the same way has none.
    there_and_back = QPainterPath(path)
    there_and_back.connectPath(path.toReversed())
    return [box for box in boxes if there_and_back.intersects(box.adjusted(-3, -3, 3, 3))]


def _pieces(path: QPainterPath) -> Iterator[tuple[QPointF, QPointF]]:
    """Give the straight pieces as which a line is drawn: about as many for one a million pixels long as for any."""
    for polygon in path.toSubpathPolygons():
        yield from pairwise(polygon.at(number) for number in range(polygon.count()))


def points_along(path: QPainterPath, apart: float = 8.0) -> list[QPointF]:
    """Return points on a line, at most this far apart."""
    points: list[QPointF] = []
    for here, there in _pieces(path):
        step = there - here
        count = int(math.hypot(step.x(), step.y()) / apart) + 1
        points += [here + step * (number / count) for number in range(count + 1)]
    return points


class WireItem(QGraphicsItem):
    """Shows one wire between two points."""

    def __init__(self, wire: Wire, carries: str, theme: Theme) -> None:
        super().__init__()
        self.wire, self.carries, self.theme = wire, carries, theme
        self.selected = self.hovered = self.near = self.faded = self.muted = False
        self.points: list[QPointF] = []
        self.chosen: frozenset[int] = frozenset()
        self.said = ""
        self.reach = QRectF()
        self._path = QPainterPath()
        self.setZValue(-1)

    def lay(self, path: QPainterPath, points: Sequence[QPointF] = ()) -> None:
        """Lay the wire along a line of the scene, with a dot at each point through which it is led."""
        self.prepareGeometryChange()
        self._path, self.points = path, list(points)
        self.update()

    def show_as(self, **changes: object) -> None:
        """Set how the wire is drawn, and repaint only if something differs."""
        if any(getattr(self, name) != value for name, value in changes.items()):
            for name, value in changes.items():
                setattr(self, name, value)
            self.update()

    def say(self, said: str) -> None:
        """Show what a signal is at the bar looked at: `true`, anything else that is known, or "" for nothing."""
        if said != self.said:
            self.said = said
            self.update()

    @property
    def path(self) -> QPainterPath:
        """The line in scene coordinates."""
        return self._path

    def middle(self) -> QPointF:
        """Return the point half way along."""
        return self._path.pointAtPercent(0.5)

    def boundingRect(self) -> QRectF:
        return self._path.controlPointRect().adjusted(-6, -6, 6, 6)

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(12)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        strong = self.selected or self.hovered
        if strong:
            painter.setPen(QPen(color(self.theme.accent, 0.25), 8, c=Qt.PenCapStyle.RoundCap))
            painter.drawPath(self._path)
        tint = self.theme.accent if self.selected else self._tint()
        opacity = 0.3 if self.faded or self.muted else 1.0 if strong or self.near else 0.75
        # Mixed beforehand: an opaque line is painted three times as fast as one that lets the ground through.
        ink = mixed(tint, self.theme.canvas, opacity)
        pen = QPen(ink, 2.5 if strong or self.near else 2, c=Qt.PenCapStyle.RoundCap)
        if (self.said and self.said != "true") or self.muted:
            # Not by colour alone: what does not hold, or does not count, is dashed.
            pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawPath(self._path)
        for number, point in enumerate(self.points):
            chosen = number in self.chosen
            painter.setPen(QPen(color(self.theme.accent) if chosen else ink, 2))
            painter.setBrush(color(self.theme.accent if chosen else self.theme.canvas))
            painter.drawEllipse(point, 4.0, 4.0)

    def _tint(self) -> str:
        if not self.said:
            return self.theme.port(self.carries)
        return self.theme.good if self.said == "true" else self.theme.border_strong
