"""A small picture of a drawing, painted from where its blocks stand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen

from app.blocks import catalog
from app.canvas.theme import Theme, color, font
from app.strategy.document import Block, Strategy

_WIDTH, _HEIGHT = 176.0, 44.0
# Blocks are drawn without their rows, so they can stand closer.
_DOWN = 0.75


def paint_drawing(painter: QPainter, strategy: Strategy, box: QRectF, theme: Theme) -> None:
    """Paint the blocks and wires of a strategy so that they fit into `box`."""
    layout = {block.id: strategy.layout.get(block.id, (0.0, 0.0)) for block in strategy.blocks}
    places = {name: QPointF(x, y * _DOWN) for name, (x, y) in layout.items()}
    if not places:
        return
    left, top = min(p.x() for p in places.values()), min(p.y() for p in places.values())
    right, bottom = max(p.x() for p in places.values()) + _WIDTH, max(p.y() for p in places.values()) + _HEIGHT
    scale = min(box.width() / (right - left), box.height() / (bottom - top), 0.8)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center())
    painter.scale(scale, scale)
    painter.translate(-(left + right) / 2, -(top + bottom) / 2)
    for wire in strategy.wires:
        start = places[wire.source] + QPointF(_WIDTH, _HEIGHT / 2)
        end = places[wire.target] + QPointF(0.0, _HEIGHT / 2)
        painter.setPen(QPen(color(theme.port(_carries(strategy, wire.source, wire.output)), 0.8), 1.6 / scale))
        painter.drawPath(_curve(start, end))
    for block in strategy.blocks:
        _paint_block(painter, block, places[block.id], theme, scale)
    painter.restore()


def _paint_block(painter: QPainter, block: Block, at: QPointF, theme: Theme, scale: float) -> None:
    kind = catalog.kind(block.kind)
    group = theme.group(kind.group) if kind else theme.text_muted
    box = QRectF(at.x(), at.y(), _WIDTH, _HEIGHT)
    painter.setPen(QPen(color(theme.border), 1.0 / scale))
    painter.setBrush(color(theme.surface))
    painter.drawRoundedRect(box, 10.0, 10.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(group))
    painter.drawRoundedRect(QRectF(box.left() + 10, box.top() + 12, 6.0, box.height() - 24), 3.0, 3.0)
    painter.setPen(color(theme.text))
    painter.setFont(font(round(min(10.5 / scale, 24.0)), 500))
    words = box.adjusted(24, 2, -8, -2)
    title = shortened(kind.title if kind else block.kind, painter.fontMetrics(), int(words.width()))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, title)


def shortened(title: str, metrics: QFontMetrics, room: int) -> str:
    """Return as many whole words of a title as fit; a long first word ends in an ellipsis."""
    words = title.split()
    for count in range(len(words), 0, -1):
        if metrics.horizontalAdvance(" ".join(words[:count])) <= room:
            return " ".join(words[:count])
    return metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)


def _carries(strategy: Strategy, block_id: str, output: str) -> str:
    block = strategy.block(block_id)
    kind = catalog.kind(block.kind) if block else None
    port = kind.output(output) if kind else None
    return port.type if port else "series"


def _curve(start: QPointF, end: QPointF) -> QPainterPath:
    reach = max(abs(end.x() - start.x()) * 0.45, 24.0)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, 0.0), end - QPointF(reach, 0.0), end)
    return path
