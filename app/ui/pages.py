"""The pages that are made when they are first wanted, and tied to the window that they are part of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.ui.home import Home

if TYPE_CHECKING:
    from app.ui.builder import Builder
    from app.ui.data_page import DataPage
    from app.ui.main_window import MainWindow
    from app.ui.results.page import ResultsPage


class Pages(QStackedWidget):
    """Home, the builder, the data and the results; others put theirs beside them by themselves."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.home = Home(window.theme)
        self.builder: Builder | None = None
        self.data: DataPage | None = None
        self.results: ResultsPage | None = None
        self.addWidget(self.home)

    def setCurrentWidget(self, page: QWidget) -> None:
        """Show a page. Its keys work at once: the hand need not go there first, and Tab leads on from there."""
        super().setCurrentWidget(page)
        page.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        page = self.currentWidget()
        if page is not None and self.window().focusWidget() is None:
            page.setFocus()

    def builder_page(self) -> Builder:
        """Return the page with the drawing."""
        if self.builder is None:
            from app.ui.builder import Builder

            window = self._window
            self.builder = builder = Builder(window.theme, window.run_settings(), window.candles())
            builder.setFocusProxy(builder.canvas)
            self.addWidget(builder)
            builder.strategy_changed.connect(window.follow)
            builder.result.hovered.connect(lambda bar: window.first_steps.done("point" if bar >= 0 else ""))
            builder.run_wanted.connect(window.run_drawing)
            self._add_versions(builder)
            window.memory.remember_panels(builder.panels)
            window.memory.remember_shares("builder", builder)
            window.menus.add_commands(builder.commands)
            window.entries.offer_pages("builder", "results")
        return self.builder

    def data_page(self) -> DataPage:
        """Return the page of stored candles."""
        if self.data is None:
            from app.ui.data_page import DataPage

            self.data = DataPage(self._window.candles(), self._window.theme)
            self.addWidget(self.data)
        return self.data

    def results_page(self) -> ResultsPage:
        """Return the page of the run that was opened last."""
        if self.results is None:
            from app.ui.results.page import ResultsPage

            window = self._window
            self.results = results = ResultsPage(window.theme)
            results.said.connect(window.say)
            window.memory.remember_columns("trades", results.trades.table)
            window.memory.remember_shares("results", results)
            window.help.offer_on(results)
            self.addWidget(results)
            window.history.attach(results)
        return self.results

    def set_theme(self) -> None:
        """Use the colours of the window on every page."""
        window = self._window
        for page in (self.home, self.builder, self.data, self.results):
            if page is not None:
                page.set_theme(window.theme)
        for desk in (window.history, window.help, window.setup):
            desk.set_theme()

    def close_down(self) -> None:
        """Stop what the pages have under way."""
        for page in (self.builder, self.results):
            if page is not None:
                page.close_down()

    def _add_versions(self, builder: Builder) -> None:
        from app.ui.versions_panel import VersionsPanel

        window = self._window
        versions = VersionsPanel(builder.editor, window.shelf, window.keeper, builder)
        versions.restored.connect(window.keeper.save)
        versions.compare_wanted.connect(window.history.compare_versions)
        builder.side.addTab(versions, self.tr("Versions"))
