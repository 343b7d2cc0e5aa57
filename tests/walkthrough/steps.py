"""The steps of a new user, from the welcome to the history, each checked by what it leads to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from walkthrough.hands import Hand

from app.strategy.document import Wire
from app.ui.builder import Builder
from app.ui.main_window import MainWindow
from app.ui.results.page import ResultsPage

PATIENCE = 30.0


class Walk:
    """Goes through a window; `look` takes a picture of it under a name."""

    def __init__(self, window: MainWindow, hand: Hand, look: Callable[[str], None], rest_ms: int = 400) -> None:
        self.window, self.hand, self._look, self._rest_ms = window, hand, look, rest_ms
        self.changed_after = float("inf")
        self._begin = time.monotonic()
        self._number = 0

    def all_steps(self) -> Iterator[tuple[float, str]]:
        """Take every step, and yield the seconds since the start and the step's name after each."""
        yield from self.take(*self.first_steps(), *self.building(), *self.judging(), *self.looking_around())

    def take(self, *steps: Callable[[], None]) -> Iterator[tuple[float, str]]:
        """Take these steps, and yield the seconds since the start and the step's name after each."""
        for step in steps:
            step()
            yield time.monotonic() - self._begin, step.__name__

    def first_steps(self) -> tuple[Callable[[], None], ...]:
        """Return what leads to the first changed result."""
        return (self.welcome, self.template_runs, self.drag_a_number)

    def building(self) -> tuple[Callable[[], None], ...]:
        """Return what is done with the drawing."""
        return (self.point_at_a_bar, self.add_a_block, self.connect_a_wire, self.undo, self.save)

    def judging(self) -> tuple[Callable[[], None], ...]:
        """Return what is done with a run."""
        return (self.run, self.findings, self.statistics, self.ask_about_a_trade, self.ask_about_a_bar)

    def looking_around(self) -> tuple[Callable[[], None], ...]:
        """Return the way through the other pages."""
        return (self.versions, self.home, self.data, self.history)

    # To the first changed result.

    def welcome(self) -> None:
        """See the welcome and the templates."""
        self.until(lambda: self.window.home.welcome.isVisible() and bool(self.window.home.gallery.cards))
        self.picture("welcome")

    def template_runs(self) -> None:
        """Let the welcome show an idea at work."""
        self.click(self.window.home.welcome.start)
        self.until(lambda: self.window.builder is not None and self.ran())
        assert len(self.builder.result.view.trades) > 0  # type: ignore[union-attr]
        self.picture("template runs")

    def drag_a_number(self) -> None:
        """Drag the number on a block, and see another equity curve."""
        before = self._equity()
        at = self.value("less_1", "value")
        self.hand.move(at)
        self.hand.press()
        for pixels in range(2, 42, 4):
            self.hand.move(at + QPoint(pixels, 0))
        self.until(lambda: self._equity() != before)
        self.changed_after = time.monotonic() - self._begin
        self.picture("dragging a number")
        self.hand.release()
        self.until(self.ran)
        self.picture("another result")

    # The drawing.

    def point_at_a_bar(self) -> None:
        """Point at a bar of the price chart, and read what every block said there."""
        chart = self.builder.result.panes.price
        self.hand.move(chart.mapToGlobal(chart.rect().center() - QPoint(61, 0)))
        self.hand.move(chart.mapToGlobal(chart.rect().center() - QPoint(60, 0)))
        self.until(lambda: bool(self.builder.canvas.canvas.tags))
        assert self.builder.result.reason.isVisible()
        self.picture("pointing at a bar")

    def add_a_block(self) -> None:
        """Double-click on the empty canvas and type what is wanted."""
        canvas = self.builder.canvas
        self.hand.double_click(self.empty_place())
        self.until(canvas.quick_add.isVisible)
        self.hand.type("oversold")
        self.picture("finding a block")
        self.hand.key("Return")
        self.until(lambda: self.builder.editor.strategy.block("rsi_2") is not None)
        self.picture("a block added")

    def connect_a_wire(self) -> None:
        """Draw a wire from the new block to a condition that has another one, which it replaces."""
        canvas = self.builder.canvas.canvas
        start = self.on_canvas(canvas.port_place("rsi_2", "value", "output"))
        end = self.on_canvas(canvas.port_place("greater_2", "left", "input"))
        self.hand.move(start)
        self.hand.press()
        for step in range(1, 7):
            self.hand.move(start + (end - start) * (step / 6))
            if step == 4:
                self.picture("drawing a wire")
        self.hand.release()
        self.until(lambda: Wire("rsi_2", "value", "greater_2", "left") in self.builder.editor.strategy.wires)
        self.until(self.ran)
        self.picture("a wire connected")

    def undo(self) -> None:
        """Take back the wire and the block."""
        for _ in range(2):
            self.hand.key("Ctrl+Z")
        self.until(lambda: self.builder.editor.strategy.block("rsi_2") is None)
        self.until(self.ran)

    def save(self) -> None:
        """Save with the keys."""
        self.hand.key("Ctrl+S")
        self.until(lambda: self.window.bar.state.text() == "Saved as version 1")
        self.picture("saved")

    # The run.

    def run(self) -> None:
        """Press Run and wait for the values behind the result."""
        self.click(self.builder.run_button)
        self.until(lambda: self.window.pages.currentWidget() is self.window.results)
        self.until(lambda: self.results.values is not None)
        assert self.results.run is not None

    def findings(self) -> None:
        """Read what speaks against it, once all of that is worked out."""
        self.until(lambda: self.results.complete)
        self.picture("results")

    def statistics(self) -> None:
        """Look at months, hours and other parts of the run."""
        self.tab(1)
        self.picture("statistics")

    def ask_about_a_trade(self) -> None:
        """Choose a trade in the table and ask why."""
        trades = self.results.trades
        self.bring(trades)
        row = trades.table.visualRect(trades.model.index(1, 1)).center()
        self.click_at(trades.table.viewport().mapToGlobal(row))
        self.until(trades.why.isEnabled)
        self.click(trades.why)
        self.until(lambda: bool(self.results.why.story.title.text()))
        self.picture("why this trade")

    def ask_about_a_bar(self) -> None:
        """Ask why nothing was done at a bar."""
        price = self.results.price
        plot = price.plot()
        self.click_at(price.mapToGlobal(QPoint(round(plot.left()) + 40, round(plot.bottom()) - 6)))
        self.until(lambda: not self.results.why.story.title.isVisible() and self.results.why.answer is not None)
        self.picture("why this bar")

    # The other pages.

    def versions(self) -> None:
        """Go back to the drawing and look at its versions."""
        self.click(self.window.bar.page("builder"))
        self.until(lambda: self.window.pages.currentWidget() is self.builder)
        side = self.builder.side
        at = side.tabBar().tabRect(side.count() - 1).center()
        self.click_at(side.tabBar().mapToGlobal(at))
        self.picture("versions")

    def home(self) -> None:
        """See the strategy among the saved ones."""
        self.click(self.window.bar.page("home"))
        self.until(lambda: bool(self.window.home.saved.rows))
        self.picture("home")

    def data(self) -> None:
        """See what candles are stored."""
        self.click(self.window.bar.page("data"))
        self.until(lambda: self.window.data is not None and "Looking" not in self.window.data.summary.text())
        self.picture("data")

    def history(self) -> None:
        """See all runs."""
        page = self.window.bar.page("history")
        self.click(page)
        self.until(page.isChecked)
        self.picture("history")

    # How.

    @property
    def builder(self) -> Builder:
        """The page with the drawing."""
        assert self.window.builder is not None
        return self.window.builder

    @property
    def results(self) -> ResultsPage:
        """The page with the run."""
        assert self.window.results is not None
        return self.window.results

    def picture(self, name: str) -> None:
        """Let the window come to rest, then take a picture of it."""
        QTest.qWait(self._rest_ms)
        self._number += 1
        self._look(f"{self._number:02d} {name}".replace(" ", "-"))

    def until(self, done: Callable[[], object]) -> None:
        """Wait for something to be true."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                self._look("stuck")
                raise AssertionError("The window did not get there in time; the picture 'stuck' shows where it stands.")
            QTest.qWait(10)

    def click(self, widget: QWidget) -> None:
        """Click in the middle of a widget."""
        assert widget.isVisible()
        self.click_at(widget.mapToGlobal(widget.rect().center()))

    def click_at(self, at: QPoint) -> None:
        """Click at a place of the screen."""
        self.hand.move(at)
        self.hand.press()
        self.hand.release()

    def bring(self, part: QWidget) -> None:
        """Scroll to the end of a part, as one has to on a low screen."""
        around = part.parentWidget()
        while around is not None:
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(part)
            around = around.parentWidget()
        QTest.qWait(50)

    def tab(self, number: int) -> None:
        """Choose a tab beside the charts of a run."""
        bar = self.results.side.tabBar()
        self.click_at(bar.mapToGlobal(bar.tabRect(number).center()))
        self.until(lambda: self.results.side.currentIndex() == number)

    def on_canvas(self, place: QPointF) -> QPoint:
        """Return where a place of the drawing is on the screen."""
        canvas = self.builder.canvas
        return canvas.viewport().mapToGlobal(canvas.mapFromScene(place))

    def value(self, block_id: str, name: str) -> QPoint:
        """Return where a number on a block is on the screen."""
        item = self.builder.canvas.canvas.blocks[block_id]
        field = next(field for field in item.face.fields if field.param.name == name)
        return self.on_canvas(item.pos() + QPointF(field.x + field.width / 2, field.y))

    def empty_place(self) -> QPoint:
        """Return a place on the screen where the canvas is empty, with room for a block."""
        view = self.builder.canvas
        box = view.viewport().rect().adjusted(40, 40, -40, -40)
        for y in range(box.bottom(), box.top(), -20):
            for x in range(box.left(), box.right(), 20):
                area = view.mapToScene(QPoint(x, y))
                if (
                    all(
                        not item.body.translated(item.pos()).adjusted(-120, -70, 120, 70).contains(area)
                        for item in view.canvas.blocks.values()
                    )
                    and view.childAt(QPoint(x, y)) is view.viewport()
                ):
                    return view.viewport().mapToGlobal(QPoint(x, y))
        raise AssertionError("The canvas has no empty place.")

    def ran(self) -> bool:
        """Return whether the drawing as it is now has been run and shown."""
        view, drawing = self.builder.result.view, self.builder.editor.strategy
        if view is None:
            return False
        ran = view.outcome.request.strategy
        return (ran.blocks, ran.wires, ran.symbol) == (drawing.blocks, drawing.wires, drawing.symbol)

    def _equity(self) -> list[float]:
        view = self.builder.result.view
        assert view is not None
        return [float(value) for value in view.equity]
