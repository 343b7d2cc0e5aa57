"""One block on the canvas, painted in one piece with its ports and values."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas import block_face
from app.canvas.block_face import HEADER, ROW, STRIP, WIDTH, Field, Socket
from app.canvas.theme import Theme, color, font, mixed
from app.strategy.document import Block
from app.strategy.problem import Problem
from app.strategy.wording import readable

PORT = 5.0
_AROUND = 14.0
_FAR = 0.45
_MUTED = 0.6
FOLD = "fold"
_RADIUS = 8.0


class BlockItem(QGraphicsItem):
    """Shows one block. It holds what is drawn and never changes the strategy."""

    def __init__(self, block: Block, connected: Collection[str], theme: Theme) -> None:
        super().__init__()
        self.block = block
        self.face = block_face.face(block, connected)
        self.connected = frozenset(connected)
        self.theme = theme
        self.problem: Problem | None = None
        self.selected = False
        self.hovered: object = None
        self.failing = False
        self.dimmed: frozenset[tuple[str, str]] = frozenset()
        self.target: tuple[str, str] | None = None
        self.found = False
        self.spark: Sequence[float] = ()
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    @property
    def height(self) -> float:
        """The height in scene pixels, the sparkline included."""
        return self.face.height + (STRIP if len(self.spark) else 0)

    @property
    def body(self) -> QRectF:
        """The card itself, from its top left corner."""
        return QRectF(0, 0, WIDTH, self.height)

    def show_block(self, block: Block, connected: Collection[str]) -> None:
        """Draw a changed block, or other wires at its inputs."""
        self.prepareGeometryChange()
        self.block, self.connected = block, frozenset(connected)
        self.face = block_face.face(block, connected)
        self.update()

    def show_as(self, **changes: object) -> None:
        """Set what is drawn beside the block itself, and repaint only if something differs."""
        changed = {name: value for name, value in changes.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        if changed:
            self.update()

    def show_spark(self, values: Sequence[float]) -> bool:
        """Draw a small curve at the foot of the block, none when it is empty; return whether the height changes."""
        resized = bool(len(values)) != bool(len(self.spark))
        if resized:
            self.prepareGeometryChange()
        if resized or len(values):
            self.spark = values
            self.update()
        return resized

    def boundingRect(self) -> QRectF:
        return self.body.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.body)
        return path

    def badge(self) -> QRectF:
        """Return where the sign of a problem stands."""
        return QRectF(WIDTH - 24, -9, 18, 18)

    @property
    def foldable(self) -> bool:
        """Whether the block can be collapsed to its title."""
        return block_face.foldable(self.block)

    def fold(self) -> QRectF:
        """Return where the arrow stands that collapses and opens the block."""
        height = self.face.height if self.face.collapsed else HEADER
        return QRectF(WIDTH - 28, height / 2 - 10, 20, 20)

    def field_at(self, at: QPointF) -> Field | None:
        """Return the value under a point of the block, or None."""
        return next((each for each in self.face.fields if each.contains(at.x(), at.y())), None)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        far = option.levelOfDetailFromTransform(painter.worldTransform()) < _FAR
        self._paint_card(painter)
        if self.block.muted:
            painter.setOpacity(_MUTED)
        self._paint_title(painter)
        if self.foldable and (self.hovered or self.face.collapsed):
            self._paint_fold(painter)
        if not far:
            self._paint_fields(painter)
            self._paint_labels(painter)
            self._paint_spark(painter)
        for socket in self.face.sockets:
            self._paint_socket(painter, socket)
        painter.setOpacity(1.0)
        self._paint_badge(painter)

    def _paint_card(self, painter: QPainter) -> None:
        theme = self.theme
        if self.failing or self.found or self.selected:
            glow = theme.warn if self.failing else theme.accent
            painter.setPen(QPen(color(glow, 0.22), 6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.body.adjusted(-2, -2, 2, 2), _RADIUS + 2, _RADIUS + 2)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("#000000", 0.05 if theme.name == "light" else 0.22))
            painter.drawRoundedRect(self.body.adjusted(0, 1, 0, 2), _RADIUS, _RADIUS)
        edge = theme.border
        if self.hovered:
            edge = theme.border_strong
        if self.selected or self.found:
            edge = theme.accent
        if self.failing:
            edge = theme.warn
        pen = QPen(color(edge), 1.5 if self.selected or self.failing or self.found else 1)
        if self.block.muted:
            pen.setColor(color(theme.accent if self.selected else theme.border_strong))
            pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(color(theme.canvas if self.block.muted else theme.surface))
        painter.drawRoundedRect(self.body.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    def _paint_title(self, painter: QPainter) -> None:
        theme, left = self.theme, 14.0
        mark = color(theme.group(self.face.group))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        path = _mark(self.face.role, self.face.group)
        height = self.face.height if self.face.collapsed else HEADER
        painter.drawPath(path.translated(left, height / 2))
        face_font = font(13, 600)
        face_font.setStrikeOut(self.block.muted)
        painter.setFont(face_font)
        painter.setPen(color(theme.text))
        folds = self.foldable and (self.hovered or self.face.collapsed)
        edge = WIDTH - (28 if folds else 12)
        beside = next((each.x for each in self.face.fields if each.y == HEADER / 2), edge)
        room = beside - left - 18
        metrics = QFontMetricsF(face_font)
        text = metrics.elidedText(self.face.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left + 16, 0, room, height), Qt.AlignmentFlag.AlignVCenter, text)
        used = metrics.horizontalAdvance(text) + 8
        if self.face.summary and room - used > 20:
            painter.setFont(font(12))
            painter.setPen(color(theme.text_muted))
            rest = QRectF(left + 16 + used, 0, room - used, height)
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self._elided(self.face.summary, rest.width()))

    def _paint_fold(self, painter: QPainter) -> None:
        at = self.fold().center()
        over = self.hovered == FOLD
        painter.setPen(QPen(color(self.theme.text if over else self.theme.text_muted), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.face.collapsed:
            corners = [QPointF(at.x() - 2, at.y() - 4), QPointF(at.x() + 2, at.y()), QPointF(at.x() - 2, at.y() + 4)]
        else:
            corners = [QPointF(at.x() - 4, at.y() - 2), QPointF(at.x(), at.y() + 2), QPointF(at.x() + 4, at.y() - 2)]
        painter.drawPolyline(QPolygonF(corners))

    def _paint_fields(self, painter: QPainter) -> None:
        theme = self.theme
        plain = font(12)
        painter.setFont(plain)
        for each in self.face.fields:
            top = each.y - 10
            if each.label:
                painter.setPen(color(theme.text_muted))
                where = QRectF(14, top, each.x - 18, 20)
                painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, self._elided(each.label, where.width()))
            box = QRectF(each.x, top, each.width, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(theme.hover if self.hovered == each.param.name else theme.sunken))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(color(theme.text))
            choice = each.param.type == "choice"
            inside = box.adjusted(8, 0, -20 if choice else -8, 0)
            side = Qt.AlignmentFlag.AlignLeft if choice else Qt.AlignmentFlag.AlignRight
            painter.drawText(inside, side | Qt.AlignmentFlag.AlignVCenter, self._elided(each.text, inside.width()))
            if choice:
                painter.setPen(QPen(color(theme.text_muted), 1.4))
                x, y = box.right() - 12, each.y - 1
                painter.drawPolyline(QPolygonF([QPointF(x - 3, y), QPointF(x, y + 3), QPointF(x + 3, y)]))

    def _paint_labels(self, painter: QPainter) -> None:
        painter.setFont(font(12))
        for socket in self.face.sockets:
            if not socket.labelled:
                continue
            painter.setPen(color(self.theme.text_muted))
            rect = QRectF(14, socket.y - ROW / 2, WIDTH - 28, ROW)
            if socket.side == "input":
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, readable(socket.name))
            else:
                right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(rect, right, readable(socket.name))
            if socket.hint:
                rect.setLeft(14 + QFontMetricsF(painter.font()).horizontalAdvance(readable(socket.name)) + 8)
                painter.setPen(color(self.theme.text))
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, socket.hint)

    def _paint_socket(self, painter: QPainter, socket: Socket) -> None:
        end = (socket.side, socket.name)
        tint = mixed(self.theme.port(socket.type), self.theme.surface, 0.25 if end in self.dimmed else 1.0)
        size = PORT + (2.5 if self.target == end else 0)
        filled = socket.side == "output" or socket.name in self.connected
        painter.setPen(QPen(tint, 2))
        painter.setBrush(tint if filled else color(self.theme.surface))
        painter.drawPath(port_shape(socket.type, socket.many, size).translated(socket.x, socket.y))
        if self.target == end:
            painter.setPen(QPen(color(self.theme.port(socket.type), 0.3), 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(socket.x, socket.y), size + 4, size + 4)

    def _paint_badge(self, painter: QPainter) -> None:
        if self.problem is None:
            return
        error = self.problem.severity == "error"
        box = self.badge()
        painter.setPen(QPen(color(self.theme.surface), 2))
        painter.setBrush(color(self.theme.bad if error else self.theme.border_strong))
        painter.drawEllipse(box)
        painter.setFont(font(12, 700))
        painter.setPen(color(self.theme.surface))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "!" if error else "i")

    def _paint_spark(self, painter: QPainter) -> None:
        if len(self.spark) < 2:
            return
        top = self.face.height + (2 if self.face.height == HEADER else -2)
        box = QRectF(14, top, WIDTH - 28, STRIP - 10)
        output = next((each for each in self.face.sockets if each.side == "output"), None)
        paint_curve(painter, self.spark, box, output.type if output else "series", self.theme)

    def _elided(self, text: str, room: float) -> str:
        return QFontMetricsF(font(12)).elidedText(text, Qt.TextElideMode.ElideRight, room)


def port_shape(type_: str, many: bool, size: float = PORT) -> QPainterPath:
    """Return the shape of a port: a circle for numbers, a diamond for true or false, a tall one for many wires."""
    path = QPainterPath()
    if type_ == "series":
        path.addEllipse(QPointF(0, 0), size, size)
    else:
        tall = size + (4 if many else 1)
        wide = size + 1
        corners = [QPointF(0, -tall), QPointF(wide, 0), QPointF(0, tall), QPointF(-wide, 0)]
        path.addPolygon(QPolygonF(corners))
        path.closeSubpath()
    return path


def paint_curve(painter: QPainter, values: Sequence[float], box: QRectF, type_: str, theme: Theme) -> None:
    """Paint recent values: a line for numbers, bars where a signal was true."""
    tint = color(theme.port(type_))
    if type_ == "signal":
        painter.setPen(QPen(color(theme.border), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        step = box.width() / len(values)
        for number, value in enumerate(values):
            if value == 1:
                bar = QRectF(box.left() + number * step, box.top() + 2, max(step - 0.5, 1.0), box.height() - 2)
                painter.fillRect(bar, tint)
        return
    painter.setPen(QPen(tint, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(curve(values, box))


def curve(values: Sequence[float], box: QRectF) -> QPainterPath:
    """Return a line through the values, lowest at the foot of `box`; it breaks where a value is unknown."""
    known = [float(value) for value in values if value == value]
    path = QPainterPath()
    if not known:
        return path
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    step = box.width() / max(len(values) - 1, 1)
    pen_down = False
    for number, value in enumerate(values):
        if value != value:
            pen_down = False
            continue
        point = QPointF(box.left() + step * number, box.bottom() - (float(value) - low) / spread * box.height())
        if pen_down:
            path.lineTo(point)
        else:
            path.moveTo(point)
        pen_down = True
    return path


def _mark(role: str, group: str) -> QPainterPath:
    """Return the small sign before a title: arrows for orders, a shield for risk, a square else."""
    path = QPainterPath()
    if role in ("enter_long", "exit_short"):
        path.addPolygon(QPolygonF([QPointF(0, 4), QPointF(5, -4.5), QPointF(10, 4)]))
    elif role in ("enter_short", "exit_long"):
        path.addPolygon(QPolygonF([QPointF(0, -4), QPointF(5, 4.5), QPointF(10, -4)]))
    elif group == "Risk":
        path.moveTo(5, 6)
        path.cubicTo(0, 3, 0, 0, 0, -4)
        path.lineTo(5, -6)
        path.lineTo(10, -4)
        path.cubicTo(10, 0, 10, 3, 5, 6)
    elif group in ("Comparison", "Logic"):
        path.addPolygon(QPolygonF([QPointF(0, 0), QPointF(5, -5), QPointF(10, 0), QPointF(5, 5)]))
    elif group == "Maths":
        path.addRect(QRectF(0, -1.2, 10, 2.4))
        path.addRect(QRectF(3.8, -5, 2.4, 10))
        path.setFillRule(Qt.FillRule.WindingFill)
    else:
        path.addEllipse(QRectF(0.5, -4.5, 9, 9))
    path.closeSubpath()
    return path
