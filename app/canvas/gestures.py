"""What the mouse does on the canvas, one class per gesture, from press to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from app.canvas import steps
from app.canvas.block_face import Field
from app.canvas.gesture import Gesture, Pan
from app.canvas.move_gesture import ADDS, MoveParts, ResizeSheet
from app.canvas.scene import Hit
from app.canvas.theme import color
from app.canvas.wire_gestures import DragWire, Knife
from app.strategy.document import Strategy
from app.strategy.parts import Parts

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView


class BoxSelect(Gesture):
    """Selects what a rectangle touches; with Shift or Ctrl it is added to what is selected."""

    def begin(self) -> None:
        self.box = QGraphicsPathItem()
        self.box.setPen(QPen(color(self.view.theme.accent), 0))
        self.box.setBrush(color(self.view.theme.accent, 0.08))
        self.box.setZValue(3)
        self.canvas.addItem(self.box)
        self.before = self.editor.picked

    def drag(self, event: QMouseEvent) -> None:
        area = QRectF(self.start, self.view.scene_at(event)).normalized()
        path = QPainterPath()
        path.addRect(area)
        self.box.setPath(path)
        inside = self._inside(area)
        self.editor.pick(self.before ^ inside if event.modifiers() & ADDS else inside)

    def _inside(self, area: QRectF) -> Parts:
        """Return the blocks and notes that a rectangle touches, the points in it, and the frames wholly in it."""
        layer = self.canvas.sheets
        blocks = self.canvas.blocks.items()
        return Parts(
            blocks=frozenset(name for name, item in blocks if area.intersects(item.body.translated(item.pos()))),
            frames=frozenset(name for name, item in layer.frames.items() if area.contains(item.place())),
            notes=frozenset(name for name, item in layer.notes.items() if area.intersects(item.place())),
            points=frozenset(
                (wire, number)
                for wire, points in self.canvas.points.items()
                for number, point in enumerate(points)
                if area.contains(QPointF(*point))
            ),
        )

    def drop(self, event: QMouseEvent) -> None:
        self.canvas.removeItem(self.box)

    def click(self, event: QMouseEvent) -> None:
        if not event.modifiers() & ADDS:
            self.editor.select(())

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.removeItem(self.box)
            self.editor.pick(self.before)


class ScrubValue(Gesture):
    """Changes a value by dragging across it; a click opens it for typing."""

    lasts = True

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
    """Answers a click on something that cannot be dragged: a wire, a badge, or the arrow that collapses."""

    def __init__(self, view: CanvasView, event: QMouseEvent, hit: Hit) -> None:
        super().__init__(view, event)
        self.hit = hit
        if hit.wire is not None:
            adds = event.modifiers() & ADDS
            self.editor.pick(self.editor.picked ^ hit.parts if adds else hit.parts)

    def click(self, event: QMouseEvent) -> None:
        item = self.canvas.blocks.get(self.hit.block_id)
        if item is not None and self.hit.what == "fold":
            self.view.fold([item.block.id], not item.block.collapsed)
        elif item is not None and item.problem:
            self.editor.focus_problem(item.problem)


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
    if hit.what == "value" and hit.field and not keys & ADDS:
        return ScrubValue(view, event, hit.block_id, hit.field)
    if hit.what in ("block", "value") or (hit.what == "sheet" and keys & Qt.KeyboardModifier.AltModifier):
        return MoveParts(view, event, hit)
    if keys & Qt.KeyboardModifier.AltModifier:
        return Knife(view, event)
    if hit.what in ("wire", "badge", "fold"):
        return ClickOnly(view, event, hit)
    if hit.sheet and hit.sheet.edge:
        return ResizeSheet(view, event, hit.sheet)
    return MoveParts(view, event, hit) if hit.what in ("point", "sheet") else BoxSelect(view, event)
