"""What stands around the canvas: it gives way to the drawing where the window is narrow, and can be put away."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas.commands import Commands
from app.ui.splitter import Splitter

# Widths of the list of blocks in a wide window and in a narrow one, and of the inspector: its tabs need as much.
_WIDE, _NARROW, _INSPECTOR = 208, 168, 304
_NARROW_BELOW = 1_180


class Panels(QObject):
    """Puts away and brings back the list of blocks, the inspector and the result, by menu, key and list of commands."""

    rearranged = Signal()

    def __init__(
        self, across: Splitter, blocks: QWidget, inspector: QWidget, result: QWidget, commands: Commands
    ) -> None:
        super().__init__(across)
        self._across, self._canvas = across, commands.view
        self._narrow: bool | None = None
        self.parts = {"hide_blocks": blocks, "hide_inspector": inspector, "hide_result": result}
        for name, text, part, key in (
            ("hide_blocks", self.tr("Hide or show the list of blocks"), blocks, "Ctrl+B"),
            ("hide_inspector", self.tr("Hide or show the settings"), inspector, "Ctrl+I"),
            ("hide_result", self.tr("Hide or show the result"), result, "Ctrl+J"),
        ):
            commands.offer(self.tr("View"), name, text, partial(self.toggle, part), key)
        commands.offer(self.tr("View"), "alone", self.tr("Canvas alone, or with panels"), self.toggle_all, "Ctrl+Space")
        for name in (*self.parts, "alone"):
            commands.action(name).setShortcutContext(Qt.ShortcutContext.WindowShortcut)

    def toggle(self, part: QWidget) -> None:
        """Put one part away, or bring it back."""
        self._show(part, part.isHidden())

    def toggle_all(self) -> None:
        """Leave the canvas alone; where it is alone already, bring everything back."""
        alone = all(part.isHidden() for part in self.parts.values())
        for part in self.parts.values():
            self._show(part, alone)

    def arrangement(self) -> str:
        """Return what is put away, for `arrange`."""
        return " ".join(name for name, part in self.parts.items() if part.isHidden())

    def arrange(self, arrangement: str) -> None:
        """Put away what `arrangement` told."""
        for name in arrangement.split():
            if name in self.parts:
                self.parts[name].hide()

    def give_way(self, width: int) -> None:
        """Leave the canvas more of a narrow window, unless the hand has said how much."""
        narrow = width < _NARROW_BELOW
        if narrow == self._narrow or self._across.by_hand:
            return
        self._narrow = narrow
        left = _NARROW if narrow else _WIDE
        self._across.setSizes([left, max(width - left - _INSPECTOR, 1), _INSPECTOR])

    def _show(self, part: QWidget, shown: bool) -> None:
        focused = QApplication.focusWidget()
        if not shown and focused is not None and part.isAncestorOf(focused):
            self._canvas.setFocus()
        part.setVisible(shown)
        self.rearranged.emit()
