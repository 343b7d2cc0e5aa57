"""A drawing with what is new in it, what has changed, and what was removed from it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.canvas.block_item import BlockItem
from app.canvas.reading_view import ReadingView
from app.canvas.theme import Theme
from app.canvas.wire_item import wire_path
from app.strategy.arrange import tidy
from app.strategy.difference import Difference
from app.strategy.document import Strategy, Wire
from app.ui.compare.marks import MARKS, What, paint_frame, paint_tag

_BESIDE = 5.0
# A ghost that would lie on a block gives way by this much at a time.
_STEP = 16.0
_FAINT = 0.45


class DifferenceView(ReadingView):
    """Shows the newer of two drawings, and as ghosts the blocks and wires that only the older one has."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.added: frozenset[str] = frozenset()
        self.changed: frozenset[str] = frozenset()
        self.wires: frozenset[Wire] = frozenset()
        self.gone: tuple[Wire, ...] = ()
        self.ghosts: dict[str, BlockItem] = {}
        self.setAccessibleName(self.tr("Both drawings in one, with what differs framed"))

    def show_difference(self, old: Strategy, new: Strategy, found: Difference) -> None:
        """Show how a newer drawing differs from an older one."""
        self.added = frozenset(block.id for block in found.added)
        self.changed = frozenset(change.block.id for change in found.changed)
        self.wires, self.gone = frozenset(found.wires_added), found.wires_removed
        self.show_strategy(new)
        self._raise_ghosts(old, found)
        self.fit()
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for ghost in self.ghosts.values():
            ghost.theme = theme
            ghost.update()

    def whole(self) -> QRectF:
        """Return the rectangle around both drawings."""
        box = super().whole()
        for ghost in self.ghosts.values():
            box = box.united(ghost.mapRectToScene(ghost.body))
        # Room for the frames and what is written on them.
        return box.adjusted(-_BESIDE, -2 * _BESIDE, _BESIDE, _BESIDE)

    def _raise_ghosts(self, old: Strategy, found: Difference) -> None:
        for ghost in self.ghosts.values():
            self.canvas.removeItem(ghost)
        self.ghosts = {}
        places = {**tidy(old, {}), **old.layout}
        taken = [item.mapRectToScene(item.body) for item in self.canvas.blocks.values()]
        for block in found.removed:
            connected = {wire.input for wire in old.wires if wire.target == block.id}
            ghost = BlockItem(block, connected, self.canvas.theme)
            box = ghost.body.translated(QPointF(*places[block.id]))
            while any(box.intersects(other.adjusted(-_STEP, -_STEP, _STEP, _STEP)) for other in taken):
                box.translate(0.0, _STEP)
            taken.append(box)
            ghost.setPos(box.topLeft())
            ghost.setOpacity(_FAINT)
            ghost.setZValue(-1)
            self.ghosts[block.id] = ghost
            self.canvas.addItem(ghost)

    def marked(self) -> Iterator[tuple[QRectF, What]]:
        """Yield the frame around each block that differs, in the scene, and how it does."""
        for block_id, item in (*self.canvas.blocks.items(), *self.ghosts.items()):
            ghost = item is self.ghosts.get(block_id)
            what: What | None = (
                "removed" if ghost
                else "added" if block_id in self.added
                else "changed" if block_id in self.changed
                else None
            )  # fmt: skip
            if what is not None:
                yield item.mapRectToScene(item.body).adjusted(-_BESIDE, -_BESIDE, _BESIDE, _BESIDE), what

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # type: ignore[override]
        super().drawForeground(painter, rect)
        theme = self.canvas.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(MARKS["added"].pen(theme))
        for wire, drawn in self.canvas.wires.items():
            if wire in self.wires:
                painter.drawPath(drawn.path)
        painter.setPen(MARKS["removed"].pen(theme, 1.6))
        for wire in self.gone:
            start, end = self._end(wire.source, wire.output, "output"), self._end(wire.target, wire.input, "input")
            painter.drawPath(wire_path(start, end))
        for frame, what in self.marked():
            paint_frame(painter, frame, what, theme)
        painter.resetTransform()
        for frame, what in self.marked():
            paint_tag(painter, QPointF(self.mapFromScene(frame.topLeft())), what, theme)

    def _end(self, block_id: str, port: str, side: str) -> QPointF:
        """Return where a wire of the older drawing ended: at a ghost, or at the block that stayed."""
        item = self.ghosts.get(block_id) or self.canvas.blocks[block_id]
        socket = item.face.socket("output" if side == "output" else "input", port)
        return item.pos() + (QPointF(socket.x, socket.y) if socket else item.body.center())
