"""Every command of the canvas, with its name and its keys: for menus, the command list and the keyboard sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from app.canvas.canvas_view import CanvasView
from app.canvas.command_list import CommandList
from app.canvas.drawing_commands import DrawingCommands
from app.canvas.find_bar import FindBar
from app.canvas.keyboard_sheet import KeyboardSheet
from app.errors import StrategyInvalid
from app.strategy import arrange, codec, edits, parts, rewire, sheets, tidying
from app.strategy.arrange import Edge
from app.strategy.document import Place, Strategy
from app.strategy.parts import Parts

_NUDGE = 8.0
_SHIFT = (40.0, 40.0)
_NEED_A_BLOCK = ("heal", "select_before", "select_after", "mute", "collapse", "pin")
_NEED_SOMETHING = ("cut", "copy", "duplicate")
_NEED_A_SHEET = ("wider", "narrower", "taller", "lower", "recolour", "write")
_NEED_A_WIRE = ("reroute", "insert")

Arranging = Callable[[dict[str, Place], dict[str, Place]], dict[str, Place]]


class Commands(QObject):
    """Makes the actions of a canvas view and answers them. `groups` holds them by heading."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.view, self.editor = view, view.editor
        self.groups: dict[str, list[QAction]] = {}
        self.find_bar = FindBar(view)
        self.sheet = KeyboardSheet(view.theme, view)
        self.list = CommandList(view)
        self._add_edit()
        self._add_select()
        self._add_arrange()
        self.drawing = DrawingCommands(view)
        for name, text, run, *keys in self.drawing.rows():
            self._add(self.tr("Draw"), name, text, run, *keys)
        self._add_view()
        self._follow_selection()
        self.editor.selection_changed.connect(self._follow_selection)
        view.menu_wanted.connect(self._open_menu)

    @property
    def actions(self) -> list[QAction]:
        """Every action, group by group."""
        return [action for actions in self.groups.values() for action in actions]

    def action(self, name: str) -> QAction:
        """Return the action with this object name, such as `tidy`."""
        return next(action for action in self.actions if action.objectName() == name)

    def open_list(self, more: dict[str, list[QAction]] | None = None) -> None:
        """Open the list of commands; `more` are actions of the window around the canvas."""
        self.list.open({**self.groups, **(more or {})})

    def offer(self, group: str, name: str, text: str, run: Callable[[], object], *keys: str) -> None:
        """Add a command of what stands around the canvas."""
        self._add(group, name, text, run, *keys)

    def _add(self, group: str, name: str, text: str, run: Callable[[], object], *keys: str | QKeySequence) -> QAction:
        action = QAction(text, self.view)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked=False: run())
        self.view.addAction(action)
        self.groups.setdefault(group, []).append(action)
        return action

    def _add_edit(self) -> None:
        stack, group = self.editor.undo_stack, self.tr("Edit")
        for name, action, keys in (
            ("undo", stack.createUndoAction(self.view, self.tr("Undo")), ["Ctrl+Z"]),
            ("redo", stack.createRedoAction(self.view, self.tr("Redo")), ["Ctrl+Shift+Z", "Ctrl+Y"]),
        ):
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.view.addAction(action)
            self.groups.setdefault(group, []).append(action)
        self._add(group, "add", self.tr("Add a block…"), self.view.offer_quick_add, "Shift+A")
        self._add(group, "cut", self.tr("Cut"), self.cut, "Ctrl+X")
        self._add(group, "copy", self.tr("Copy"), self.copy, "Ctrl+C")
        self._add(group, "paste", self.tr("Paste"), self.paste, "Ctrl+V")
        text = self.tr("Paste with incoming wires")
        self._add(group, "paste_with_inputs", text, lambda: self.paste(with_inputs=True), "Ctrl+Shift+V")
        self._add(group, "duplicate", self.tr("Duplicate"), self.duplicate, "Ctrl+D")
        self._add(group, "delete", self.tr("Delete"), self.delete, "Del", "Backspace")
        text = self.tr("Delete and keep the flow")
        self._add(group, "heal", text, self.heal, "Ctrl+Del", "Ctrl+Backspace")

    def _add_select(self) -> None:
        group = self.tr("Select")
        self._add(group, "select_all", self.tr("Select all"), self.select_all, "Ctrl+A")
        self._add(group, "select_before", self.tr("Select all that feeds it"), lambda: self._spread(True), "[")
        self._add(group, "select_after", self.tr("Select all that it feeds"), lambda: self._spread(False), "]")
        self._add(group, "find", self.tr("Find on the canvas…"), self.find_bar.open, "Ctrl+F")
        for name, key, text, across, down in (
            ("left", "Left", self.tr("Go to the block on the left"), -1, 0),
            ("right", "Right", self.tr("Go to the block on the right"), 1, 0),
            ("up", "Up", self.tr("Go to the block above"), 0, -1),
            ("down", "Down", self.tr("Go to the block below"), 0, 1),
        ):
            self._add(group, f"go_{name}", text, lambda x=across, y=down: self._go(x, y), key)  # type: ignore[misc]

    def _add_arrange(self) -> None:
        group = self.tr("Arrange")
        self._add(group, "tidy", self.tr("Tidy up"), self.tidy, "L")
        edges: list[tuple[Edge, str, str]] = [
            ("left", self.tr("Align left edges"), "Alt+Shift+Left"),
            ("right", self.tr("Align right edges"), "Alt+Shift+Right"),
            ("top", self.tr("Align top edges"), "Alt+Shift+Up"),
            ("bottom", self.tr("Align bottom edges"), "Alt+Shift+Down"),
            ("centre", self.tr("Align centres in a column"), "Alt+Shift+C"),
            ("middle", self.tr("Align middles in a row"), "Alt+Shift+M"),
        ]
        for edge, text, key in edges:
            self._add(group, f"align_{edge}", text, lambda edge=edge: self._align(edge), key)  # type: ignore[misc]
        across, down = self.tr("Spread evenly across"), self.tr("Spread evenly down")
        self._add(group, "distribute_x", across, lambda: self._distribute("x"), "Alt+Shift+H")
        self._add(group, "distribute_y", down, lambda: self._distribute("y"), "Alt+Shift+V")
        for name, key, text, x, y in (
            ("left", "Ctrl+Left", self.tr("Nudge left"), -_NUDGE, 0.0),
            ("right", "Ctrl+Right", self.tr("Nudge right"), _NUDGE, 0.0),
            ("up", "Ctrl+Up", self.tr("Nudge up"), 0.0, -_NUDGE),
            ("down", "Ctrl+Down", self.tr("Nudge down"), 0.0, _NUDGE),
        ):
            self._add(group, f"nudge_{name}", text, lambda x=x, y=y: self._nudge(x, y), key)  # type: ignore[misc]

    def _add_view(self) -> None:
        view, group = self.view, self.tr("View")
        self._add(group, "fit", self.tr("Show everything"), view.fit, "Home")
        self._add(group, "frame", self.tr("Show the selection"), view.frame_selection, "F")
        self._add(group, "zoom_in", self.tr("Zoom in"), lambda: view.zoom_by(1.2), "Ctrl++", "Ctrl+=")
        self._add(group, "zoom_out", self.tr("Zoom out"), lambda: view.zoom_by(1 / 1.2), "Ctrl+-")
        self._add(group, "zoom_reset", self.tr("Zoom to 100 %"), lambda: view.zoom_by(1 / view.zoom), "Ctrl+0")
        self._add(group, "sparklines", self.tr("Small curves on the blocks"), view.toggle_sparklines, "S")
        group = self.tr("Help")
        self._add(group, "help", self.tr("About the selected block"), self._help, "F1")
        self._add(group, "keyboard", self.tr("Keyboard and mouse"), self._toggle_sheet, "?")
        self._add(group, "commands", self.tr("All commands…"), self.open_list, "Ctrl+K")

    def cut(self) -> None:
        """Copy the selected blocks and remove them."""
        chosen = self._with_contents()
        if chosen:
            self.copy()
            self.editor.perform(self.tr("Cut"), lambda s: parts.remove(s, chosen))

    def copy(self) -> None:
        """Put what is selected on the clipboard as the text of a strategy; a frame takes along what stands in it."""
        chosen = self._with_contents()
        if chosen.blocks or chosen.frames or chosen.notes:
            QGuiApplication.clipboard().setText(codec.write(parts.only(self.editor.strategy, chosen)))

    def paste(self, with_inputs: bool = False) -> None:
        """Add what the clipboard holds, at the hand."""
        try:
            clip = codec.read(QGuiApplication.clipboard().text())
        except StrategyInvalid:
            self.view.say(self.tr("The clipboard holds no blocks. Copy some first, here or in another strategy."))
            return
        offset = self._offset_for(clip)

        def pasted(strategy: Strategy) -> Strategy:
            if with_inputs:
                return rewire.paste_with_inputs(strategy, clip, offset)
            return edits.paste(strategy, clip, offset)

        self.view.perform_and_select(self.tr("Paste"), pasted)

    def duplicate(self) -> None:
        """Copy the selected blocks beside themselves."""
        chosen = self._with_contents()
        if chosen:
            self.view.perform_and_select(self.tr("Duplicate"), lambda s: parts.duplicate(s, chosen, _SHIFT))

    def delete(self) -> None:
        """Remove what is selected; what stands in a frame stays."""
        chosen = self.editor.picked
        if chosen:
            self.editor.perform(self.tr("Delete"), lambda s: parts.remove(s, chosen))

    def heal(self) -> None:
        """Remove the selected blocks and join what stood on both sides of them."""
        chosen = self.editor.picked
        if chosen.blocks:
            self.editor.perform(self.tr("Delete and keep the flow"), lambda s: parts.heal(s, chosen))

    def select_all(self) -> None:
        """Select every block, frame, note and point."""
        self.editor.pick(replace(parts.everything(self.editor.strategy), wires=frozenset()))

    def tidy(self) -> None:
        """Lay the whole drawing out from left to right."""
        boxes = self.view.canvas.boxes()
        if self.editor.perform(self.tr("Tidy up"), lambda s: tidying.tidied(s, boxes)):
            self.view.fit()

    def _align(self, edge: Edge) -> None:
        self._rearrange(self.tr("Align"), lambda places, sizes: arrange.align(places, sizes, edge), 2)

    def _distribute(self, along: Literal["x", "y"]) -> None:
        self._rearrange(self.tr("Spread evenly"), lambda places, sizes: arrange.distribute(places, sizes, along), 3)

    def _nudge(self, x: float, y: float) -> None:
        chosen = self._with_contents()
        places = {name: at for name, (at, _) in self.view.canvas.boxes().items()}
        key = f"nudge {hash(chosen)}"
        self.editor.perform(self.tr("Nudge"), lambda s: parts.move(s, chosen, (x, y), places), key)

    def _rearrange(self, name: str, arranged: Arranging, least: int) -> None:
        """Give the selected blocks and notes other places."""
        picked, notes = self.editor.picked, {note.id: note for note in self.editor.strategy.notes}
        boxes = {block: box for block, box in self.view.canvas.boxes().items() if block in picked.blocks}
        # No block can have such an id.
        boxes |= {f"note {each}": (note.at, note.size) for each, note in notes.items() if each in picked.notes}
        if len(boxes) < least:
            return
        places = arranged(
            {each: at for each, (at, _) in boxes.items()}, {each: size for each, (_, size) in boxes.items()}
        )
        blocks = {each: at for each, at in places.items() if each in picked.blocks}
        sheets_at = {each.removeprefix("note "): at for each, at in places.items() if each not in blocks}
        self.editor.perform(name, lambda s: sheets.place_sheets(edits.move(s, blocks), {}, sheets_at))

    def _spread(self, backwards: bool) -> None:
        reached = rewire.feeders if backwards else rewire.users
        names = [reached(self.editor.strategy, block_id) for block_id in self.editor.selection]
        self.editor.select(frozenset().union(*names))

    def _go(self, across: int, down: int) -> None:
        """Select the nearest block in a direction, starting from the selected one."""
        items = self.view.canvas.blocks
        here = next((block_id for block_id in self._selected()), None)
        if here is None:
            self.editor.select(sorted(items, key=lambda name: (items[name].x(), items[name].y()))[:1])
            return
        start = _middle(self.view, here)
        best: tuple[float, str] | None = None
        for name in items:
            apart = _middle(self.view, name) - start
            along = apart.x() * across + apart.y() * down
            aside = abs(apart.x() * down) + abs(apart.y() * across)
            if name != here and along > 1 and (best is None or along + 2 * aside < best[0]):
                best = (along + 2 * aside, name)
        if best:
            self.editor.select([best[1]])
            self.view.ensureVisible(items[best[1]], 40, 40)

    def _offset_for(self, clip: Strategy) -> tuple[float, float]:
        """Return how far to shift what is pasted, so that its top left corner is at the hand."""
        if not self.view.underMouse():
            return _SHIFT
        at = self.view.mapToScene(self.view.hand())
        left, top = parts.corner(clip)
        return float(round((at.x() - left) / 8) * 8), float(round((at.y() - top) / 8) * 8)

    def _selected(self) -> list[str]:
        return [block.id for block in self.editor.strategy.blocks if block.id in self.editor.selection]

    def _follow_selection(self) -> None:
        """Switch commands off that have nothing to work on."""
        picked = self.editor.picked
        blocks, sheets_ = len(picked.blocks), len(picked.frames) + len(picked.notes)
        for action in self.actions:
            name = action.objectName()
            if name == "delete":
                action.setEnabled(bool(picked))
            elif name in _NEED_A_BLOCK:
                action.setEnabled(blocks > 0)
            elif name in _NEED_SOMETHING:
                action.setEnabled(blocks + sheets_ > 0)
            elif name in _NEED_A_SHEET:
                action.setEnabled(sheets_ > 0)
            elif name == "next_wire":
                action.setEnabled(blocks + len(picked.wires) > 0)
            elif name in _NEED_A_WIRE:
                action.setEnabled(len(picked.wires) == 1)
            elif name.startswith("nudge"):
                action.setEnabled(blocks + sheets_ + len(picked.points) > 0)
            elif name.startswith("align"):
                action.setEnabled(blocks + len(picked.notes) > 1)
            elif name.startswith("distribute"):
                action.setEnabled(blocks + len(picked.notes) > 2)

    def _with_contents(self) -> Parts:
        """Return what is selected, and with a frame what stands in it."""
        picked = self.editor.picked
        if not picked.frames:
            return picked
        return picked | parts.within(self.editor.strategy, picked.frames, self.view.canvas.boxes())

    def _help(self) -> None:
        """Tell about the selected block; without one show the sheet of all keys."""
        if len(self.editor.picked) == 1 and self.editor.selection:
            self.view.tell_about(self._selected()[0])
        else:
            self._toggle_sheet()

    def _toggle_sheet(self) -> None:
        self.sheet.toggle(self.groups, self.view.theme)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for names in (
            ("add",),
            ("cut", "copy", "paste", "duplicate"),
            ("delete", "heal"),
            ("mute", "collapse", "pin"),
            ("reroute", "insert"),
            ("add_frame", "add_note", "write", "recolour"),
            ("select_before", "select_after"),
            ("tidy", "fit"),
        ):
            menu.addActions([action for name in names if (action := self.action(name)).isEnabled()])
            menu.addSeparator()
        menu.popup(at)


def _middle(view: CanvasView, block_id: str) -> QPointF:
    item = view.canvas.blocks[block_id]
    return item.pos() + item.body.center()
