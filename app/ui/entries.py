"""What the window itself can do, as entries of its menus with their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class Entries:
    """Fills File, View and Help. What needs a drawing, or a page that is not there yet, cannot be chosen until then."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._menus = window, window.menus
        tr, keys, drawings = window.tr, QKeySequence.StandardKey, window.drawings
        file, view = self._menus.file, self._menus.view
        add = self._menus.add
        self.new = add(file, tr("New drawing"), keys.New, drawings.start_new)
        self.open = add(file, tr("Open a file…"), keys.Open, window.files.open_chosen)
        file.addSeparator()
        self.save = add(file, tr("Save"), keys.Save, drawings.save)
        noted = add(file, tr("Save with a note…"), QKeySequence("Ctrl+Shift+S"), drawings.save_with_note)
        self.export = add(file, tr("Export the drawing…"), QKeySequence("Ctrl+Shift+E"), drawings.export)
        self.run = add(file, tr("Run"), QKeySequence("Ctrl+R"), window.run_drawing)
        file.addSeparator()
        window.setup.add_action()
        add(file, tr("Quit"), keys.Quit, window.close)
        add(view, tr("Home"), QKeySequence("Alt+1"), window.show_home)
        self._pages = {
            "builder": add(view, tr("Builder"), QKeySequence("Alt+2"), window.show_builder),
            "results": add(view, tr("Results"), QKeySequence("Alt+3"), window.show_results),
            "history": add(view, tr("History"), QKeySequence("Alt+4"), window.show_history),
            "data": add(view, tr("Data"), QKeySequence("Alt+5"), window.show_data),
        }
        window.help.add_action()
        self._of_drawing: tuple[QAction, ...] = (self.save, noted, self.export, self.run)
        for action in (self.new, self.open, *self._pages.values()):
            action.setEnabled(False)
        self.show_drawing(False)

    def offer_drawings(self) -> None:
        """Let drawings be begun and opened."""
        self.new.setEnabled(True)
        self.open.setEnabled(True)

    def offer_pages(self, *pages: str) -> None:
        """Let these pages be gone to, here and by their buttons."""
        for page in pages:
            self._pages[page].setEnabled(True)
            self._window.bar.offer_page(page, True)

    def show_drawing(self, shown: bool) -> None:
        """Let the drawing be saved, exported and run, or not: it is shown, or another page is."""
        self._menus.show_drawing(shown)
        for action in self._of_drawing:
            action.setEnabled(shown)
