"""How quick the results page is: `python -m benchmarks.results_page` prints a table; offscreen, medians.

The run is made up: five years of one-minute bars with 5,000 trades. It is opened on the page alone, where it is in
memory, and through the window, from Return in the history to the page, where it is read from the library. "Drawn" is
when every chart and table shows the run; indicators and the verdict, which repeat the run, come later and are not part
of it.
"""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*.warning=false")

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from app.engine.completed import CompletedRun
    from app.ui.results.page import ResultsPage

BARS, TRADES_THERE, SORTED = 2_628_000, 5_000, 50_000
# Seconds by the clock and of work in all threads.
Time = tuple[float, float]
Times = tuple[Time, Time, Time]


class Watch:
    """Says how much time has gone by since it was made, by the clock and in work."""

    def __init__(self) -> None:
        self.begun = time.perf_counter(), time.process_time()

    def read(self) -> Time:
        """Return the time until now."""
        return time.perf_counter() - self.begun[0], time.process_time() - self.begun[1]


class Bench:
    """The page alone, or within the window, looked at from the inside."""

    def __init__(self, app: QApplication) -> None:
        self.app = app

    def rest(self, seconds: float) -> None:
        """Let events be handled."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end)

    def until(self, done: Callable[[], bool]) -> None:
        """Let events be handled until something is so."""
        while not done():
            self.app.processEvents()
            time.sleep(0.0005)

    def timed(self, act: Callable[[], object], page_of: Callable[[], ResultsPage | None]) -> Times:
        """Return seconds to the first paint with figures and trades, to everything drawn, and the longest silence."""
        silence, last = [0.0], [time.perf_counter()]
        timer = QTimer()
        timer.timeout.connect(lambda: self._tick(silence, last))
        timer.start(1)
        watch = Watch()
        last[0] = time.perf_counter()
        act()
        self.until(lambda: (page := page_of()) is not None and page.isVisible() and bool(page.header.title.text()))
        page = page_of()
        assert page is not None
        page.repaint()
        first = watch.read()
        charts = (page.price, page.equity, page.drawdown)
        self.until(
            lambda: (
                page.view is not None
                and bool(page.statistics.histogram.count())
                and all(chart.view is page.view and chart._picture is not None for chart in charts)
            )
        )
        page.repaint()
        drawn = watch.read()
        timer.stop()
        self.rest(0.5)
        page.making.stop()
        return first, drawn, (silence[0], 0.0)

    @staticmethod
    def _tick(silence: list[float], last: list[float]) -> None:
        now = time.perf_counter()
        silence[0], last[0] = max(silence[0], now - last[0]), now


class PageBench(Bench):
    """The page alone, with a run that is in memory."""

    def __init__(self, app: QApplication) -> None:
        from app.canvas.theme import LIGHT
        from app.ui import look
        from app.ui.results.page import ResultsPage

        super().__init__(app)
        self.page = ResultsPage(LIGHT)
        look.apply(self.page, LIGHT)
        self.page.resize(1440, 900)
        self.page.show()
        self.rest(0.5)

    def open(self, run: CompletedRun) -> Times:
        """Show a run, and return how long it took."""
        self.page.show_nothing("", "")
        self.rest(0.1)
        return self.timed(lambda: self.page.show_run(run), lambda: self.page)

    def step(self, rounds: int = 30) -> list[Time]:
        """Return seconds for each step to the next trade, until the charts are painted."""
        page, times = self.page, []
        for _ in range(rounds):
            watch = Watch()
            page.trades.step(1)
            for chart in (page.price, page.equity, page.drawdown):
                chart.repaint()
            page.trades.table.viewport().repaint()
            times.append(watch.read())
        return times


class WindowBench(Bench):
    """The window with a library that holds one run."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        from app.canvas.theme import LIGHT
        from app.ui import look
        from app.ui.main_window import MainWindow

        super().__init__(app)
        settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(settings, folder / "records")
        look.apply(self.window, LIGHT)
        self.window.resize(1440, 900)
        self.window.show()
        self.window.load()
        self.until(lambda: bool(self.window.home.gallery.cards))
        # Nobody is on the history page sooner.
        self.rest(2.0)

    def open(self) -> Times:
        """Open the run from the history by Return, and return how long it took."""
        window = self.window
        window.show_history()
        table = window.history.page().table
        self.until(lambda: table.model().rowCount() == 1)
        table.setFocus()
        table.setCurrentIndex(table.model().index(0, 1))
        self.rest(0.3)
        return self.timed(lambda: QTest.keyClick(table, Qt.Key.Key_Return), lambda: window.results)

    def close(self) -> None:
        """Close the window."""
        self.window.close()


def keep(run: CompletedRun, folder: Path) -> None:
    """Put a run into a new library, as the app does."""
    from app.data.library.library import Library
    from app.data.library.records import RunRequest

    with Library.open(folder) as library:
        revision = library.strategies.save(run.strategy)
        asked = RunRequest(revision.strategy_id, revision.id, None, None, None, run.assumptions)
        run_id = library.runs.begin(asked)
        library.runs.running(run_id)
        library.runs.complete(run_id, run, {}, {})


def sorting() -> list[Time]:
    """Return seconds to sort 50,000 trades by each column, the table painted."""
    from app.canvas.theme import LIGHT
    from app.ui import look
    from app.ui.results.trades_panel import TradesPanel
    from benchmarks.made_up_run import made_up

    panel = TradesPanel(LIGHT)
    look.apply(panel, LIGHT)
    panel.resize(900, 300)
    panel.show_trades(made_up(SORTED * 25, SORTED).trades)
    panel.show()
    times = []
    for column in range(len(panel.model.columns)):
        watch = Watch()
        panel.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        panel.table.viewport().repaint()
        times.append(watch.read())
    return times


def _row(name: str, times: list[Time], goal: str) -> str:
    clock, work = zip(*times, strict=True)
    spent = f"{statistics.median(work) * 1000:,.0f} ms" if any(work) else ""
    return f"| {name} | {statistics.median(clock) * 1000:,.0f} ms | {max(clock) * 1000:,.0f} ms | {spent} | {goal} |"


def _opening(where: str, opened: list[Times]) -> None:
    print(_row(f"first paint, {where}", [each[0] for each in opened], "300 ms"))
    print(_row(f"everything drawn, {where}", [each[1] for each in opened], "1,500 ms"))
    print(_row("longest time without an answer meanwhile", [each[2] for each in opened], ""))


def main() -> None:
    """Print the table."""
    from benchmarks.made_up_run import made_up

    app = QApplication(["bench"])
    app.setStyle("Fusion")
    gc.disable()
    run = made_up(BARS, TRADES_THERE)
    print(f"{BARS:,} bars, {TRADES_THERE:,} trades; load {os.getloadavg()[0]:.1f}\n")
    print("| | median | worst | CPU | wanted |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as own:
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = f"{own}/{name.lower()}"
        keep(run, Path(own) / "records")
        whole = WindowBench(app, Path(own))
        _opening("through the window, the first time since its start", [whole.open()])
        _opening("through the window", [whole.open() for _ in range(7)])
        whole.close()
    bench = PageBench(app)
    bench.open(run)
    _opening("page alone", [bench.open(run) for _ in range(7)])
    print(_row("step to the next trade, painted", bench.step(), ""))
    print(_row(f"sort {SORTED:,} trades, painted", sorting(), "100 ms"))
    bench.page.close_down()


if __name__ == "__main__":
    main()
