"""A canvas that tells what lies under the hand: marks it, explains it once the hand rests, and says a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from app.blocks import catalog
from app.canvas.block_item import BlockItem
from app.canvas.editor import Editor
from app.canvas.gesture import Gesture
from app.canvas.hint import Hint
from app.canvas.hover_card import HoverCard
from app.canvas.map_view import MapView
from app.canvas.scene import CanvasScene
from app.canvas.theme import Theme
from app.strategy.document import Wire

_CARD_MS = 700


class HoverView(MapView):
    """Shows the strategy of an editor and tells about it."""

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.editor = editor
        self.canvas = CanvasScene(editor, theme, self)
        self.setScene(self.canvas)
        self.setMouseTracking(True)
        self.gesture: Gesture | None = None
        self.last_said = ""
        self.hint = Hint(self)
        self.card = HoverCard(theme, self)
        self._card_timer = QTimer(self)
        self._card_timer.setSingleShot(True)
        self._card_timer.setInterval(_CARD_MS)
        self._card_timer.timeout.connect(self._show_card)
        self._over: BlockItem | None = None
        self._over_wire: Wire | None = None

    def show_values(self, values: Mapping[tuple[str, str], str], failing: str | None = None) -> None:
        """Show what each (block id, output) is at one bar; (block id, "") stands for a block without outputs.

        The block called `failing` glows: the first condition that was not met.
        """
        self.canvas.show_values(values, failing)

    def clear_values(self) -> None:
        """Show no values."""
        self.canvas.show_values({}, None)

    def show_sparklines(self, curves: Mapping[tuple[str, str], Sequence[float]]) -> None:
        """Keep a small curve of recent values per (block id, output): for hover cards, and on blocks when wanted."""
        self.canvas.show_sparks(curves, self.canvas.sparks_shown)

    def toggle_sparklines(self) -> None:
        """Draw the small curves on the blocks, or no longer."""
        self.canvas.show_sparks(self.canvas.sparks, not self.canvas.sparks_shown)

    def fit(self) -> None:
        """Show the whole drawing, never larger than life."""
        self.frame(self.canvas.bounds())
        self.keeps_fit = True

    def frame_selection(self) -> None:
        """Show the selected blocks, or everything where nothing is selected."""
        self.frame(self.canvas.bounds_of(self.editor.picked) if self.editor.picked else self.canvas.bounds())

    def center_on_block(self, block_id: str) -> None:
        """Bring a block to the middle."""
        item = self.canvas.blocks.get(block_id)
        if item:
            self.keeps_fit = False
            self.centerOn(item.pos() + item.body.center())

    def scene_at(self, event: QMouseEvent) -> QPointF:
        """Return the place in the scene of a mouse event."""
        return self.mapToScene(event.position().toPoint())

    def hand(self) -> QPoint:
        """Return where the mouse is in the viewport, or the middle when it is elsewhere."""
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        return at if self.viewport().rect().contains(at) else self.viewport().rect().center()

    def say(self, text: str, event: QMouseEvent | None = None) -> None:
        """Show a sentence beside the hand; an empty one takes it away."""
        self.last_said = text
        self.hint.say(text, event.position().toPoint() if event else None)

    def end_gesture(self) -> None:
        """End the drag under way, and leave all as it was before."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancel()
            self.say("")

    def tell_about(self, block_id: str) -> None:
        """Show the card about a block, beside it."""
        item = self.canvas.blocks.get(block_id)
        kind = catalog.kind(item.block.kind) if item else None
        if item is None or kind is None:
            return
        box = self.mapFromScene(item.body.translated(item.pos())).boundingRect()
        problem = item.problem.message if item.problem else ""
        self.card.show_kind(kind, box, self.canvas.spark_of(block_id), self.theme, problem)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._mark_hovered(None, None, None)
        return super().viewportEvent(event)

    def _mark_hovered(self, item: BlockItem | None, part: object, wire: Wire | None) -> None:
        if self._over is not None and self._over is not item:
            self._over.show_as(hovered=None)
        if item is not None:
            item.show_as(hovered=part)
        if self._over_wire in self.canvas.wires and self._over_wire != wire:
            self.canvas.wires[self._over_wire].show_as(hovered=False)
        if wire in self.canvas.wires:
            self.canvas.wires[wire].show_as(hovered=True)
        if item is not self._over or part is not True:
            self.card.hide()
            self._card_timer.stop()
        if item is not None and part is True and not self.card.isVisible():
            self._card_timer.start()
        self._over, self._over_wire = item, wire

    def _show_card(self) -> None:
        """Tell about the block under the hand, once the hand rests."""
        if self._over is not None and self.gesture is None and not self._busy():
            self.tell_about(self._over.block.id)

    def _busy(self) -> bool:
        """Return whether something else is open over the canvas."""
        return False
