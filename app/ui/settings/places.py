"""What is kept on this computer: how much, where, and a way there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from app.ui.labels import label
from app.ui.settings.section import Section, button, paragraph

KINDS = ("library", "backups", "candles", "config")


class Places(Section):
    """A row for each kind of thing that is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        about = _tr("Everything stays in these folders. Nothing is sent anywhere: no account, no cloud, no statistics.")
        super().__init__(_tr("On this computer"), about, parent)
        self.open_folder: Callable[[Path], object] = lambda path: QDesktopServices.openUrl(
            QUrl.fromLocalFile(str(path))
        )
        self.names = {
            "library": _tr("Strategies and runs"),
            "backups": _tr("Backups"),
            "candles": _tr("Candles"),
            "config": _tr("Settings"),
        }
        self.sizes: dict[str, QLabel] = {}
        self.paths: dict[str, QLabel] = {}
        self.buttons: dict[str, QPushButton] = {}
        self._folders: dict[str, Path] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        for row, kind in enumerate(KINDS):
            self._add(grid, row, kind)
        self.body.addLayout(grid)

    def show_size(self, kind: str, text: str) -> None:
        """Say how much there is of a kind."""
        self.sizes[kind].setText(text)

    def show_folder(self, kind: str, path: Path) -> None:
        """Say where a kind is kept; a folder that is not there yet cannot be opened."""
        self._folders[kind] = path
        # A path has no spaces to break at, so every part of it may end a line.
        self.paths[kind].setText(str(path).replace("/", "/\u200b").replace("\\", "\\\u200b"))
        self.buttons[kind].setEnabled(path.is_dir())

    def folder(self, kind: str) -> Path | None:
        """Return where a kind is kept, once that is known."""
        return self._folders.get(kind)

    def _add(self, grid: QGridLayout, row: int, kind: str) -> None:
        name = self.names[kind]
        self.sizes[kind] = paragraph("…", pixels=12, muted=True)
        path = self.paths[kind] = paragraph("", pixels=12, muted=True)
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        open_ = self.buttons[kind] = button(
            _tr("Open folder"), lambda: self._open(kind), _tr("Open the folder: %1").replace("%1", name)
        )
        open_.setEnabled(False)
        top = Qt.AlignmentFlag.AlignTop
        texts = QGridLayout()
        texts.setVerticalSpacing(2)
        texts.addWidget(self.sizes[kind], 0, 0)
        texts.addWidget(path, 1, 0)
        grid.addWidget(label(name, weight=550), 2 * row, 0, top)
        grid.addLayout(texts, 2 * row, 1)
        grid.addWidget(open_, 2 * row, 2, top)

    def _open(self, kind: str) -> None:
        path = self._folders.get(kind)
        if path is not None:
            self.open_folder(path)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
