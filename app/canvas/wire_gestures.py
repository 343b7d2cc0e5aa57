"""Drawing, moving and cutting wires by mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from app.canvas import block_face
from app.canvas.gesture import Gesture
from app.canvas.theme import color
from app.canvas.wire_item import points_along, wire_path
from app.strategy import edits, rewire
from app.strategy.document import Wire

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView


class DragWire(Gesture):
    """Draws a wire from a port, or picks one up from the input where it ends."""

    def __init__(self, view: CanvasView, event: QMouseEvent, block_id: str, name: str, side: str) -> None:
        super().__init__(view, event)
        self.port, self.side = (block_id, name), side
        self.picked: Wire | None = None
        wires = [wire for wire in self.editor.strategy.wires if (wire.target, wire.input) == self.port]
        if side == "input" and wires:
            self.picked = next((wire for wire in wires if wire in self.editor.selected_wires), wires[-1])
            self.port, self.side = (self.picked.source, self.picked.output), "output"
        self.target: tuple[str, str] | None = None

    def begin(self) -> None:
        strategy = self.editor.strategy
        self.rest = rewire.cut(strategy, [self.picked] if self.picked else [])
        self.line = QGraphicsPathItem()
        self.line.setZValue(3)
        self.canvas.addItem(self.line)
        socket = self.canvas.blocks[self.port[0]].face.socket(_side(self.side), self.port[1])
        self.type = socket.type if socket else "series"
        self.line.setPen(QPen(color(self.view.theme.port(self.type)), 2.5, c=Qt.PenCapStyle.RoundCap))
        if self.picked:
            self.canvas.wires[self.picked].setVisible(False)
        self._dim()

    def drag(self, event: QMouseEvent) -> None:
        at = self.view.scene_at(event)
        self.target = None
        reason = ""
        other = "input" if self.side == "output" else "output"
        near = self.canvas.port_near(at, self.view.snap_radius, other)
        if near and (near.block_id, near.name) != self.port:
            reason = rewire.refusal(self.rest, self._wire((near.block_id, near.name))) or ""
            if not reason:
                self.target = (near.block_id, near.name)
        elif not near:
            self.target = self._port_of_block_under(at)
        self.view.say(reason, event)
        end = at if self.target is None else self.canvas.port_place(*self.target, _side(other))
        self._show_target(other)
        start = self.canvas.port_place(*self.port, _side(self.side))
        self.line.setPath(wire_path(start, end) if self.side == "output" else wire_path(end, start))

    def drop(self, event: QMouseEvent) -> None:
        self._tidy_up()
        if self.target is not None:
            wire = self._wire(self.target)
            if self.picked:
                picked = self.picked
                self.editor.perform(self.tr("Move wire"), lambda s: rewire.move_wire(s, picked, wire))
            else:
                self.editor.perform(self.tr("Connect"), lambda s: edits.connect(s, wire))
        elif self.picked:
            picked = self.picked
            self.editor.perform(self.tr("Disconnect"), lambda s: edits.disconnect(s, picked))
        elif (ends := self._apart_by_a_comparison(event)) is not None:
            self.view.offer_converters(*ends, (self.start + self.view.scene_at(event)) / 2)
        elif self.canvas.block_at(self.view.scene_at(event)) is None and not self.view.last_said:
            self.view.offer_blocks(self.view.scene_at(event), self.port, self.side)
        self.view.say("", event)

    def cancel(self) -> None:
        if self.dragging:
            self._tidy_up()

    def _apart_by_a_comparison(self, event: QMouseEvent) -> tuple[tuple[str, str], tuple[str, str]] | None:
        """Return the output and the input, where the hand holds a number over true or false, or the other way round."""
        other = "input" if self.side == "output" else "output"
        near = self.canvas.port_near(self.view.scene_at(event), self.view.snap_radius, other)
        if near is None or near.block_id == self.port[0]:
            return None
        here, there = (self.port, self.type), ((near.block_id, near.name), near.type)
        (source, given), (target, wanted) = (here, there) if self.side == "output" else (there, here)
        reaches_back = source[0] in rewire.users(self.rest, target[0])
        return (source, target) if (given, wanted) == ("series", "signal") and not reaches_back else None

    def _wire(self, other: tuple[str, str]) -> Wire:
        return Wire(*self.port, *other) if self.side == "output" else Wire(*other, *self.port)

    def _port_of_block_under(self, at: QPointF) -> tuple[str, str] | None:
        """Return the best port of the block under the hand, when it is dropped somewhere on the block."""
        item = self.canvas.block_at(at)
        if item is None or item.block.id == self.port[0]:
            return None
        names = [each.name for each in item.face.sockets if each.side != self.side and each.type == self.type]
        if self.side == "output":
            free = rewire.free_input(self.rest, item.block.id, self.type)
            names = [free] if free else names
        fits = (name for name in names if not rewire.refusal(self.rest, self._wire((item.block.id, name))))
        name = next(fits, None)
        return (item.block.id, name) if name else None

    def _dim(self) -> None:
        """Fade every port at which the wire cannot end: wrong side, wrong type, or a circle."""
        reached = rewire.feeders if self.side == "output" else rewire.users
        circle = reached(self.rest, self.port[0])
        for block_id, item in self.canvas.blocks.items():
            unfit = {
                (each.side, each.name)
                for each in item.face.sockets
                if each.side == self.side or each.type != self.type or block_id in circle
            }
            if block_id == self.port[0]:
                unfit.discard((_side(self.side), self.port[1]))
            item.show_as(dimmed=frozenset(unfit))

    def _show_target(self, side: str) -> None:
        for block_id, item in self.canvas.blocks.items():
            on = self.target is not None and self.target[0] == block_id
            item.show_as(target=(side, self.target[1]) if on and self.target else None)

    def _tidy_up(self) -> None:
        self.canvas.removeItem(self.line)
        for item in self.canvas.blocks.values():
            item.show_as(dimmed=frozenset(), target=None)
        if self.picked and self.picked in self.canvas.wires:
            self.canvas.wires[self.picked].setVisible(True)


class Knife(Gesture):
    """Cuts every wire that a drawn line crosses."""

    def begin(self) -> None:
        self.line = QGraphicsPathItem()
        self.line.setPen(QPen(color(self.view.theme.bad), 1.5, Qt.PenStyle.DashLine))
        self.line.setZValue(3)
        self.canvas.addItem(self.line)
        self.path = QPainterPath(self.start)

    def drag(self, event: QMouseEvent) -> None:
        self.path.lineTo(self.view.scene_at(event))
        self.line.setPath(self.path)

    def drop(self, event: QMouseEvent) -> None:
        self.canvas.removeItem(self.line)
        points = points_along(self.path, 4)
        shapes = {wire: item.shape() for wire, item in self.canvas.wires.items()}
        cut = [wire for wire, shape in shapes.items() if any(shape.contains(point) for point in points)]
        name = self.tr("Cut wire") if len(cut) == 1 else self.tr("Cut {0} wires").format(len(cut))
        self.editor.perform(name, lambda s: rewire.cut(s, cut))

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.removeItem(self.line)


def _side(side: str) -> block_face.Side:
    return "output" if side == "output" else "input"
