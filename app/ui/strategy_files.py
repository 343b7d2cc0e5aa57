"""Strategy files: chosen in a dialog or dropped on the window, read and written; candles are passed on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from app.errors import BlockbuildersError

if TYPE_CHECKING:
    from app.strategy.document import Strategy
    from app.ui.main_window import MainWindow

# Endings that no strategy has.
_CANDLES = (".csv", ".tsv", ".txt", ".zip", ".gz", ".parquet")
_FILTER = "Blockbuilders (*.json)"


class StrategyFiles(QObject):
    """`read` hands over the strategy in a file; `said` is a sentence, and whether it is a bad one."""

    read = Signal(object)
    said = Signal(str, bool)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.choose_file: Callable[[], str] = self._ask_for_file
        self.choose_target: Callable[[str], str] = self._ask_for_target

    def open_chosen(self) -> None:
        """Let a file be chosen and open it."""
        if name := self.choose_file():
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Read the strategy in a file; say in a sentence what is wrong with it otherwise.

        A file of candles is looked at on the page Data.
        """
        if path.suffix.lower() in _CANDLES:
            self._window.show_data()
            self._window.pages.data_page().import_file(path)
            return
        from app.data.strategy_file import read_strategy

        try:
            strategy = read_strategy(path)
        except BlockbuildersError as error:
            # Some sentences begin with the name of the file as it is.
            head = "" if str(error).startswith(path.name) else f"{' '.join(path.name.split())[:80]}: "
            self.said.emit(f"{head}{error}", True)
            return
        self.read.emit(strategy)

    def export_chosen(self, strategy: Strategy) -> None:
        """Let a place be chosen and write the strategy there."""
        words = "".join(c if c.isalnum() or c in " -_" else " " for c in strategy.name).split()
        if name := self.choose_target(f"{' '.join(words)[:60] or 'strategy'}.json"):
            self.export(strategy, Path(name))

    def export(self, strategy: Strategy, path: Path) -> None:
        """Write a strategy to a file."""
        from app.data.strategy_file import write_strategy

        try:
            write_strategy(path, strategy)
        except BlockbuildersError as error:
            self.said.emit(str(error), True)
            return
        self.said.emit(self.tr("Exported to %1.").replace("%1", path.name), False)

    def _ask_for_file(self) -> str:
        return QFileDialog.getOpenFileName(self._window, self.tr("Open a strategy file"), "", _FILTER)[0]

    def _ask_for_target(self, name: str) -> str:
        return QFileDialog.getSaveFileName(self._window, self.tr("Export the drawing"), name, _FILTER)[0]


def dropped(event: QDropEvent) -> list[Path]:
    """Return the files on this computer that are dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
