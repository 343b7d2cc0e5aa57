"""The settings a trader wants at hand, of all blocks together: sliders and fields, and nothing of the drawing."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.blocks import catalog
from app.blocks.params import Param, ParamValue
from app.canvas.editor import Editor
from app.canvas.parameter_form import Row
from app.canvas.sheet_form import plain
from app.strategy import edits
from app.strategy.wording import readable


class Dials(QScrollArea):
    """Shows a row for each dial of the strategy."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.rows: dict[tuple[str, str], Row] = {}
        self._shown: tuple[tuple[str, str], ...] | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(self.tr("Dials"))
        editor.strategy_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the dials as they are now; rows in use stay."""
        found = {dial: found for dial in self.editor.strategy.dials if (found := self._param(*dial)) is not None}
        if tuple(found) != self._shown:
            self._shown = tuple(found)
            self._build(found)
        for dial, (_, value, _) in found.items():
            self.rows[dial].show_value(value)
            self.rows[dial].star.setChecked(True)

    def set_value(self, block_id: str, param: Param, value: ParamValue, merge: bool) -> None:
        """Change a value; steps of one drag become one."""
        key = f"param {block_id} {param.name}" if merge else ""
        name = self.tr("Change {0}").format(readable(param.name))
        self.editor.perform(name, lambda s: edits.set_param(s, block_id, param.name, value), key)

    def set_dial(self, block_id: str, name: str, on: bool) -> None:
        """Keep a setting among the dials, or no longer."""
        text = self.tr("Add dial") if on else self.tr("Remove dial")
        self.editor.perform(text, lambda s: edits.set_dial(s, block_id, name, on))

    def _param(self, block_id: str, name: str) -> tuple[Param, ParamValue, str] | None:
        block = self.editor.strategy.block(block_id)
        kind = catalog.kind(block.kind) if block else None
        param = kind.param(name) if kind else None
        if block is None or kind is None or param is None:
            return None
        same = sum(other.kind == block.kind for other in self.editor.strategy.blocks)
        title = f"{kind.title} {block.id.rpartition('_')[2]}" if same > 1 else kind.title
        return param, block.params.get(name, param.default), f"{title}: {readable(name)}"

    def _build(self, found: dict[tuple[str, str], tuple[Param, ParamValue, str]]) -> None:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        if not found:
            hint = plain(self.tr("Press the star beside a setting to keep it here."))
            hint.setWordWrap(True)
            layout.addWidget(hint)
        self.rows = {
            (block_id, name): Row(self, block_id, param, value, title)
            for (block_id, name), (param, value, title) in found.items()
        }
        for row in self.rows.values():
            layout.addWidget(row)
        layout.addStretch(1)
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(column)
