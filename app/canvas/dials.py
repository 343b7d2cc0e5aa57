"""The settings a trader wants at hand, of all blocks together: sliders and fields, and nothing of the drawing."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.blocks import catalog
from app.blocks.params import Param, ParamValue
from app.canvas.editor import Editor
from app.canvas.sheet_form import plain
from app.canvas.theme import font
from app.canvas.value_row import Row
from app.strategy import edits
from app.strategy.wording import readable


class Dials(QWidget):
    """Shows a row for each dial of the strategy."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.rows: dict[tuple[str, str], Row] = {}
        self._shown: tuple[tuple[str, str], ...] | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
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
        while (item := self.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        title = plain(self.tr("Dials"), muted=False)
        title.setFont(font(15, 600))
        hint = plain(self.tr("The star beside a setting of a block keeps it here."))
        hint.setWordWrap(True)
        for label in (title, hint):
            self.column.addWidget(label)
        self.rows = {
            (block_id, name): Row(self, block_id, param, value, title)
            for (block_id, name), (param, value, title) in found.items()
        }
        hint.setVisible(not found)
        for row in self.rows.values():
            self.column.addWidget(row)
