"""Help in the window: asked for by menu or F1, with the document that fits the page, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton

if TYPE_CHECKING:
    from app.ui.help.help_page import HelpPage
    from app.ui.main_window import MainWindow
    from app.ui.results.page import ResultsPage

# What help is about, by the page where it is asked for.
_ABOUT = {"results": "metrics.md", "data": "stored-candles.md"}


class HelpDesk(QObject):
    """Makes the page when it is first wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._page: HelpPage | None = None
        self._asked_on = "home"
        window.bar.add_page("help", self.tr("Help"))
        window.bar.offer_page("help", False)
        # A key that no field, list or drawing has taken for itself comes to the window.
        window.installEventFilter(self)

    def add_action(self) -> None:
        """Put help into the menu. The canvas has F1 for itself, so the window takes the key another way."""
        menus = self._window.menus
        menus.add(menus.help, self.tr("How it works") + "\tF1", None, self.open)

    def open(self, name: str = "", heading: str = "") -> None:
        """Show a document; without a name, the one that fits the page."""
        page, shown = self.page(), self._window.bar.shown
        if shown != "help":
            self._asked_on = shown
        page.open(name or _ABOUT.get(shown, ""), heading)
        self._window.show_page("help", page)
        page.reader.setFocus()

    def offer_on(self, results: ResultsPage) -> None:
        """Put a way to the formulas beside the figures of a run."""
        button = QToolButton()
        button.setText(self.tr("Formulas"))
        button.setToolTip(self.tr("How every figure is computed (F1)"))
        button.setAccessibleName(self.tr("How every figure is computed"))
        button.setProperty("segment", True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.open("metrics.md"))
        results.header.add_button(button)

    def page(self) -> HelpPage:
        """Return the page of documents."""
        if self._page is None:
            from app.ui.help.help_page import HelpPage

            self._page = page = HelpPage(self._window.theme)
            page.left.connect(lambda: self._window.bar.page_wanted.emit(self._asked_on))
            self._window.pages.addWidget(page)
        return self._page

    def set_theme(self) -> None:
        """Use the colours of the window."""
        if self._page is not None:
            self._page.set_theme(self._window.theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1:
            self.open()
            return True
        return super().eventFilter(watched, event)
