"""Every command of the canvas, with its name and its keys: for menus, the command list and the keyboard sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from app.canvas.canvas_view import CanvasView
from app.canvas.command_list import CommandList
from app.canvas.find_bar import FindBar
from app.canvas.keyboard_sheet import KeyboardSheet
from app.errors import StrategyInvalid
from app.strategy import arrange, codec, edits, rewire
from app.strategy.arrange import Edge
from app.strategy.document import Strategy

_NUDGE = 8.0
_SHIFT = (40.0, 40.0)
_NEED_A_BLOCK = ("cut", "copy", "duplicate", "heal", "select_before", "select_after", "frame")


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
        self._add(group, "add", self.tr("Add a block …"), self.view.offer_quick_add, "Shift+A")
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
        self._add(group, "find", self.tr("Find on the canvas …"), self.find_bar.open, "Ctrl+F")
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
        self._add(group, "keyboard", self.tr("Keyboard and mouse"), self._toggle_sheet, "?", "F1")
        self._add(group, "commands", self.tr("All commands …"), self.open_list, "Ctrl+K")

    def cut(self) -> None:
        """Copy the selected blocks and remove them."""
        if self.editor.selection:
            self.copy()
            blocks = self._selected()
            self.editor.perform(self.tr("Cut"), lambda s: edits.remove_blocks(s, blocks))

    def copy(self) -> None:
        """Put the selected blocks on the clipboard as the text of a strategy."""
        if self.editor.selection:
            QGuiApplication.clipboard().setText(codec.write(rewire.only(self.editor.strategy, self._selected())))

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
        blocks = self._selected()
        if blocks:
            self.view.perform_and_select(self.tr("Duplicate"), lambda s: edits.duplicate_blocks(s, blocks, _SHIFT))

    def delete(self) -> None:
        """Remove what is selected, blocks and wires."""
        blocks, wires = self._selected(), sorted(self.editor.selected_wires)
        if blocks or wires:
            self.editor.perform(self.tr("Delete"), lambda s: rewire.remove(s, blocks, wires))

    def heal(self) -> None:
        """Remove the selected blocks and join what stood on both sides of them."""
        blocks = self._selected()
        if blocks:
            self.editor.perform(self.tr("Delete and keep the flow"), lambda s: rewire.heal(s, blocks))

    def select_all(self) -> None:
        """Select every block."""
        self.editor.select(self.view.canvas.blocks)

    def tidy(self) -> None:
        """Lay the whole drawing out from left to right."""
        sizes = self.view.canvas.sizes()
        if self.editor.perform(self.tr("Tidy up"), lambda s: edits.move(s, arrange.tidy(s, sizes))):
            self.view.fit()

    def _align(self, edge: Edge) -> None:
        self._rearrange(self.tr("Align"), lambda places: arrange.align(places, self.view.canvas.sizes(), edge), 2)

    def _distribute(self, along: Literal["x", "y"]) -> None:
        self._rearrange(
            self.tr("Spread evenly"), lambda places: arrange.distribute(places, self.view.canvas.sizes(), along), 3
        )

    def _nudge(self, x: float, y: float) -> None:
        self._rearrange(self.tr("Nudge"), lambda places: {name: (a + x, b + y) for name, (a, b) in places.items()}, 1)

    def _rearrange(
        self, name: str, arranged: Callable[[dict[str, arrange.Place]], dict[str, arrange.Place]], least: int
    ) -> None:
        items = self.view.canvas.blocks
        places = {block_id: (items[block_id].x(), items[block_id].y()) for block_id in self._selected()}
        if len(places) >= least:
            key = "nudge " + " ".join(places) if least == 1 else ""
            self.editor.perform(name, lambda s: edits.move(s, arranged(places)), key)

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
        if not clip.layout or not self.view.underMouse():
            return _SHIFT
        at = self.view.mapToScene(self.view.hand())
        left, top = (min(place[axis] for place in clip.layout.values()) for axis in (0, 1))
        return float(round((at.x() - left) / 8) * 8), float(round((at.y() - top) / 8) * 8)

    def _selected(self) -> list[str]:
        return [block.id for block in self.editor.strategy.blocks if block.id in self.editor.selection]

    def _follow_selection(self) -> None:
        """Switch commands off that have nothing to work on."""
        blocks, wires = len(self.editor.selection), len(self.editor.selected_wires)
        for action in self.actions:
            name = action.objectName()
            if name == "delete":
                action.setEnabled(bool(blocks or wires))
            elif name in _NEED_A_BLOCK or name.startswith("nudge"):
                action.setEnabled(blocks > 0)
            elif name.startswith("align"):
                action.setEnabled(blocks > 1)
            elif name.startswith("distribute"):
                action.setEnabled(blocks > 2)

    def _toggle_sheet(self) -> None:
        self.sheet.toggle(self.groups, self.view.theme)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for names in (
            ("add",),
            ("cut", "copy", "paste", "duplicate"),
            ("delete", "heal"),
            ("select_before", "select_after"),
            ("tidy", "fit"),
        ):
            menu.addActions([self.action(name) for name in names])
            menu.addSeparator()
        menu.popup(at)


def _middle(view: CanvasView, block_id: str) -> QPointF:
    item = view.canvas.blocks[block_id]
    return item.pos() + item.body.center()
