"""The result of the drawing, opened on the results page without being kept."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from app.canvas.theme import Theme
from app.engine.completed import CompletedRun, completed
from app.engine.result import BacktestResult
from app.strategy.document import Strategy
from app.ui.charts.run_view import RunView
from app.ui.loader import Loader
from app.ui.results.extras import Extras
from app.ui.results.page import ResultsPage


class FromDrawing(QObject):
    """Hands what the builder shows over to the page; making a record of it takes a thread."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.page = ResultsPage(theme)
        self._shown: RunView | None = None
        self._loader: Loader | None = None

    def open(self, view: RunView | None, drawing: Strategy) -> None:
        """Show the result of a drawing, unless it is shown already; say so where there is none yet."""
        if view is None or view.outcome.state != "done":
            self._shown = None
            text = self.tr("This drawing has no result yet: connect an entry, and let it run.")
            self.page.show_nothing(drawing.name, text)
            return
        if view is self._shown and self.page.run is not None:
            return
        self._shown = view
        result, known = view.result, {block.id for block in view.result.strategy.blocks}
        # The run itself knows neither the name nor where the blocks stand.
        layout = {name: place for name, place in drawing.layout.items() if name in known}
        named = replace(result, strategy=replace(result.strategy, name=drawing.name, layout=layout))
        self._loader = Loader(self)
        self._loader.done.connect(lambda made, view=view: self._show(view, *made))
        self._loader.start(lambda: _record(named))

    def renew(self, view: RunView | None, drawing: Strategy) -> None:
        """Show a result that has come since the trader looked for one in vain."""
        if self.page.isVisible() and self.page.run is None and self._shown is None:
            self.open(view, drawing)

    def _show(self, view: RunView, run: CompletedRun, result: BacktestResult) -> None:
        if view is self._shown:
            self.page.show_run(run, Extras(result=result))


def _record(result: BacktestResult) -> tuple[CompletedRun, BacktestResult]:
    return completed(result), result
