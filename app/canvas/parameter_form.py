"""The settings of the selected block: what it is for, and a slider and a field for each value."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.blocks.params import Param, ParamValue
from app.canvas.block_face import shown_params
from app.canvas.dials import Dials
from app.canvas.editor import Editor
from app.canvas.move_gesture import described
from app.canvas.sheet_form import SheetForm, plain, selected_sheet
from app.canvas.theme import font
from app.canvas.tick_box import TickBox
from app.canvas.value_row import Row
from app.strategy import edits
from app.strategy.document import Block, Strategy
from app.strategy.wording import readable


class ParameterForm(QScrollArea):
    """Shows and changes the values of the one selected block."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.rows: dict[str, Row] = {}
        self.muted = TickBox()
        self.sheet: SheetForm
        self._shown: tuple[str, tuple[str, ...]] | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Settings of the selected block"))
        editor.strategy_changed.connect(self.refresh)
        editor.selection_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the selected block as it is now; fields that are in use stay."""
        block = self._block()
        kind = catalog.kind(block.kind) if block else None
        if block is None or kind is None:
            self._refresh_beside()
            return
        params = _params(self.editor.strategy, block, kind)
        shown = (block.id, tuple(param.name for param in params))
        if shown != self._shown:
            self._shown = shown
            self._build(block, kind, params)
        for param in params:
            self.rows[param.name].show_value(block.params.get(param.name, param.default))
            self.rows[param.name].star.setChecked((block.id, param.name) in self.editor.strategy.dials)
        self.muted.setChecked(block.muted)

    def _refresh_beside(self) -> None:
        """Show the words of the one selected frame or note, or what to do."""
        sheet = selected_sheet(self.editor)
        if sheet is None:
            empty = ("", (described(self.editor.picked),))
            if empty != self._shown:
                self._shown = empty
                self._build_empty()
            return
        shown = (sheet.id, (type(sheet).__name__,))
        if shown != self._shown:
            self._shown, self.rows = shown, {}
            self.sheet = SheetForm(self.editor, sheet)
            self._show_column([self.sheet])
        self.sheet.show_sheet(sheet)

    def set_value(self, block_id: str, param: Param, value: ParamValue, merge: bool) -> None:
        """Change a value; steps of one drag become one."""
        block = self.editor.strategy.block(block_id)
        kind = catalog.kind(block.kind) if block else None
        name = f"{kind.title}: {readable(param.name)}" if kind else readable(param.name)
        key = f"param {block_id} {param.name}" if merge else ""
        self.editor.perform(
            self.tr("Change {0}").format(name), lambda s: edits.set_param(s, block_id, param.name, value), key
        )

    def _block(self) -> Block | None:
        picked = self.editor.picked
        return self.editor.strategy.block(next(iter(picked.blocks))) if len(picked.blocks) == len(picked) == 1 else None

    def _build_empty(self) -> None:
        """Say how many parts are selected; with none, show the dials and what a selection would show."""
        picked = self.editor.picked
        text = ""
        if picked:
            words = described(picked)
            text = self.tr("{0} selected.").format(f"{len(picked)} parts" if words == "selection" else words)
            text = text[:1].upper() + text[1:]
        label = plain(text or self.tr("Select a block to see what it does and to change its values."))
        label.setWordWrap(True)
        self.rows = {}
        self._show_column([label] if picked else [label, Dials(self.editor)])

    def _build(self, block: Block, kind: BlockKind, params: list[Param]) -> None:
        title = plain(kind.title, muted=False)
        title.setFont(font(15, 600))
        about = plain(kind.about)
        about.setWordWrap(True)
        self.muted = TickBox(self.tr("Muted: as if it were not there"))
        self.muted.setChecked(block.muted)
        self.muted.toggled.connect(lambda on: self._mute(block.id, on))
        values = {**kind.defaults(), **block.params}
        self.rows = {param.name: Row(self, block.id, param, values[param.name]) for param in params}
        self._show_column([title, about, *self.rows.values(), self.muted])

    def _mute(self, block_id: str, on: bool) -> None:
        name = self.tr("Mute") if on else self.tr("Unmute")
        self.editor.perform(name, lambda s: edits.mute(s, [block_id], on))

    def set_dial(self, block_id: str, name: str, on: bool) -> None:
        """Keep a setting among the dials, or no longer."""
        text = self.tr("Add dial") if on else self.tr("Remove dial")
        self.editor.perform(text, lambda s: edits.set_dial(s, block_id, name, on))

    def _show_column(self, widgets: list[QWidget]) -> None:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch(1)
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(column)


def _params(strategy: Strategy, block: Block, kind: BlockKind) -> list[Param]:
    """Return the params that count: those shown, and those that stand in for an input without a wire."""
    connected = {wire.input for wire in strategy.wires if wire.target == block.id}
    stand_ins = [kind.param(port.param) for port in kind.inputs if port.param and port.name not in connected]
    return [*(param for param in stand_ins if param), *shown_params(block, kind)]
