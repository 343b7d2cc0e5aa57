"""What the window remembers between starts; what cannot be read there counts as never set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.ui import look
from app.ui.splitter import Splitter

if TYPE_CHECKING:
    from app.ui.panels import Panels
    from app.ui.row_table import RowTable
    from app.ui.run_settings import RunSettings


_USUAL = QSize(1440, 920)


class Memory:
    """Colours, place of the window, columns, how pages are divided, the last strategy and what it is run with."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def theme(self) -> str:
        """Which colours are chosen: "system", "light" or "dark"."""
        choice = str(self._settings.value("theme", "system"))
        return choice if choice in look.CHOICES else "system"

    @theme.setter
    def theme(self, choice: str) -> None:
        self._settings.setValue("theme", choice)

    @property
    def welcomed(self) -> bool:
        """Whether the trader has had the welcome."""
        return str(self._settings.value("welcomed", "false")).lower() == "true"

    @welcomed.setter
    def welcomed(self, seen: bool) -> None:
        self._settings.setValue("welcomed", seen)

    @property
    def strategy(self) -> str:
        """The id of the saved strategy that was drawn last; "" where the last drawing was not saved."""
        return str(self._settings.value("strategy", ""))

    @strategy.setter
    def strategy(self, strategy_id: str) -> None:
        if strategy_id != self.strategy:
            self._settings.setValue("strategy", strategy_id)

    @property
    def run(self) -> RunSettings:
        """Period, costs and capital of a backtest."""
        from app.ui.run_settings import load

        return load(self._settings)

    @run.setter
    def run(self, run: RunSettings) -> None:
        from app.ui.run_settings import save

        save(self._settings, run)

    def remember_columns(self, name: str, table: RowTable) -> None:
        """Arrange the columns of a table as they were last, and remember it whenever that changes."""
        table.arrange(str(self._settings.value(f"columns/{name}", "")))
        table.rearranged.connect(lambda: self._settings.setValue(f"columns/{name}", table.arrangement()))

    def remember_panels(self, panels: Panels) -> None:
        """Put away what was put away last beside the drawing, and remember it whenever that changes."""
        panels.arrange(str(self._settings.value("panels", "")))
        panels.rearranged.connect(lambda: self._settings.setValue("panels", panels.arrangement()))

    def remember_shares(self, name: str, page: QWidget) -> None:
        """Divide a page among its parts as the hand did last, and remember it whenever that changes."""
        for splitter in page.findChildren(Splitter):
            key = f"shares/{name}-{splitter.objectName()}"
            splitter.arrange(str(self._settings.value(key, "")))
            splitter.rearranged.connect(partial(self._keep_shares, key, splitter))

    def _keep_shares(self, key: str, splitter: Splitter) -> None:
        self._settings.setValue(key, splitter.arrangement())

    def put_in_place(self, window: QWidget) -> None:
        """Put a window where it was last, or else in the middle of the screen."""
        place = self._settings.value("place")
        if not isinstance(place, QByteArray) or not window.restoreGeometry(place):
            screen = QGuiApplication.primaryScreen().availableSize()
            window.resize(_USUAL.boundedTo(screen * 0.94))

    def keep_place(self, window: QWidget) -> None:
        """Remember where a window is, and write down everything."""
        self._settings.setValue("place", window.saveGeometry())
        self._settings.sync()
