"""The window onto the drawing: pans, zooms and hands what the mouse does to a gesture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.blocks.params import ParamValue
from app.canvas.block_face import HEADER, WIDTH, choice_text
from app.canvas.block_item import FOLD
from app.canvas.cursors import cursor_over
from app.canvas.editor import Editor
from app.canvas.gestures import pick_gesture
from app.canvas.hover_view import HoverView
from app.canvas.invitation import Invitation
from app.canvas.minimap import Minimap
from app.canvas.quick_add import QuickAdd
from app.canvas.search import Fit
from app.canvas.sheet_editor import edit_sheet
from app.canvas.theme import Theme
from app.canvas.value_editor import ValueEditor
from app.canvas.wire_item import place_along
from app.strategy import edits, reroutes, rewire
from app.strategy.document import Strategy, Wire
from app.strategy.parts import Parts, everything
from app.strategy.problem import Problem
from app.strategy.wording import readable

KIND_MIME = "application/x-blockbuilders-kind"
_SNAP_PIXELS = 24.0
_PORT_PIXELS = 9.0


class CanvasView(HoverView):
    """Shows the strategy of an editor and edits it by mouse and keyboard."""

    menu_wanted = Signal(object)
    # Whether an empty canvas says how to begin.
    invites = True

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(editor, theme, parent)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Canvas"))
        self.viewport().setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The drawing. The outline has the same content for the keyboard."))
        self.space_held = self.space_used = False
        self.invitation = Invitation(self)
        self.minimap = Minimap(self, self.canvas, theme)
        self.quick_add = QuickAdd(theme, self)
        self.quick_add.chosen.connect(self._add_chosen)
        self._add: Callable[[BlockKind], None] = self._ignore
        self._marked: Wire | None = None
        editor.strategy_changed.connect(self._invite)
        self._invite()
        editor.about_to_change.connect(self._let_go)
        editor.refused.connect(self.say)
        editor.problem_focused.connect(self._go_to_problem)

    @property
    def snap_radius(self) -> float:
        """How near a wire must come to a port to snap to it, in scene pixels."""
        return _SNAP_PIXELS / self.zoom

    @property
    def port_radius(self) -> float:
        """How near a press must be to a port to take hold of it, in scene pixels."""
        return _PORT_PIXELS / min(self.zoom, 1.0)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.canvas.set_theme(theme)
        self.quick_add.list.set_theme(theme)
        self.minimap.theme = theme
        self.minimap.refresh()
        self.viewport().update()

    def perform_and_select(self, name: str, change: Callable[[Strategy], Strategy]) -> bool:
        """Do a step that adds blocks, and select the new ones."""
        before = everything(self.editor.strategy)
        done = self.editor.perform(name, change)
        if done:
            new = everything(self.editor.strategy) - before
            self.editor.pick(replace(new, wires=frozenset(), points=frozenset()))
        return done

    def fold(self, block_ids: Iterable[str], collapsed: bool) -> None:
        """Collapse blocks to their titles, or open them again."""
        names = list(block_ids)
        name = self.tr("Collapse") if collapsed else self.tr("Expand")
        self.editor.perform(name, lambda s: edits.collapse(s, names, collapsed))

    def add_point(self, wire: Wire, at: QPointF) -> None:
        """Lead a wire through a point, which is then selected."""
        line = self.canvas.wires[wire]
        here = place_along(line.path, at)
        number = sum(place_along(line.path, point) < here for point in line.points)
        place = (float(round(at.x() / 8) * 8), float(round(at.y() / 8) * 8))
        if self.editor.perform(self.tr("Add reroute point"), lambda s: reroutes.add_point(s, wire, place, number)):
            self.editor.pick(Parts(points=frozenset({(wire, number)})))

    def set_param(self, block_id: str, name: str, value: ParamValue, merge: bool = False) -> None:
        """Change a value of a block; a drag merges into one step."""
        block = self.editor.strategy.block(block_id)
        kind = catalog.kind(block.kind) if block else None
        title = f"{kind.title}: {readable(name)}" if kind else readable(name)
        key = f"param {block_id} {name}" if merge else ""
        self.editor.perform(
            self.tr("Change {0}").format(title), lambda s: edits.set_param(s, block_id, name, value), key
        )

    def edit_value(self, block_id: str, name: str) -> None:
        """Open a value for typing, or the choices of one that is a choice."""
        item = self.canvas.blocks.get(block_id)
        field = next((each for each in item.face.fields if each.param.name == name), None) if item else None
        if item is None or field is None:
            return
        at = item.pos()
        box = QRectF(at.x() + field.x, at.y() + field.y - 11, field.width, 22)
        place = QRect(self.mapFromScene(box.topLeft()), self.mapFromScene(box.bottomRight()))
        if field.param.type == "choice":
            self._choose(block_id, name, field.param.options, place.bottomLeft())
            return
        self.editor.settle()
        ValueEditor(
            field.param, field.value, place, lambda value: self.set_param(block_id, name, value, True), self.say, self
        )

    def _choose(self, block_id: str, name: str, options: tuple[str, ...], at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for option in options:
            action = menu.addAction(choice_text(option))
            action.triggered.connect(lambda _=False, option=option: self.set_param(block_id, name, option))
        menu.popup(self.viewport().mapToGlobal(at))

    def add_block(self, kind_id: str, at: QPointF | None = None) -> None:
        """Place a block with its middle at a point of the scene, into the wire that lies there if it fits."""
        centre = at if at is not None else self.mapToScene(self.viewport().rect().center())
        wire = self.wire_for(kind_id, centre, QSizeF(WIDTH, HEADER)) if at is not None else None
        kind = catalog.kind(kind_id)
        name = self.tr("Add {0}").format(kind.title) if kind else self.tr("Add")
        self.quick_add.remember(kind_id)
        # Several added by the keyboard while the hand rests would hide each other.
        place = _top_left(centre if wire is not None else self._free_spot(centre))
        if wire is None:
            self.perform_and_select(name, lambda s: edits.add_block(s, kind_id, place))
        else:
            self.perform_and_select(name, lambda s: _added_on(s, kind_id, place, wire))

    def wire_for(self, kind_id: str, centre: QPointF, size: QSizeF) -> Wire | None:
        """Return the wire under the middle of a block into which a block of this kind fits, or None."""
        reach = min(size.height(), 40.0) / 2
        line = self.canvas.wire_at(centre, reach)
        return line.wire if line and rewire.fits_on(self.editor.strategy, kind_id, line.wire) else None

    def mark_wire(self, wire: Wire | None) -> None:
        """Show that a drop would go into this wire."""
        for each in (self._marked, wire):
            if each in self.canvas.wires:
                self.canvas.wires[each].show_as(hovered=each == wire)
        self._marked = wire

    def offer_quick_add(self, at: QPoint | None = None) -> None:
        """Open the search for a block at a point of the viewport, or at the hand."""
        spot = at or self.hand()
        scene = self.mapToScene(spot)
        self._add = lambda kind: self.add_block(kind.id, scene)
        self.quick_add.open(spot + QPoint(-20, -20))

    def offer_for_wire(self, wire: Wire) -> None:
        """Open the search for a block that goes into the middle of a wire."""
        middle = self.canvas.wires[wire].middle()
        output = self.editor.strategy.block(wire.source)
        kind = catalog.kind(output.kind) if output else None
        self._add = lambda kind: self.add_block(kind.id, middle)
        port = kind.output(wire.output) if kind else None
        self.quick_add.open(
            self.mapFromScene(middle) + QPoint(-20, 12), Fit(port.type, True, kind.group) if port and kind else None
        )

    def offer_converters(self, source: tuple[str, str], target: tuple[str, str], at: QPointF) -> None:
        """Open the search for a comparison that makes true or false of a number, to stand between two ports."""

        def add(kind: BlockKind) -> None:
            place = _top_left(at)
            self.perform_and_select(
                self.tr("Add {0}").format(kind.title), lambda s: rewire.add_between(s, kind.id, place, source, target)
            )

        item = self.canvas.blocks[source[0]]
        self._add = add
        self.quick_add.open(self.mapFromScene(at), Fit("series", True, item.face.group, "signal"))

    def offer_blocks(self, at: QPointF, port: tuple[str, str], side: str) -> None:
        """Open the search for a block that connects itself to a port."""
        item = self.canvas.blocks[port[0]]
        socket = item.face.socket("output" if side == "output" else "input", port[1])
        if socket is None:
            return
        from_output = side == "output"

        def add(kind: BlockKind) -> None:
            place = _top_left(at + QPointF(WIDTH / 2 * (1 if from_output else -1), 0))
            self.perform_and_select(
                self.tr("Add {0}").format(kind.title),
                lambda s: rewire.add_connected(s, kind.id, place, port, from_output),
            )

        self._add = add
        self.quick_add.open(self.mapFromScene(at), Fit(socket.type, from_output, item.face.group))

    def open_menu(self, at: QPoint, scene: QPointF) -> None:
        """Ask for a menu about what lies under a point; what is there is selected first."""
        hit = self.canvas.hit(scene, self.port_radius)
        if hit.parts and not hit.parts & self.editor.picked:
            self.editor.pick(hit.parts)
        self.menu_wanted.emit(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self.gesture is not None:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.keeps_fit = False
        self.say("")
        self.card.hide()
        self._card_timer.stop()
        self.gesture = pick_gesture(self, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self.gesture is not None:
            self.gesture.move(event)
        else:
            self._hover(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.finish(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = self.canvas.hit(self.scene_at(event), self.port_radius)
        if hit.what == "empty":
            self.offer_quick_add(event.position().toPoint())
        elif hit.what == "wire" and hit.wire:
            self.add_point(hit.wire, self.scene_at(event))
        elif hit.sheet is not None:
            edit_sheet(self, hit.sheet)
        elif hit.what == "value" and hit.field:
            self.edit_value(hit.block_id, hit.field.param.name)

    def event(self, event: QEvent) -> bool:
        # Tab adds a block, so it must not move the focus on; Shift+Tab still does.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.offer_quick_add()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keeps_fit = False
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.space_held, self.space_used = True, False
                self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._edit_selected()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
            if self.space_held and not self.space_used:
                self.offer_quick_add()
            self.space_held = False
            return
        super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(KIND_MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(KIND_MIME):
            event.acceptProposedAction()
            centre = self.mapToScene(event.position().toPoint())
            self.mark_wire(self.wire_for(_kind_in(event), centre, QSizeF(WIDTH, HEADER)))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.mark_wire(None)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasFormat(KIND_MIME):
            event.acceptProposedAction()
            self.mark_wire(None)
            self.add_block(_kind_in(event), self.mapToScene(event.position().toPoint()))
            self.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.minimap.place()
        self.invitation.place()
        if self.keeps_fit and event.size().width() > 100:
            self.fit()

    def _free_spot(self, centre: QPointF) -> QPointF:
        """Return a point near `centre` where a new block would cover none."""
        at = QPointF(centre)
        while any((item.pos() - _top_left_point(at)).manhattanLength() < 40 for item in self.canvas.blocks.values()):
            at += QPointF(24, 48)
        return at

    def _let_go(self) -> None:
        """End a drag before what is dragged changes, or is no longer there."""
        if self.gesture is not None and not self.gesture.lasts:
            self.end_gesture()

    def _escape(self) -> None:
        if self.gesture is not None:
            self.end_gesture()
        else:
            self.card.hide()
            self.editor.select(())

    def _edit_selected(self) -> None:
        if hit := self.canvas.sheets.only(self.editor.picked):
            edit_sheet(self, hit)
        if len(self.editor.selection) == 1:
            block_id = next(iter(self.editor.selection))
            if self.canvas.blocks[block_id].face.collapsed:
                self.fold([block_id], False)
            fields = self.canvas.blocks[block_id].face.fields
            if fields:
                self.edit_value(block_id, fields[0].param.name)

    def _hover(self, event: QMouseEvent) -> None:
        hit = self.canvas.hit(self.scene_at(event), self.port_radius)
        part = hit.field.param.name if hit.field else FOLD if hit.what == "fold" else True
        self._mark_hovered(self.canvas.blocks.get(hit.block_id), part, hit.wire)
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self.space_held else cursor_over(hit))

    def _add_chosen(self, kind: BlockKind) -> None:
        self._add(kind)

    def _busy(self) -> bool:
        return self.quick_add.isVisible()

    def _invite(self) -> None:
        self.invitation.setVisible(self.invites and not everything(self.editor.strategy))

    def _ignore(self, kind: BlockKind) -> None:
        """Do nothing: no place was asked for."""

    def _go_to_problem(self, problem: Problem) -> None:
        if problem.block_id:
            self.center_on_block(problem.block_id)
        self.say(problem.message)


def _kind_in(event: QDropEvent) -> str:
    return bytes(event.mimeData().data(KIND_MIME).data()).decode()


def _top_left_point(centre: QPointF) -> QPointF:
    return QPointF(*_top_left(centre))


def _top_left(centre: QPointF) -> tuple[float, float]:
    """Return the place of a block whose title is at `centre`, on the grid."""
    x, y = centre.x() - WIDTH / 2, centre.y() - HEADER / 2
    return float(round(x / 8) * 8), float(round(y / 8) * 8)


def _added_on(strategy: Strategy, kind_id: str, place: tuple[float, float], wire: Wire) -> Strategy:
    after = rewire.add_on_wire(strategy, kind_id, place, wire)
    return rewire.make_room(after, after.blocks[-1].id, WIDTH)
