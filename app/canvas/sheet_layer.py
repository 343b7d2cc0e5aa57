"""The frames and notes of a drawing as items: mirrored, found under the hand, selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from app.canvas.sheet_items import HEADER, SheetItem
from app.canvas.theme import Theme
from app.strategy.document import Frame, Note, Strategy
from app.strategy.parts import Parts

_BEHIND, _BETWEEN = -3.0, -0.5


@dataclass(frozen=True)
class SheetHit:
    """A frame or note under a point, and the edges near it."""

    what: Literal["frame", "note"]
    id: str
    edge: str = ""

    @property
    def parts(self) -> Parts:
        """The sheet as something to select."""
        name = frozenset({self.id})
        return Parts(frames=name) if self.what == "frame" else Parts(notes=name)


class SheetLayer:
    """Holds an item for each frame and each note of a strategy."""

    def __init__(self, scene: QGraphicsScene, theme: Theme) -> None:
        self._scene, self._theme = scene, theme
        self.frames: dict[str, SheetItem] = {}
        self.notes: dict[str, SheetItem] = {}

    @property
    def items(self) -> list[SheetItem]:
        """All items, frames first."""
        return [*self.frames.values(), *self.notes.values()]

    def mirror(self, strategy: Strategy) -> None:
        """Show the frames and notes of this strategy."""
        self._show(self.frames, strategy.frames)
        self._show(self.notes, strategy.notes)
        large = sorted(self.frames.values(), key=lambda item: -item.box.width() * item.box.height())
        for number, item in enumerate(large):
            item.setZValue(_BEHIND + number / 1_000)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for item in self.items:
            item.theme = theme
            item.update()

    def show_selection(self, picked: Parts) -> None:
        """Mark what is selected."""
        for name, item in self.frames.items():
            item.show_as(selected=name in picked.frames)
        for name, item in self.notes.items():
            item.show_as(selected=name in picked.notes)

    def note_at(self, at: QPointF, reach: float) -> SheetHit | None:
        """Return the note under a point, with its edges."""
        for name, item in reversed(self.notes.items()):
            edge = item.edge_at(at, reach)
            if edge or item.place().contains(at):
                return SheetHit("note", name, edge)
        return None

    def frame_at(self, at: QPointF, reach: float) -> SheetHit | None:
        """Return the frame under a point, if it is at an edge or on the title: within a frame one selects."""
        by_size = sorted(self.frames.items(), key=lambda pair: pair[1].box.width() * pair[1].box.height())
        for name, item in by_size:
            edge = item.edge_at(at, reach)
            title = QRectF(item.place())
            title.setHeight(min(HEADER, title.height()))
            if edge or title.contains(at):
                return SheetHit("frame", name, edge)
        return None

    def only(self, picked: Parts) -> SheetHit | None:
        """Return the frame or note that is selected, if it is alone."""
        if len(picked) != 1 or not (picked.frames or picked.notes):
            return None
        return SheetHit("frame" if picked.frames else "note", next(iter(picked.frames or picked.notes)))

    def item(self, hit: SheetHit) -> SheetItem:
        """Return the item of a frame or note."""
        return (self.frames if hit.what == "frame" else self.notes)[hit.id]

    def bounds(self) -> QRectF:
        """Return the rectangle around all frames and notes."""
        box = QRectF()
        for item in self.items:
            box = box.united(item.place())
        return box

    def _show(self, items: dict[str, SheetItem], sheets: tuple[Frame, ...] | tuple[Note, ...]) -> None:
        there = {sheet.id for sheet in sheets}
        for name in [name for name in items if name not in there]:
            self._scene.removeItem(items.pop(name))
        for sheet in sheets:
            item = items.get(sheet.id)
            if item is None:
                item = items[sheet.id] = SheetItem(sheet, self._theme)
                item.setZValue(_BEHIND if isinstance(sheet, Frame) else _BETWEEN)
                self._scene.addItem(item)
            elif item.sheet is not sheet or item.place() != QRectF(*sheet.at, *sheet.size):
                item.show_sheet(sheet)
