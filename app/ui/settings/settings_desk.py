"""From the page Settings to the window, its library and its candles, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from app import paths

if TYPE_CHECKING:
    from pathlib import Path

    from app.data.library.library import Library
    from app.data.library.records import Backup, Storage
    from app.errors import BlockbuildersError
    from app.jobs.stored_series import Shelves
    from app.ui.main_window import MainWindow
    from app.ui.settings.settings_page import SettingsPage

    Found = tuple[tuple[Path, Path], Storage, tuple[Backup, ...]]


class SettingsDesk(QObject):
    """Makes the page when it is first wanted, and fills it whenever it is shown.

    `said` is a sentence, whether it is a bad one, the name of a button and what it does ("" and None without one).
    """

    said = Signal(str, bool, str, object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._shelf = window, window.shelf
        self._page: SettingsPage | None = None
        self._asked_on = "home"
        self._busy = False
        window.bar.add_page("settings", self.tr("Settings"))
        window.bar.offer_page("settings", False)
        self._shelf.changed.connect(self._changed)
        self._shelf.replaced.connect(window.keeper.look_again)

    def add_action(self) -> None:
        """Put the page into the menu File."""
        menus = self._window.menus
        menus.add(menus.file, self.tr("Settings…"), QKeySequence("Ctrl+,"), self.open)

    def open(self) -> None:
        """Show the page."""
        page, shown = self.page(), self._window.bar.shown
        if shown != "settings":
            self._asked_on = shown
        self.refresh()
        self._window.show_page("settings", page)
        page.verticalScrollBar().setValue(0)
        page.appearance.buttons[self._window.theme_choice()].setFocus()

    def page(self) -> SettingsPage:
        """Return the page."""
        if self._page is None:
            from app.ui.settings.settings_page import SettingsPage

            self._page = page = SettingsPage()
            page.left.connect(lambda: self._window.bar.page_wanted.emit(self._asked_on))
            page.appearance.chosen.connect(self._window.menus.choose)
            page.usual.changed.connect(self._set_usual)
            page.backups.wanted.connect(self.back_up)
            page.backups.go_back_wanted.connect(self.go_back)
            self._window.pages.addWidget(page)
        return self._page

    def set_theme(self) -> None:
        """Show which colours the window has."""
        if self._page is not None:
            self._page.appearance.show_choice(self._window.theme_choice())

    def refresh(self) -> None:
        """Show everything as it is now."""
        page = self.page()
        page.appearance.show_choice(self._window.theme_choice())
        page.usual.show_settings(self._window.run_settings())
        page.places.show_folder("config", paths.config_folder())
        page.places.show_size("config", self.tr("The place of the window, colours, addresses of exchanges"))
        page.places.show_folder("candles", paths.cache_folder())
        self._look_at_candles()
        self._look_at_library()

    # Backups.

    def back_up(self) -> None:
        """Make a backup now."""

        def done(backup: Backup) -> None:
            from app.ui.settings.backups import size_text

            text = self.tr("A backup of %1 is made.").replace("%1", size_text(backup.size))
            self.said.emit(text, False, "", None)
            self._end()

        self._begin()
        self._shelf.ask(lambda library: library.back_up(), done, self._failed)

    def go_back(self, backup: Backup) -> None:
        """Have everything as a backup has it; the backup made of how it is now leads back again."""
        from app.ui.times import minute

        self._begin()
        window = self._window
        window.drawings.settle()
        window.keep_draft()

        def done(backups: tuple[Backup, ...]) -> None:
            before = next((one for one in backups if one.reason == "before-going-back"), None)
            text = self.tr("Strategies and runs are as they were on %1.").replace("%1", minute(backup.made_ms))
            undo = self.tr("Undo") if before is not None else ""
            self.said.emit(text, False, undo, (lambda: self.go_back(before)) if before is not None else None)
            self._end()

        self._shelf.go_back(backup, done, self._failed)

    def _begin(self) -> None:
        self._busy = True
        self.page().backups.allow(False)

    def _end(self) -> None:
        self._busy = False
        self._look_at_library()

    def _failed(self, error: BlockbuildersError) -> None:
        self.said.emit(str(error), True, "", None)
        self._end()

    # What there is.

    def _changed(self) -> None:
        if self._page is not None and self._page.isVisible():
            self._look_at_library()

    def _look_at_library(self) -> None:
        def look(library: Library) -> Found:
            return library.folders(), library.storage(), library.backups()

        self._shelf.ask(look, self._show_library, self._not_there)

    def _show_library(self, found: Found) -> None:
        from app.data.library.library import now_ms
        from app.results.numbers import count
        from app.ui.settings.backups import size_text

        folders, storage, backups = found
        places = self.page().places
        runs = count(storage.runs, self.tr("run"))
        places.show_size("library", f"{runs}  ·  {size_text(storage.records + storage.curves)}")
        places.show_size("backups", f"{count(len(backups), self.tr('backup'))}  ·  {size_text(storage.backups)}")
        for kind, folder in zip(("library", "backups"), folders, strict=True):
            places.show_folder(kind, folder)
        self.page().backups.show_backups(backups, now_ms())
        self.page().backups.allow(not self._busy and not self._shelf.read_only)

    def _not_there(self, error: BlockbuildersError) -> None:
        self.page().places.show_size("library", str(error))
        self.page().places.show_size("backups", "–")
        self.page().backups.show_backups((), 0)
        self.page().backups.allow(False)

    def _look_at_candles(self) -> None:
        from app.jobs import stored_series

        desk, places = self._window.candles(), self.page().places

        def show(shelves: Shelves) -> None:
            from app.ui.data_words import size_text

            text = self.tr("%1 candles  ·  %2  ·  can be fetched again at any time")
            places.show_size(
                "candles", text.replace("%1", f"{shelves.candles:,}").replace("%2", size_text(shelves.bytes))
            )

        store = desk.store
        desk.later(lambda: stored_series.look(store), show, lambda sentence: places.show_size("candles", sentence))

    # The next backtest.

    def _set_usual(self) -> None:
        self._window.use_run_settings(self.page().usual.settings())
