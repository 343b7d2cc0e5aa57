"""Mirrors the strategy as items: one per block, one per wire. Only what differs is touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from app.canvas.block_face import HEADER, WIDTH, Field, Socket
from app.canvas.block_item import BlockItem
from app.canvas.box_index import BoxIndex
from app.canvas.editor import Editor
from app.canvas.guides import Guides
from app.canvas.sheet_layer import SheetHit, SheetLayer
from app.canvas.theme import Theme
from app.canvas.value_tag import ValueTag
from app.canvas.wire_item import WireItem, led_path, routed_path
from app.strategy.arrange import tidy
from app.strategy.document import Block, Place, Strategy, Wire
from app.strategy.parts import Parts
from app.strategy.problem import Problem

SNAP_PIXELS = 24.0
_MARGIN = 2_000.0


@dataclass(frozen=True)
class Hit:
    """What lies under a point of the scene."""

    what: Literal["port", "value", "badge", "fold", "block", "point", "wire", "sheet", "empty"]
    block_id: str = ""
    socket: Socket | None = None
    field: Field | None = None
    wire: Wire | None = None
    point: int = 0
    sheet: SheetHit | None = None

    @property
    def parts(self) -> Parts:
        """What is there as something to select."""
        if self.block_id:
            return Parts(blocks=frozenset({self.block_id}))
        if self.what == "point" and self.wire:
            return Parts(points=frozenset({(self.wire, self.point)}))
        if self.wire:
            return Parts(wires=frozenset({self.wire}))
        return self.sheet.parts if self.sheet else Parts()


class CanvasScene(QGraphicsScene):
    """Shows what the editor holds: blocks, wires, selection, problems."""

    def __init__(self, editor: Editor, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editor, self.theme = editor, theme
        self.blocks: dict[str, BlockItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.tags: dict[tuple[str, str], ValueTag] = {}
        self.sparks: Mapping[tuple[str, str], Sequence[float]] = {}
        self.sparks_shown = False
        self.pinned: frozenset[str] = frozenset()
        self.points: dict[Wire, tuple[Place, ...]] = {}
        self.sheets = SheetLayer(self, theme)
        self.guides = Guides(theme)
        self.addItem(self.guides)
        self._boxes = BoxIndex()
        self._wires_of: dict[str, set[Wire]] = defaultdict(set)
        editor.strategy_changed.connect(self.mirror)
        editor.selection_changed.connect(self._show_selection)
        self.mirror(editor.strategy)

    def mirror(self, strategy: Strategy) -> None:
        """Show this strategy."""
        inputs: dict[str, set[str]] = defaultdict(set)
        for wire in strategy.wires:
            inputs[wire.target].add(wire.input)
        drawn = set(strategy.wires)
        for wire in [wire for wire in self.wires if wire not in drawn]:
            self._drop_wire(wire)
        there = {block.id for block in strategy.blocks}
        before = self._boxes.all()
        for block_id in [block_id for block_id in self.blocks if block_id not in there]:
            self._drop_block(block_id)
        changed = {block.id for block in strategy.blocks if self._show_block(block, inputs[block.id])}
        self._place(strategy)
        self.sheets.mirror(strategy)
        new = [wire for wire in strategy.wires if wire not in self.wires]
        for wire in new:
            self._add_wire(wire)
        led = [wire for wire in self.wires if strategy.reroutes.get(wire, ()) != self.points.get(wire, ())]
        self.points = dict(strategy.reroutes)
        self._lay_changed(before, changed, [*new, *led])
        self._show_problems(self.editor.problems)
        self._show_selection()
        self._grow()

    def show_values(self, values: Mapping[tuple[str, str], str], failing: str | None) -> None:
        """Tag outputs with these texts, and let one block glow."""
        for port in [port for port in self.tags if port not in values]:
            self.removeItem(self.tags.pop(port))
        for (block_id, output), text in values.items():
            if (block_id, output) in self.tags:
                self.tags[block_id, output].say(text)
            elif block_id in self.blocks:
                socket = self.blocks[block_id].face.socket("output", output)
                tag = ValueTag(text, socket.type if socket else "signal", self.theme)
                tag.setPos(self._tag_place(block_id, output))
                self.tags[block_id, output] = tag
                self.addItem(tag)
        for block_id, item in self.blocks.items():
            item.show_as(failing=block_id == failing)
        for wire, line in self.wires.items():
            line.say(values.get((wire.source, wire.output), "") if line.carries == "signal" else "")

    def show_sparks(self, sparks: Mapping[tuple[str, str], Sequence[float]], shown: bool) -> None:
        """Keep a small curve per output, and draw the first one of each block where `shown`."""
        self.sparks, self.sparks_shown = sparks, shown
        resized = {block_id for block_id, item in self.blocks.items() if item.show_spark(self._spark_for(item))}
        if resized:
            self.stretch_wires_of(self.blocks)

    def spark_of(self, block_id: str) -> Sequence[float]:
        """Return the small curve of a block's first output, empty where there is none."""
        names = [socket.name for socket in self.blocks[block_id].face.sockets if socket.side == "output"]
        return self.sparks.get((block_id, names[0]), ()) if names else ()

    def _spark_for(self, item: BlockItem) -> Sequence[float]:
        shown = self.sparks_shown or item.block.id in self.pinned
        return self.spark_of(item.block.id) if shown and not item.face.collapsed else ()

    def pin(self, block_ids: Collection[str]) -> None:
        """Keep the small curve of these blocks in view, whatever is shown on the others."""
        self.pinned = frozenset(block_ids)
        self.show_sparks(self.sparks, self.sparks_shown)

    def _tag_place(self, block_id: str, output: str) -> QPointF:
        item = self.blocks[block_id]
        socket = item.face.socket("output", output)
        return item.pos() + (QPointF(socket.x, socket.y) if socket else QPointF(WIDTH, HEADER / 2))

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in other colours."""
        self.theme = theme
        self.sheets.set_theme(theme)
        items: list[BlockItem | WireItem | ValueTag | Guides] = [*self.blocks.values(), *self.wires.values()]
        items += [*self.tags.values(), self.guides]
        for item in items:
            item.theme = theme
            item.update()

    def stretch_wires_of(self, block_ids: Iterable[str]) -> None:
        """Lay the wires of these blocks anew, after the blocks have moved."""
        names = set(block_ids)
        for name in names:
            self._boxes.put(name, self._box(name))
        for wire in {wire for name in names for wire in self._wires_of[name]}:
            self._lay(wire)
        self._place_tags(names)

    def _lay(self, wire: Wire) -> None:
        """Lay a wire anew and remember how far it looked for blocks to go around."""
        item, ends = self.wires[wire], (wire.source, wire.target)
        item.reach = QRectF()
        points = [QPointF(*point) for point in self.points.get(wire, ())]
        if points:
            start, end = self.port_place(wire.source, wire.output, "output"), self._end(wire)
            item.lay(led_path([start, *points, end]), points)
            return

        def blocks_in(area: QRectF) -> list[QRectF]:
            item.reach = item.reach.united(area)
            return self._boxes.touching(area, ends)

        names = [socket.name for socket in self.blocks[wire.source].face.sockets if socket.side == "output"]
        aside = 5.0 * names.index(wire.output) if wire.output in names else 0.0
        start = self.port_place(wire.source, wire.output, "output")
        item.lay(routed_path(start, self._end(wire), blocks_in, aside))

    def lead_wires(self, points: Mapping[Wire, tuple[Place, ...]]) -> None:
        """Draw these wires through other points than the strategy has, while they are dragged."""
        self.points.update(points)
        for wire in points:
            self._lay(wire)

    def _lay_changed(self, before: Mapping[str, QRectF], changed: set[str], new: Iterable[Wire]) -> None:
        """Lay the wires anew that end at blocks that changed, or that have looked where such a block was or is."""
        now = self._boxes.all()
        moved = [name for name in {**before, **now} if before.get(name) != now.get(name)]
        areas = [box for name in moved for box in (before.get(name), now.get(name)) if box is not None]
        stale = {wire for name in (*changed, *moved) for wire in self._wires_of[name]} | set(new)
        others = (item for wire, item in self.wires.items() if wire not in stale)
        stale |= {item.wire for item in others if any(item.reach.intersects(area) for area in areas)}
        for wire in stale:
            self._lay(wire)
        self._place_tags(now)

    def _place_tags(self, names: Collection[str]) -> None:
        for (block_id, output), tag in self.tags.items():
            if block_id in names:
                tag.setPos(self._tag_place(block_id, output))

    def port_place(self, block_id: str, name: str, side: Literal["input", "output"]) -> QPointF:
        """Return where a port is in the scene."""
        item = self.blocks[block_id]
        socket = item.face.socket(side, name)
        at = QPointF(socket.x, socket.y) if socket else QPointF(0, 0)
        return item.pos() + at

    def block_at(self, at: QPointF) -> BlockItem | None:
        """Return the topmost block under a point."""
        hits = (item for item in self.items(QRectF(at.x() - 12, at.y() - 12, 24, 24)) if isinstance(item, BlockItem))
        return next((item for item in hits if item.body.contains(at - item.pos())), None)

    def port_near(self, at: QPointF, radius: float, side: str = "") -> Socket | None:
        """Return the nearest port within `radius`, of one side where `side` is given."""
        area = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        nearest: tuple[float, Socket] | None = None
        for item in self.items(area):
            for socket in item.face.sockets if isinstance(item, BlockItem) else ():
                if side and socket.side != side:
                    continue
                apart = item.pos() + QPointF(socket.x, socket.y) - at
                distance = (apart.x() ** 2 + apart.y() ** 2) ** 0.5
                if distance <= radius and (nearest is None or distance < nearest[0]):
                    nearest = (distance, socket)
        return nearest[1] if nearest else None

    def wire_at(self, at: QPointF, reach: float = 6.0) -> WireItem | None:
        """Return a wire under a point."""
        area = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
        wires = (item for item in self.items(area) if isinstance(item, WireItem))
        return next((item for item in wires if item.shape().intersects(area)), None)

    def point_at(self, at: QPointF, reach: float) -> tuple[Wire, int] | None:
        """Return the point of a wire under a point of the scene."""
        for wire, points in self.points.items():
            for number, (x, y) in enumerate(points):
                if wire in self.wires and abs(x - at.x()) <= reach and abs(y - at.y()) <= reach:
                    return wire, number
        return None

    def hit(self, at: QPointF, radius: float = 9.0) -> Hit:
        """Return what lies under a point: ports first, then values, badges, blocks, wires and sheets."""
        socket = self.port_near(at, radius)
        if socket:
            return Hit("port", socket.block_id, socket)
        item = self.block_at(at)
        for other in self.items(at):
            if isinstance(other, BlockItem) and other.problem and other.badge().contains(at - other.pos()):
                return Hit("badge", other.block.id)
        if item:
            field = item.field_at(at - item.pos())
            if item.foldable and item.fold().contains(at - item.pos()):
                return Hit("fold", item.block.id)
            return Hit("value" if field else "block", item.block.id, field=field)
        return self._hit_behind(at, radius)

    def _hit_behind(self, at: QPointF, radius: float) -> Hit:
        point = self.point_at(at, radius)
        if point:
            return Hit("point", wire=point[0], point=point[1])
        note = self.sheets.note_at(at, radius * 2 / 3)
        if note:
            return Hit("sheet", sheet=note)
        wire = self.wire_at(at)
        if wire:
            return Hit("wire", wire=wire.wire)
        frame = self.sheets.frame_at(at, radius * 2 / 3)
        return Hit("sheet", sheet=frame) if frame else Hit("empty")

    def bounds(self, block_ids: Iterable[str] | None = None) -> QRectF:
        """Return the rectangle around these blocks, or all there is."""
        box = QRectF() if block_ids is not None else self.sheets.bounds()
        for block_id in self.blocks if block_ids is None else block_ids:
            item = self.blocks[block_id]
            box = box.united(item.body.translated(item.pos()))
        return box

    def bounds_of(self, parts: Parts) -> QRectF:
        """Return the rectangle around these parts."""
        box = self.bounds(parts.blocks)
        for name, item in (*self.sheets.frames.items(), *self.sheets.notes.items()):
            if name in (parts.frames if item.what == "frame" else parts.notes):
                box = box.united(item.place())
        for wire, number in parts.points:
            box = box.united(QRectF(QPointF(*self.points[wire][number]), QPointF(0, 0)).adjusted(-40, -40, 40, 40))
        for wire in parts.wires:
            box = box.united(self.wires[wire].path.controlPointRect())
        return box

    def boxes(self) -> dict[str, tuple[Place, Place]]:
        """Return place and size of every block as drawn."""
        return {block_id: ((item.x(), item.y()), (WIDTH, item.height)) for block_id, item in self.blocks.items()}

    def sizes(self) -> dict[str, tuple[float, float]]:
        """Return width and height of every block as drawn, for arranging them."""
        return {block_id: (WIDTH, item.height) for block_id, item in self.blocks.items()}

    def _show_block(self, block: Block, connected: set[str]) -> bool:
        """Show a block; return whether its ports are others, or elsewhere on it, than before."""
        item = self.blocks.get(block.id)
        if item is None or item.block.kind != block.kind:
            if item is not None:
                self.removeItem(item)
            item = BlockItem(block, connected, self.theme)
            self.blocks[block.id] = item
            self.addItem(item)
            return True
        if item.block is not block or item.connected != connected:
            sockets = item.face.sockets
            item.show_block(block, connected)
            item.show_spark(self._spark_for(item))
            return item.face.sockets != sockets
        return False

    def _place(self, strategy: Strategy) -> None:
        """Move items to where the strategy has them; blocks without a place stand where tidying would put them."""
        places = dict(strategy.layout)
        if any(block_id not in places for block_id in self.blocks):
            places = {**tidy(strategy, self.sizes()), **places}
        for block_id, item in self.blocks.items():
            item.setPos(QPointF(*places[block_id]))
            self._boxes.put(block_id, self._box(block_id))

    def _box(self, block_id: str) -> QRectF:
        item = self.blocks[block_id]
        return item.body.translated(item.pos())

    def _drop_block(self, block_id: str) -> None:
        self.removeItem(self.blocks.pop(block_id))
        self._boxes.drop(block_id)
        for port in [port for port in self.tags if port[0] == block_id]:
            self.removeItem(self.tags.pop(port))

    def _add_wire(self, wire: Wire) -> None:
        socket = self.blocks[wire.source].face.socket("output", wire.output)
        item = WireItem(wire, socket.type if socket else "series", self.theme)
        self.wires[wire] = item
        self._wires_of[wire.source].add(wire)
        self._wires_of[wire.target].add(wire)
        self.addItem(item)

    def _drop_wire(self, wire: Wire) -> None:
        self.removeItem(self.wires.pop(wire))
        self._wires_of[wire.source].discard(wire)
        self._wires_of[wire.target].discard(wire)

    def _end(self, wire: Wire) -> QPointF:
        return self.port_place(wire.target, wire.input, "input")

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        first: dict[str, Problem] = {}
        for problem in problems:
            if problem.severity == "error" or first.get(problem.block_id) is None:
                first.setdefault(problem.block_id, problem)
        for block_id, item in self.blocks.items():
            item.show_as(problem=first.get(block_id))

    def _show_selection(self) -> None:
        chosen, wires = self.editor.selection, self.editor.selected_wires
        for block_id, item in self.blocks.items():
            item.show_as(selected=block_id in chosen)
            item.setZValue(1 if block_id in chosen else 0)
        self.sheets.show_selection(self.editor.picked)
        points = self.editor.picked.points
        muted = {block_id for block_id, item in self.blocks.items() if item.block.muted}
        for wire, line in self.wires.items():
            line.show_as(chosen=frozenset(number for each, number in points if each == wire))
            line.show_as(muted=bool(muted & {wire.source, wire.target}))
            near = bool(chosen & {wire.source, wire.target})
            line.show_as(selected=wire in wires, near=near, faded=bool(chosen) and not near and len(chosen) < 2)

    def _grow(self) -> None:
        """Leave room around the drawing to pan into; never shrink, so that the picture stays where it is."""
        wanted = self.bounds().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        if not self.sceneRect().contains(wanted):
            self.setSceneRect(self.sceneRect().united(wanted))
