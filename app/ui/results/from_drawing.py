"""The result of the drawing, opened on the results page without being kept."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from app.canvas.theme import Theme
from app.engine.completed import CompletedRun, completed
from app.engine.result import BacktestResult
from app.ui.builder import Builder
from app.ui.charts.run_view import RunView
from app.ui.loader import Loader
from app.ui.results.extras import Extras
from app.ui.results.page import ResultsPage


class FromDrawing(QObject):
    """Hands what the builder shows over to the page; making a record of it takes a thread."""

    def __init__(self, builder: Builder, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.page = ResultsPage(theme)
        self._builder = builder
        self._shown: RunView | None = None
        self._loader: Loader | None = None
        builder.result.shown.connect(self._renew)

    def open(self) -> None:
        """Show the result of the drawing, unless it is shown already; say so where there is none yet."""
        self.page.price.setFocus()
        view, drawing = self._builder.result.view, self._builder.editor.strategy
        if view is None or view.outcome.state != "done":
            self._shown = None
            text = self.tr("This drawing has no result yet: connect an entry, and let it run.")
            self.page.show_nothing(drawing.name, text)
            return
        run = self.page.run
        if view is self._shown and (run is None or run.strategy.name == drawing.name):
            return
        self._shown = view
        result, known = view.result, {block.id for block in view.result.strategy.blocks}
        # The run itself knows neither the name nor where the blocks stand.
        layout = {name: place for name, place in drawing.layout.items() if name in known}
        named = replace(result, strategy=replace(result.strategy, name=drawing.name, layout=layout))
        self._loader = Loader(self)
        self._loader.done.connect(lambda made, view=view: self._show(view, *made))
        self._loader.start(lambda: _record(named))

    def _renew(self) -> None:
        """Show a result that has come since the trader looked for one in vain."""
        if self.page.isVisible() and self.page.run is None and self._shown is None:
            self.open()

    def _show(self, view: RunView, run: CompletedRun, result: BacktestResult) -> None:
        if view is self._shown:
            self.page.show_run(run, Extras(result=result))


def _record(result: BacktestResult) -> tuple[CompletedRun, BacktestResult]:
    return completed(result), result
