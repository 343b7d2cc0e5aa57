"""Commands that mark up a drawing: mute, collapse and pin blocks, lead wires, frames and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF

from app.canvas.canvas_view import CanvasView
from app.canvas.sheet_editor import edit_sheet
from app.strategy import edits, limits, sheets
from app.strategy.document import Frame, Note, Strategy, Wire
from app.strategy.parts import Parts, everything

_STEP = 8.0
_LEAST = 48.0
_ROOM = 24.0
_TITLE = 44.0

Row = tuple[str, str, Callable[[], object], str]


class DrawingCommands(QObject):
    """Answers the commands; `rows` gives their names, texts and keys."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.view, self.editor, self.canvas = view, view.editor, view.canvas
        self._around: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Row]:
        """Yield name, text, answer and key of each command."""
        yield "mute", self.tr("Mute or unmute"), self.mute, "M"
        yield "collapse", self.tr("Collapse or expand"), self.collapse, "H"
        yield "pin", self.tr("Pin or unpin a probe"), self.pin, "P"
        yield "next_wire", self.tr("Select the next wire of the block"), self.next_wire, "W"
        yield "reroute", self.tr("Add a reroute point"), self.reroute, "R"
        yield "insert", self.tr("Insert a block into the wire…"), self.insert, "I"
        yield "add_frame", self.tr("Frame the selection"), self.add_frame, "Ctrl+G"
        yield "add_note", self.tr("Add a note"), self.add_note, "N"
        yield "write", self.tr("Edit title or text"), self.write, "T"
        yield "recolour", self.tr("Next colour"), self.recolour, "C"
        yield "wider", self.tr("Make wider"), lambda: self.resize(_STEP, 0), "Ctrl+Shift+Right"
        yield "narrower", self.tr("Make narrower"), lambda: self.resize(-_STEP, 0), "Ctrl+Shift+Left"
        yield "taller", self.tr("Make taller"), lambda: self.resize(0, _STEP), "Ctrl+Shift+Down"
        yield "lower", self.tr("Make lower"), lambda: self.resize(0, -_STEP), "Ctrl+Shift+Up"

    def mute(self) -> None:
        """Mute the selected blocks, or take the mute off where all of them are muted."""
        blocks = self._blocks()
        on = not all(block.muted for block in self.editor.strategy.blocks if block.id in blocks)
        name = self.tr("Mute") if on else self.tr("Unmute")
        self.editor.perform(name, lambda s: edits.mute(s, blocks, on))

    def collapse(self) -> None:
        """Collapse the selected blocks, or open them where all of them are collapsed."""
        blocks = self._blocks()
        foldable = [name for name in blocks if self.canvas.blocks[name].foldable]
        on = not all(self.canvas.blocks[name].block.collapsed for name in foldable)
        self.view.fold(foldable, on)

    def pin(self) -> None:
        """Keep the recent values of the selected blocks in view, or no longer."""
        blocks = frozenset(self._blocks())
        pinned = self.canvas.pinned
        self.canvas.pin(pinned - blocks if blocks <= pinned else pinned | blocks)

    def next_wire(self) -> None:
        """Select a wire of the selected block, and from there the next one of that block."""
        self._around = self.editor.selection or self._around
        wires = [wire for wire in self.editor.strategy.wires if self._around & {wire.source, wire.target}]
        if wires:
            here = next((at for at, wire in enumerate(wires) if wire in self.editor.selected_wires), -1)
            self.editor.select((), [wires[(here + 1) % len(wires)]])

    def reroute(self) -> None:
        """Lead the selected wire through a point in the middle of its longest stretch."""
        wire = self._wire()
        if wire is not None:
            self.view.add_point(wire, self._middle_of_longest(wire))

    def insert(self) -> None:
        """Search for a block to go into the selected wire."""
        wire = self._wire()
        if wire is not None:
            self.view.offer_for_wire(wire)

    def add_frame(self) -> None:
        """Draw a frame around what is selected, or an empty one in the middle, and ask for its title."""
        box = self._framed()
        at, size = (box.x(), box.y()), (box.width(), box.height())
        if self.view.perform_and_select(self.tr("Add frame"), lambda s: sheets.add_frame(s, at, size)):
            self.write()

    def add_note(self) -> None:
        """Put a note at the hand, below blocks that would lie over it, and ask for its text."""
        box = QRectF(self.view.mapToScene(self.view.hand()), QSizeF(*Note.size))
        blocks = [item.body.translated(item.pos()) for item in self.canvas.blocks.values()]
        while over := [each.bottom() for each in blocks if each.intersects(box)]:
            box.moveTop(max(over) + _ROOM)
        place = (float(round(box.x() / _STEP) * _STEP), float(round(box.y() / _STEP) * _STEP))
        if self.view.perform_and_select(self.tr("Add note"), lambda s: sheets.add_note(s, place)):
            self.write()

    def write(self) -> None:
        """Open the title or the text of the selected frame or note."""
        hit = self.canvas.sheets.only(self.editor.picked)
        if hit is not None:
            edit_sheet(self.view, hit)

    def recolour(self) -> None:
        """Give the selected frames and notes the next colour."""

        def change(strategy: Strategy, sheet: Frame | Note) -> Strategy:
            number = limits.COLORS.index(sheet.color) + 1
            colour = limits.COLORS[number % len(limits.COLORS)]
            if isinstance(sheet, Frame):
                return sheets.change_frame(strategy, sheet.id, color=colour)
            return sheets.change_note(strategy, sheet.id, color=colour)

        self._change_sheets(self.tr("Change colour"), change, "")

    def resize(self, across: float, down: float) -> None:
        """Make the selected frames and notes larger or smaller."""

        def change(strategy: Strategy, sheet: Frame | Note) -> Strategy:
            size = (max(sheet.size[0] + across, _LEAST), max(sheet.size[1] + down, _LEAST))
            if isinstance(sheet, Frame):
                return sheets.change_frame(strategy, sheet.id, size=size)
            return sheets.change_note(strategy, sheet.id, size=size)

        self._change_sheets(self.tr("Resize"), change, f"resize {hash(self.editor.picked)}")

    def _change_sheets(self, name: str, change: Callable[[Strategy, Frame | Note], Strategy], merge: str) -> None:
        picked = self.editor.picked

        def changed(strategy: Strategy) -> Strategy:
            chosen: list[Frame | Note] = [each for each in strategy.frames if each.id in picked.frames]
            chosen += [each for each in strategy.notes if each.id in picked.notes]
            for sheet in chosen:
                strategy = change(strategy, sheet)
            return strategy

        self.editor.perform(name, changed, merge)

    def _blocks(self) -> list[str]:
        return [block.id for block in self.editor.strategy.blocks if block.id in self.editor.selection]

    def _wire(self) -> Wire | None:
        wires = self.editor.selected_wires
        return next(iter(wires)) if len(wires) == 1 else None

    def _middle_of_longest(self, wire: Wire) -> QPointF:
        line = self.canvas.wires[wire]
        if not line.points:
            return line.middle()
        start = self.canvas.port_place(wire.source, wire.output, "output")
        end = self.canvas.port_place(wire.target, wire.input, "input")
        stops = [start, *line.points, end]
        gaps = [(there - here).manhattanLength() for here, there in pairwise(stops)]
        at = gaps.index(max(gaps))
        return (stops[at] + stops[at + 1]) / 2

    def _framed(self) -> QRectF:
        """Return the rectangle of a frame around the selection, on the grid."""
        picked = self.editor.picked & everything(self.editor.strategy)
        chosen = Parts(blocks=picked.blocks, frames=picked.frames, notes=picked.notes)
        if not chosen:
            middle = self.view.mapToScene(self.view.viewport().rect().center())
            x, y = (float(round(at / 8) * 8) for at in (middle.x(), middle.y()))
            return QRectF(x - 160, y - 96, 320, 192)
        return self.canvas.bounds_of(chosen).adjusted(-_ROOM, -_TITLE, _ROOM, _ROOM)
