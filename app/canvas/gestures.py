"""What the mouse does on the canvas, one class per gesture, from press to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from app.canvas import block_face, steps
from app.canvas.block_face import WIDTH, Field
from app.canvas.theme import color
from app.canvas.wire_item import points_along, wire_path
from app.strategy import edits, rewire
from app.strategy.document import Strategy, Wire

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView

_GRID = 8
_CLICK = 4
_ADDS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Gesture:
    """One drag. `move` follows the hand, `finish` makes the edit, `cancel` leaves all as it was."""

    def __init__(self, view: CanvasView, event: QMouseEvent) -> None:
        self.view, self.editor, self.canvas = view, view.editor, view.canvas
        self.pressed = event.position().toPoint()
        self.start = view.scene_at(event)
        self.dragging = False

    def move(self, event: QMouseEvent) -> None:
        """Follow the hand; nothing happens within a few pixels, so that a click stays a click."""
        if not self.dragging:
            self.dragging = (event.position().toPoint() - self.pressed).manhattanLength() >= _CLICK
            if self.dragging:
                self.begin()
        if self.dragging:
            self.drag(event)

    def finish(self, event: QMouseEvent) -> None:
        """End the gesture: a drop if the hand has moved, a click if not."""
        if self.dragging:
            self.drag(event)
            self.drop(event)
        else:
            self.click(event)

    def begin(self) -> None:
        """Prepare, once the hand has moved."""

    def drag(self, event: QMouseEvent) -> None:
        """Show where a drop would lead."""

    def drop(self, event: QMouseEvent) -> None:
        """Make the edit."""

    def click(self, event: QMouseEvent) -> None:
        """Answer a press and release on one spot."""

    def cancel(self) -> None:
        """Take back what `drag` has shown."""


class Pan(Gesture):
    """Moves the whole drawing under the window."""

    def begin(self) -> None:
        self.last = self.pressed
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        self.view.pan_by(at - self.last)
        self.last = at
        self.view.space_used = True

    def drop(self, event: QMouseEvent) -> None:
        self.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def click(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self.view.open_menu(event.globalPosition().toPoint(), self.start)


class MoveBlocks(Gesture):
    """Moves the selected blocks; one that is not connected yet can be dropped into a wire."""

    def __init__(self, view: CanvasView, event: QMouseEvent, block_id: str) -> None:
        super().__init__(view, event)
        self.block_id = block_id
        self.adds = bool(event.modifiers() & _ADDS)
        self.copies = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self.was_selected = block_id in self.editor.selection
        self.wire: Wire | None = None
        if self.adds:
            self.editor.select(self.editor.selection | {block_id}, self.editor.selected_wires)
        elif not self.was_selected:
            self.editor.select([block_id])

    def begin(self) -> None:
        self.from_ = {name: self.canvas.blocks[name].pos() for name in self.editor.selection}
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, event: QMouseEvent) -> None:
        by = self.view.scene_at(event) - self.start
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            lead = self.from_[self.block_id]
            by = QPointF(*(_snapped(a + b) - a for a, b in ((lead.x(), by.x()), (lead.y(), by.y()))))
        self.by = by
        for name, place in self.from_.items():
            self.canvas.blocks[name].setPos(place + by)
        self.canvas.stretch_wires_of(self.from_)
        self._preview_insert()

    def drop(self, event: QMouseEvent) -> None:
        self._put_back()
        places = {name: (place.x() + self.by.x(), place.y() + self.by.y()) for name, place in self.from_.items()}
        if self.copies:
            offset = (self.by.x(), self.by.y())
            names = [block.id for block in self.editor.strategy.blocks if block.id in places]
            self.view.perform_and_select("Duplicate", lambda s: edits.duplicate_blocks(s, names, offset))
        elif self.wire is not None:
            wire, block_id = self.wire, self.block_id
            self.editor.perform("Insert into wire", lambda s: _inserted(edits.move(s, places), block_id, wire))
        else:
            name = "Move block" if len(places) == 1 else f"Move {len(places)} blocks"
            self.editor.perform(name, lambda s: edits.move(s, places))

    def click(self, event: QMouseEvent) -> None:
        if self.adds and self.was_selected:
            self.editor.select(self.editor.selection - {self.block_id}, self.editor.selected_wires)
        elif not self.adds and len(self.editor.selection) > 1:
            self.editor.select([self.block_id])

    def cancel(self) -> None:
        if self.dragging:
            self._put_back()

    def _put_back(self) -> None:
        for name, place in self.from_.items():
            self.canvas.blocks[name].setPos(place)
        self.canvas.stretch_wires_of(self.from_)
        self.view.mark_wire(None)
        self.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def _preview_insert(self) -> None:
        """Mark the wire under a lone block that would fit into it."""
        strategy = self.editor.strategy
        connected = any(self.block_id in (wire.source, wire.target) for wire in strategy.wires)
        self.wire = None
        if len(self.from_) == 1 and not connected:
            item = self.canvas.blocks[self.block_id]
            self.wire = self.view.wire_for(item.block.kind, item.pos() + item.body.center(), item.body.size())
        self.view.mark_wire(self.wire)


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
                self.editor.perform("Move wire", lambda s: rewire.move_wire(s, picked, wire))
            else:
                self.editor.perform("Connect", lambda s: edits.connect(s, wire))
        elif self.picked:
            picked = self.picked
            self.editor.perform("Disconnect", lambda s: edits.disconnect(s, picked))
        elif self.canvas.block_at(self.view.scene_at(event)) is None and not self.view.last_said:
            self.view.offer_blocks(self.view.scene_at(event), self.port, self.side)
        self.view.say("", event)

    def cancel(self) -> None:
        if self.dragging:
            self._tidy_up()

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


class BoxSelect(Gesture):
    """Selects what a rectangle touches; with Shift or Ctrl it is added to what is selected."""

    def begin(self) -> None:
        self.box = QGraphicsPathItem()
        self.box.setPen(QPen(color(self.view.theme.accent), 0))
        self.box.setBrush(color(self.view.theme.accent, 0.08))
        self.box.setZValue(3)
        self.canvas.addItem(self.box)
        self.before = self.editor.selection

    def drag(self, event: QMouseEvent) -> None:
        area = QRectF(self.start, self.view.scene_at(event)).normalized()
        path = QPainterPath()
        path.addRect(area)
        self.box.setPath(path)
        items = self.canvas.blocks.items()
        inside = {name for name, item in items if area.intersects(item.body.translated(item.pos()))}
        self.editor.select(self.before ^ inside if event.modifiers() & _ADDS else inside)

    def drop(self, event: QMouseEvent) -> None:
        self.canvas.removeItem(self.box)

    def click(self, event: QMouseEvent) -> None:
        if not event.modifiers() & _ADDS:
            self.editor.select(())

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.removeItem(self.box)
            self.editor.select(self.before)


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
        name = "Cut wire" if len(cut) == 1 else f"Cut {len(cut)} wires"
        self.editor.perform(name, lambda s: rewire.cut(s, cut))

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.removeItem(self.line)


class ScrubValue(Gesture):
    """Changes a value by dragging across it; a click opens it for typing."""

    def __init__(self, view: CanvasView, event: QMouseEvent, block_id: str, field: Field) -> None:
        super().__init__(view, event)
        self.block_id, self.field = block_id, field
        if block_id not in self.editor.selection:
            self.editor.select([block_id])

    def begin(self) -> None:
        self.editor.settle()
        self.before: Strategy = self.editor.strategy

    def drag(self, event: QMouseEvent) -> None:
        if self.field.param.type == "choice":
            return
        keys = event.modifiers()
        pixels = float(event.position().toPoint().x() - self.pressed.x())
        fine = bool(keys & Qt.KeyboardModifier.AltModifier)
        coarse = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        self._set(steps.dragged(self.field.param, self.field.value, pixels, fine, coarse))

    def drop(self, event: QMouseEvent) -> None:
        self.editor.settle()
        if self.field.param.type == "choice":
            self.click(event)

    def click(self, event: QMouseEvent) -> None:
        self.view.edit_value(self.block_id, self.field.param.name)

    def cancel(self) -> None:
        if self.dragging:
            self._set(self.field.value)
            self.editor.settle()

    def _set(self, value: int | float | str) -> None:
        name = self.field.param.name
        self.view.set_param(self.block_id, name, value, merge=True)


class ClickOnly(Gesture):
    """Answers a click on something that cannot be dragged: a wire or a badge."""

    def __init__(self, view: CanvasView, event: QMouseEvent, wire: Wire | None, block_id: str) -> None:
        super().__init__(view, event)
        self.wire, self.block_id = wire, block_id
        if wire is not None:
            adds = event.modifiers() & _ADDS
            self.editor.select(
                self.editor.selection if adds else (), self.editor.selected_wires ^ {wire} if adds else [wire]
            )

    def click(self, event: QMouseEvent) -> None:
        problem = self.canvas.blocks[self.block_id].problem if self.block_id else None
        if problem:
            self.editor.focus_problem(problem)


def pick_gesture(view: CanvasView, event: QMouseEvent) -> Gesture | None:
    """Return the gesture that starts with this press."""
    button, keys = event.button(), event.modifiers()
    if button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton) or view.space_held:
        return Pan(view, event)
    if button != Qt.MouseButton.LeftButton:
        return None
    hit = view.canvas.hit(view.scene_at(event), view.port_radius)
    if hit.what == "port" and hit.socket:
        return DragWire(view, event, hit.block_id, hit.socket.name, hit.socket.side)
    if hit.what == "value" and hit.field and not keys & _ADDS:
        return ScrubValue(view, event, hit.block_id, hit.field)
    if hit.what in ("block", "value"):
        return MoveBlocks(view, event, hit.block_id)
    if keys & Qt.KeyboardModifier.AltModifier:
        return Knife(view, event)
    if hit.what in ("wire", "badge"):
        return ClickOnly(view, event, hit.wire, hit.block_id)
    return BoxSelect(view, event)


def _inserted(strategy: Strategy, block_id: str, wire: Wire) -> Strategy:
    return rewire.make_room(rewire.insert(strategy, block_id, wire), block_id, WIDTH)


def _snapped(value: float) -> float:
    return float(round(value / _GRID) * _GRID)


def _side(side: str) -> block_face.Side:
    return "output" if side == "output" else "input"
