"""The drawing as a tree: blocks, their inputs and values. Every edit is possible here by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.blocks import catalog
from app.blocks.kind import BlockKind, Input
from app.blocks.params import Param
from app.canvas import steps
from app.canvas.block_face import choice_text, shown_params, shown_value
from app.canvas.editor import Editor
from app.canvas.theme import font
from app.strategy import edits, parts, rewire, sheets
from app.strategy.document import Block, Strategy, Wire
from app.strategy.graph import evaluation_order
from app.strategy.parts import Parts
from app.strategy.wording import readable

_ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Line:
    """What a row of the tree is about."""

    what: Literal["block", "input", "param", "frame", "note", "point"]
    block_id: str
    name: str = ""
    wire: Wire | None = None
    at: int = 0

    @property
    def parts(self) -> Parts:
        """What is selected on the canvas with this row."""
        name = frozenset({self.block_id})
        if self.what == "point" and self.wire:
            return Parts(points=frozenset({(self.wire, self.at)}))
        return Parts(frames=name) if self.what == "frame" else Parts(notes=name) if self.what == "note" else Parts(name)


class Outline(QTreeWidget):
    """A tree over the strategy of an editor: Return changes, Delete removes, the menu key offers the rest."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.setObjectName("outline")
        self.setHeaderHidden(True)
        self.setAccessibleName(self.tr("Outline of the strategy"))
        self.setItemDelegate(_ValueDelegate(self))
        self.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        self._known: tuple[Strategy, object] | None = None
        editor.strategy_changed.connect(self.refresh)
        editor.selection_changed.connect(self._follow_selection)
        self.currentItemChanged.connect(self._select_current)
        self.itemDoubleClicked.connect(self._activate)
        self.refresh()

    def refresh(self) -> None:
        """Show the strategy as it is now; what is open and where the cursor stands stay."""
        current, closed = self._line(self.currentItem()), self._closed()
        with QSignalBlocker(self):
            self.clear()
            for block in evaluation_order(self.editor.strategy):
                self._add_block(block)
            for frame in self.editor.strategy.frames:
                self._add_sheet(Line("frame", frame.id), self.tr("Frame"), frame.title)
            for note in self.editor.strategy.notes:
                self._add_sheet(Line("note", note.id), self.tr("Note"), note.text)
            for number in range(self.topLevelItemCount()):
                item = self.topLevelItem(number)
                for at in range(item.childCount() if item else 0):
                    item.child(at).setExpanded(True)  # type: ignore[union-attr]
                if item is not None:
                    item.setExpanded(self._line(item).block_id not in closed)  # type: ignore[union-attr]
            item = self._item(current) if current else None
            if item is not None:
                self.setCurrentItem(item)

    def _add_block(self, block: Block) -> None:
        kind = catalog.kind(block.kind)
        if kind is None:
            return
        muted = self.tr("{0} (muted)") if block.muted else "{0}"
        item = QTreeWidgetItem(self, [muted.format(kind.title)])
        item.setFont(0, font(13, 600))
        problems = [each.message for each in self.editor.problems if each.block_id == block.id]
        name = muted.format(f"{kind.title}, {block.id}")
        self._tell(item, Line("block", block.id), name, " ".join(problems))
        item.setToolTip(0, problems[0] if problems else kind.about)
        for port in kind.inputs:
            self._add_input(item, block, kind, port)
        for param in shown_params(block, kind):
            self._add_param(item, block, param)

    def _add_input(self, parent: QTreeWidgetItem, block: Block, kind: BlockKind, port: Input) -> None:
        sources = [wire for wire in self.editor.strategy.wires if (wire.target, wire.input) == (block.id, port.name)]
        param = kind.param(port.param)
        if sources:
            text = ", ".join(self._end(wire) for wire in sources)
        elif param:
            text = shown_value(param, block.params.get(param.name, param.default))
        else:
            text = port.market or self.tr("not connected")
        item = QTreeWidgetItem(parent, [f"{readable(port.name)}: {text}"])
        self._tell(
            item, Line("input", block.id, port.name), self.tr("Input {0}: {1}").format(readable(port.name), text)
        )

        for wire in sources:
            for at in range(len(self.editor.strategy.reroutes.get(wire, ()))):
                row = QTreeWidgetItem(item, [self.tr("Reroute point {0}").format(at + 1)])
                line = Line("point", block.id, port.name, wire, at)
                text = self.tr("Reroute point {0} of the wire from {1}").format(at + 1, self._end(wire))
                self._tell(row, line, text)

    def _add_sheet(self, line: Line, kind: str, words: str) -> None:
        """Add the row of a frame or a note, with the first line of its words."""
        first = words.strip().splitlines()[0] if words.strip() else self.tr("empty")
        item = QTreeWidgetItem(self, [f"{kind}: {first}"])
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self._tell(item, line, f"{kind}: {words.strip() or first}")

    def _add_param(self, parent: QTreeWidgetItem, block: Block, param: Param) -> None:
        text = shown_value(param, block.params.get(param.name, param.default))
        item = QTreeWidgetItem(parent, [f"{readable(param.name)}: {text}"])
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self._tell(item, Line("param", block.id, param.name), self.tr("{0}: {1}").format(readable(param.name), text))

    def _tell(self, item: QTreeWidgetItem, line: Line, name: str, more: str = "") -> None:
        item.setData(0, _ROW, line)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, name)
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, more)

    def _end(self, wire: Wire) -> str:
        block = self.editor.strategy.block(wire.source)
        kind = catalog.kind(block.kind) if block else None
        if kind is None:
            return wire.source
        return f"{kind.title} {readable(wire.output)}" if len(kind.outputs) > 1 else f"{kind.title} ({wire.source})"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item, keys = self.currentItem(), event.modifiers()
        if self.state() == QTreeWidget.State.EditingState:
            event.accept()  # the field has seen it and will close by itself
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and item:
            self._activate(item)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and item:
            self._delete(item, bool(keys & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.currentItem()
        if item is not None:
            self.menu_for(item).popup(event.globalPos())

    def menu_for(self, item: QTreeWidgetItem) -> QMenu:
        """Return the menu about a row: where an input can be connected, or what can be done with a block."""
        menu, line = QMenu(self), self._line(item)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if line is None:
            return menu
        if line.what == "input":
            self._fill_connect(menu, line)
        elif line.what == "param":
            menu.addAction(self.tr("Change"), lambda: self._activate(item))
        elif line.what != "block":
            if line.what != "point":
                menu.addAction(self.tr("Change"), lambda: self._activate(item))
            menu.addAction(self.tr("Delete"), lambda: self._delete(item, False))
        else:
            one = [line.block_id]
            self._fill_marks(menu, one)
            menu.addAction(self.tr("Duplicate"), lambda: self._do(self.tr("Duplicate"), one, edits.duplicate_blocks))
            menu.addAction(self.tr("Delete"), lambda: self._do(self.tr("Delete"), one, edits.remove_blocks))
            text = self.tr("Delete and keep the flow")
            menu.addAction(text, lambda: self._do(text, one, rewire.heal))
        return menu

    def _fill_marks(self, menu: QMenu, one: list[str]) -> None:
        """Offer to mute a block and to collapse it, or to take that back."""
        block = self.editor.strategy.block(one[0])
        muted, collapsed = (block.muted, block.collapsed) if block else (False, False)
        name = self.tr("Unmute") if muted else self.tr("Mute")
        menu.addAction(name, lambda: self.editor.perform(name, lambda s: edits.mute(s, one, not muted)))
        fold = self.tr("Expand") if collapsed else self.tr("Collapse")
        menu.addAction(fold, lambda: self.editor.perform(fold, lambda s: edits.collapse(s, one, not collapsed)))

    def _fill_connect(self, menu: QMenu, line: Line) -> None:
        """Offer every output that fits this input, and to take off what is connected."""
        strategy = self.editor.strategy
        for block in strategy.blocks:
            kind = catalog.kind(block.kind)
            for port in kind.outputs if kind else ():
                wire = Wire(block.id, port.name, line.block_id, line.name)
                if wire not in strategy.wires and rewire.refusal(strategy, wire) is None:
                    text = self.tr("Connect to {0}").format(self._end(wire))
                    menu.addAction(text, lambda wire=wire: self._connect(wire))  # type: ignore[misc]
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing on the canvas fits here")).setEnabled(False)
        menu.addSeparator()
        for wire in strategy.wires:
            if (wire.target, wire.input) == (line.block_id, line.name):
                text = self.tr("Disconnect from {0}").format(self._end(wire))
                menu.addAction(text, lambda wire=wire: self._disconnect(wire))  # type: ignore[misc]
                text = self.tr("Select the wire from {0}").format(self._end(wire))
                menu.addAction(text, lambda wire=wire: self.editor.select((), [wire]))  # type: ignore[misc]
        param = self._param(line)
        if param is not None:
            menu.addAction(self.tr("Type a number"), lambda: self._edit(line))

    def _activate(self, item: QTreeWidgetItem) -> None:
        line = self._line(item)
        if line is None or line.what in ("block", "point"):
            return
        param = self._param(line)
        if line.what == "input":
            self.menu_for(item).popup(self._beside(item))
        elif param is not None and param.type == "choice":
            self._choose(item, line, param)
        else:
            self._edit(line)

    def _choose(self, item: QTreeWidgetItem, line: Line, param: Param) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for option in param.options:
            menu.addAction(choice_text(option), lambda option=option: self.set_value(line, param, option))  # type: ignore[misc]
        menu.popup(self._beside(item))

    def _edit(self, line: Line) -> None:
        item = self._item(line)
        if item is not None:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.editItem(item)

    def value_text(self, line: Line) -> str:
        """Return the value of a row as it is typed."""
        strategy = self.editor.strategy
        if line.what == "frame":
            return next((each.title for each in strategy.frames if each.id == line.block_id), "")
        if line.what == "note":
            return next((each.text for each in strategy.notes if each.id == line.block_id), "")
        param, block = self._param(line), self.editor.strategy.block(line.block_id)
        return param.show(block.params.get(param.name, param.default)) if param and block else ""

    def take_text(self, line: Line, text: str) -> None:
        """Set a value from what was typed; what is not valid is refused with a sentence."""
        if line.what == "frame":
            self.editor.perform(
                self.tr("Rename frame"), lambda s: sheets.change_frame(s, line.block_id, title=text.strip())
            )
            return
        if line.what == "note":
            self.editor.perform(self.tr("Write note"), lambda s: sheets.change_note(s, line.block_id, text=text))
            return
        param = self._param(line)
        if param is None:
            return
        value, reason = steps.typed(param, text)
        if value is None:
            self.editor.refused.emit(reason)
        else:
            self.set_value(line, param, value)

    def set_value(self, line: Line, param: Param, value: int | float | str) -> None:
        """Change a value by one step."""
        name = self.tr("Change {0}").format(readable(param.name))
        self.editor.perform(name, lambda s: edits.set_param(s, line.block_id, param.name, value))

    def _param(self, line: Line) -> Param | None:
        """Return the param that a row changes, None where a wire or the market takes its place."""
        block = self.editor.strategy.block(line.block_id)
        kind = catalog.kind(block.kind) if block else None
        if kind is None:
            return None
        if line.what == "param":
            return kind.param(line.name)
        port = kind.input(line.name)
        wired = any((wire.target, wire.input) == (line.block_id, line.name) for wire in self.editor.strategy.wires)
        return kind.param(port.param) if port and not wired else None

    def _connect(self, wire: Wire) -> None:
        self.editor.perform(self.tr("Connect"), lambda s: edits.connect(s, wire))

    def _disconnect(self, wire: Wire) -> None:
        self.editor.perform(self.tr("Disconnect"), lambda s: edits.disconnect(s, wire))

    def _do(self, name: str, ids: list[str], change: object) -> None:
        assert callable(change)
        self.editor.perform(name, lambda s: change(s, ids))

    def _delete(self, item: QTreeWidgetItem, heals: bool) -> None:
        line = self._line(item)
        if line is None:
            return
        if line.what == "block":
            name = self.tr("Delete and keep the flow") if heals else self.tr("Delete")
            self._do(name, [line.block_id], rewire.heal if heals else edits.remove_blocks)
        elif line.what == "input":
            wires = [w for w in self.editor.strategy.wires if (w.target, w.input) == (line.block_id, line.name)]
            self.editor.perform(self.tr("Disconnect"), lambda s: rewire.cut(s, wires))
        elif line.what != "param":
            self.editor.perform(self.tr("Delete"), lambda s: parts.remove(s, line.parts))

    def _select_current(self, item: QTreeWidgetItem | None) -> None:
        line = self._line(item)
        if line is not None and not line.parts & self.editor.picked:
            self.editor.pick(line.parts)

    def _follow_selection(self) -> None:
        line = self._line(self.currentItem())
        if len(self.editor.selection) == 1 and (line is None or line.block_id not in self.editor.selection):
            item = self._item(Line("block", next(iter(self.editor.selection))))
            if item is not None:
                with QSignalBlocker(self):
                    self.setCurrentItem(item)

    def _items(self) -> list[QTreeWidgetItem]:
        tops = [self.topLevelItem(number) for number in range(self.topLevelItemCount())]
        found = [top for top in tops if top is not None]
        for row in found:
            found += [child for at in range(row.childCount()) if (child := row.child(at)) is not None]
        return found

    def _item(self, line: Line) -> QTreeWidgetItem | None:
        return next((item for item in self._items() if self._line(item) == line), None)

    def _line(self, item: QTreeWidgetItem | None) -> Line | None:
        line = item.data(0, _ROW) if item else None
        return line if isinstance(line, Line) else None

    def _closed(self) -> set[str]:
        lines = [self._line(item) for item in self._items() if item.childCount() and not item.isExpanded()]
        return {line.block_id for line in lines if line and line.what == "block"}

    def _beside(self, item: QTreeWidgetItem) -> QPoint:
        return self.viewport().mapToGlobal(self.visualItemRect(item).bottomLeft())


class _ValueDelegate(QStyledItemDelegate):
    """Edits the value of a row, without its name."""

    def __init__(self, outline: Outline) -> None:
        super().__init__(outline)
        self._outline = outline

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self._outline.tr("New value"))
        editor.setStyleSheet("padding: 0 4px; min-height: 0;")
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if isinstance(editor, QLineEdit):
            # The field has one line: a sign stands for each break of a note's text.
            editor.setText(self._outline.value_text(index.data(_ROW)).replace("\n", "⏎"))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: QModelIndex | QPersistentModelIndex) -> None:
        if isinstance(editor, QLineEdit):
            self._outline.take_text(index.data(_ROW), editor.text().replace("⏎", "\n"))
