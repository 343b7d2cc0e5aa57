"""What the mouse does on the canvas, one class per gesture, from press to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from app.canvas import steps
from app.canvas.block_face import WIDTH, Field
from app.canvas.gesture import Gesture, Pan
from app.canvas.theme import color
from app.canvas.wire_gestures import DragWire, Knife
from app.strategy import edits, rewire
from app.strategy.document import Strategy, Wire

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView

_GRID = 8
_ADDS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


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
