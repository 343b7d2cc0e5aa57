"""Moving blocks, frames, notes and points by mouse, and frames and notes to another size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from app.canvas import guides
from app.canvas.block_face import WIDTH
from app.canvas.gesture import Gesture
from app.canvas.scene import Hit
from app.canvas.sheet_layer import SheetHit
from app.strategy import edits, limits, parts, rewire, sheets
from app.strategy.document import Place, Strategy, Wire
from app.strategy.parts import Parts

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView

GRID = 8
ADDS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
_ALIGNS = 6.0


class MoveParts(Gesture):
    """Moves what is selected; a block that is not connected yet can be dropped into a wire."""

    def __init__(self, view: CanvasView, event: QMouseEvent, hit: Hit) -> None:
        super().__init__(view, event)
        self.hit, self.pressed_parts = hit, hit.parts
        self.adds = bool(event.modifiers() & ADDS)
        self.copies = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self.was_selected = bool(self.pressed_parts & self.editor.picked)
        self.wire: Wire | None = None
        if self.adds:
            self.editor.pick(self.editor.picked | self.pressed_parts)
        elif not self.was_selected:
            self.editor.pick(self.pressed_parts)

    def begin(self) -> None:
        strategy, picked = self.editor.strategy, self.editor.picked
        self.parts = picked | parts.within(strategy, picked.frames, self.canvas.boxes()) if picked.frames else picked
        self.from_ = {name: self.canvas.blocks[name].pos() for name in self.parts.blocks}
        self.sheets = {
            item: item.place()
            for item in self.canvas.sheets.items
            if item.sheet.id in (self.parts.frames if item.what == "frame" else self.parts.notes)
        }
        wires = {wire for wire, _ in self.parts.points}
        self.points = {wire: points for wire, points in self.canvas.points.items() if wire in wires}
        self.lead = self._lead()
        self.others = self._others()
        self.by = QPointF()
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, event: QMouseEvent) -> None:
        by = self.view.scene_at(event) - self.start
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            by = self._snapped(by)
        self.by = by
        self._show(by)
        near = self.lead.translated(by)
        self.canvas.guides.show_lines(guides.lines(near, self.others) if not self._free(event) else [])
        self._preview_insert()

    def drop(self, event: QMouseEvent) -> None:
        self._put_back()
        by = (self.by.x(), self.by.y())
        places = {name: (at.x(), at.y()) for name, at in self.from_.items()}
        if self.copies:
            chosen = self.parts
            self.view.perform_and_select(self.tr("Duplicate"), lambda s: parts.duplicate(s, chosen, by))
        elif self.wire is not None:
            wire, block_id = self.wire, self.hit.block_id
            moved = {name: edits.shifted(at, by) for name, at in places.items()}
            self.editor.perform(self.tr("Insert into wire"), lambda s: _inserted(edits.move(s, moved), block_id, wire))
        else:
            name = self.tr("Move {0}").format(described(self.editor.picked))
            self.editor.perform(name, lambda s: parts.move(s, self.parts, by, places))

    def click(self, event: QMouseEvent) -> None:
        if self.adds and self.was_selected:
            self.editor.pick(self.editor.picked - self.pressed_parts)
        elif not self.adds and len(self.editor.picked) > 1:
            self.editor.pick(self.pressed_parts)

    def cancel(self) -> None:
        if self.dragging:
            self._put_back()

    def _lead(self) -> QRectF:
        """Return the rectangle of what was pressed: it goes into line, and the others follow."""
        if self.hit.block_id:
            item = self.canvas.blocks[self.hit.block_id]
            return item.body.translated(item.pos())
        if self.hit.sheet:
            layer = self.canvas.sheets
            return (layer.frames if self.hit.sheet.what == "frame" else layer.notes)[self.hit.sheet.id].place()
        assert self.hit.wire is not None  # all else that moves is a point of a wire
        return guides.centre_box(QPointF(*self.canvas.points[self.hit.wire][self.hit.point]))

    def _others(self) -> list[QRectF]:
        """Return the rectangles in view that stay where they are; points go into line with points and ports alone."""
        shown = self.view.mapToScene(self.view.viewport().rect()).boundingRect()
        if not (self.hit.block_id or self.hit.sheet):
            assert self.hit.wire is not None
            wire, stays = self.hit.wire, self.canvas.points[self.hit.wire]
            ends = [
                self.canvas.port_place(wire.source, wire.output, "output"),
                self.canvas.port_place(wire.target, wire.input, "input"),
            ]
            ends += [QPointF(*at) for number, at in enumerate(stays) if (wire, number) not in self.parts.points]
            return [guides.centre_box(at) for at in ends]
        still = [item for item in self.canvas.sheets.items if item not in self.sheets]
        boxes = [
            item.body.translated(item.pos()) for name, item in self.canvas.blocks.items() if name not in self.from_
        ]
        return [box for box in (*boxes, *(item.place() for item in still)) if box.intersects(shown)]

    def _snapped(self, by: QPointF) -> QPointF:
        """Return the way onto the grid, or into line with something near."""
        across, down = guides.aligned(self.lead.translated(by), self.others, _ALIGNS / self.view.zoom)
        x, y = self.lead.left(), self.lead.top()
        return QPointF(
            _on_grid(x + by.x()) - x if across is None else by.x() + across,
            _on_grid(y + by.y()) - y if down is None else by.y() + down,
        )

    def _free(self, event: QMouseEvent) -> bool:
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def _show(self, by: QPointF) -> None:
        for name, place in self.from_.items():
            self.canvas.blocks[name].setPos(place + by)
        for item, box in self.sheets.items():
            item.setPos(box.topLeft() + by)
        if self.points:
            shift = (by.x(), by.y())
            self.canvas.lead_wires({wire: self._led(wire, points, shift) for wire, points in self.points.items()})
        self.canvas.stretch_wires_of(self.from_)

    def _led(self, wire: Wire, points: tuple[Place, ...], by: Place) -> tuple[Place, ...]:
        chosen = self.parts.points
        return tuple(edits.shifted(at, by) if (wire, n) in chosen else at for n, at in enumerate(points))

    def _put_back(self) -> None:
        self._show(QPointF())
        self.canvas.guides.show_lines([])
        self.view.mark_wire(None)
        self.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def _preview_insert(self) -> None:
        """Mark the wire under a lone block that would fit into it."""
        strategy, block_id = self.editor.strategy, self.hit.block_id
        connected = any(block_id in (wire.source, wire.target) for wire in strategy.wires)
        self.wire = None
        if block_id and len(self.parts) == 1 and not connected:
            item = self.canvas.blocks[block_id]
            self.wire = self.view.wire_for(item.block.kind, item.pos() + item.body.center(), item.body.size())
        self.view.mark_wire(self.wire)


class ResizeSheet(Gesture):
    """Drags the edges of a frame or a note."""

    def __init__(self, view: CanvasView, event: QMouseEvent, hit: SheetHit) -> None:
        super().__init__(view, event)
        self.hit = hit
        layer = view.canvas.sheets
        self.item = (layer.frames if hit.what == "frame" else layer.notes)[hit.id]
        self.before = self.box = self.item.place()
        self.editor.pick(hit.parts)

    def drag(self, event: QMouseEvent) -> None:
        at = self.view.scene_at(event)
        free = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        by = at - self.start
        box, least = QRectF(self.before), max(limits.MIN_SIDE, 48.0)
        if "left" in self.hit.edge:
            box.setLeft(min(_grid(box.left() + by.x(), free), box.right() - least))
        if "right" in self.hit.edge:
            box.setRight(max(_grid(box.right() + by.x(), free), box.left() + least))
        if "top" in self.hit.edge:
            box.setTop(min(_grid(box.top() + by.y(), free), box.bottom() - least))
        if "bottom" in self.hit.edge:
            box.setBottom(max(_grid(box.bottom() + by.y(), free), box.top() + least))
        self.box = box
        self.item.show_box(box)

    def drop(self, event: QMouseEvent) -> None:
        self.item.show_box(self.before)
        box = self.box
        fields = {"at": (box.x(), box.y()), "size": (box.width(), box.height())}
        change = sheets.change_frame if self.hit.what == "frame" else sheets.change_note
        name = self.tr("Resize frame") if self.hit.what == "frame" else self.tr("Resize note")
        self.editor.perform(name, lambda s: change(s, self.hit.id, **fields))

    def cancel(self) -> None:
        self.item.show_box(self.before)


def described(picked: Parts) -> str:
    """Return what is selected in a word or two, for the names of steps."""
    for names, one, many in (
        (picked.blocks, "block", "blocks"),
        (picked.frames, "frame", "frames"),
        (picked.notes, "note", "notes"),
        (picked.points, "reroute point", "reroute points"),
        (picked.wires, "wire", "wires"),
    ):
        if len(names) == len(picked):
            return one if len(names) == 1 else f"{len(names)} {many}"
    return "selection"


def _inserted(strategy: Strategy, block_id: str, wire: Wire) -> Strategy:
    return rewire.make_room(rewire.insert(strategy, block_id, wire), block_id, WIDTH)


def _on_grid(value: float) -> float:
    return float(round(value / GRID) * GRID)


def _grid(value: float, free: bool) -> float:
    return value if free else _on_grid(value)
