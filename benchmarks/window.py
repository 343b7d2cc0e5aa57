"""How quick the window is: `python -m benchmarks.window` prints a table; offscreen, medians.

A frame counts when it is painted: the slider's figure runs from the change of the value to the end of the paint that
shows both new curves. Beside the time by the clock stands the work of all threads of the process; where the time is one
in which the window does not answer, the work of the window's own thread in it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*.warning=false")

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from app.desktop import make_application
from app.ui.garbage import Collector
from benchmarks.canvas import drawing

_FIRST_PAINT = """
import sys, time
begun = time.perf_counter()
from app.desktop import make_application
from app.ui import look
from app.ui.main_window import MainWindow
from PySide6.QtCore import QSettings
app = make_application(["x"])
window = MainWindow(QSettings(sys.argv[1], QSettings.Format.IniFormat))
look.apply(window, window.theme)
window.show()
while not app.focusWindow():
    app.processEvents()
window.repaint()
print(time.perf_counter() - begun)
"""


def first_paint(rounds: int = 7) -> list[float]:
    """Return the seconds from the start of Python to the first paint of the window."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            begun = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", _FIRST_PAINT, f"{folder}/w.ini"], check=True, capture_output=True, timeout=60
            )
            times.append(time.perf_counter() - begun)
    return times


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of work by the processor, which other programs do not stretch."""

    wall: float
    work: float | None = None


class Watch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._wall, self._work = time.perf_counter(), time.process_time()

    def took(self) -> Took:
        """Return the time since."""
        return Took(time.perf_counter() - self._wall, time.process_time() - self._work)


class Bench:
    """A window with a template, measured from the inside."""

    def __init__(self, folder: Path, app: QApplication) -> None:
        from app.canvas.theme import LIGHT
        from app.ui import look
        from app.ui.main_window import MainWindow

        self.app = app
        self.window = MainWindow(QSettings(str(folder / "w.ini"), QSettings.Format.IniFormat), folder)
        look.apply(self.window, LIGHT)
        self.window.resize(1440, 920)
        self.window.show()
        self.window.load()
        self.wait(lambda: bool(self.window.home.gallery.cards))

    def wait(self, until: Callable[[], bool], seconds: float = 60.0) -> None:
        """Let events be handled until something is so."""
        end = time.monotonic() + seconds
        while not until():
            self.app.processEvents()
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.0002)

    def open(self, timeframe: str, days: int | None) -> None:
        """Draw the RSI template on a timeframe, with a period."""
        from app.market.timeframe import Timeframe
        from app.strategy import edits, templates
        from app.ui.run_settings import PERIODS

        strategy = edits.set_timeframe(templates.template("rsi_dip").strategy, Timeframe.parse(timeframe))
        self.window.open_strategy(strategy)
        result = self.result
        result.run_bar.periods.buttons.button(PERIODS.index(days)).click()
        self.wait(lambda: self.settled(strategy.timeframe.ms, days))
        self.rest(3.0)

    def settled(self, step_ms: int, days: int | None) -> bool:
        """Return whether the result shown is that of this timeframe and period."""
        view = self.result.view
        return view is not None and view.bars.step_ms == step_ms and view.outcome.request.period.days == days

    def rest(self, seconds: float) -> None:
        """Let loops be compiled and events be handled."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.002)

    @property
    def result(self):  # type: ignore[no-untyped-def]
        """The panel below the canvas."""
        builder = self.window.builder
        assert builder is not None
        return builder.result

    def slider(self, rounds: int = 30) -> list[Took]:
        """Return the time from a change of the slider of the RSI's period to both curves painted."""
        builder = self.window.builder
        assert builder is not None
        builder.editor.select(["rsi_1"])
        self.rest(0.2)
        slider = builder.form.rows["period"].slider
        times = []
        for number in range(rounds):
            before, frames = self.result.view, (self.result.price.frames, self.result.equity.frames)
            watch = Watch()
            slider.setValue(slider.minimum() + 20 + 9 * number)
            painted = self.result
            self.wait(
                lambda before=before, frames=frames, painted=painted: (  # type: ignore[misc]
                    painted.view is not before
                    and painted.price.frames > frames[0]
                    and painted.equity.frames > frames[1]
                    and painted.price._picture is not None
                    and painted.equity._picture is not None
                )
            )
            times.append(watch.took())
            self.rest(0.02)
        return times

    def blocked(self, rounds: int = 60) -> list[Took]:
        """Return the longest time without an answer after each step of a dragged slider."""
        builder = self.window.builder
        assert builder is not None
        slider = builder.form.rows["period"].slider
        return [
            self.longest(lambda at=15 + 6 * number: slider.setValue(slider.minimum() + at), 0.016)  # type: ignore[misc]
            for number in range(rounds)
        ]

    def switched(self, rounds: int = 48) -> list[Took]:
        """Return the longest time without an answer after each choice of a timeframe or an instrument, in turns."""
        bar = self.result.run_bar
        found = []
        for number in range(rounds):
            if number % 3 == 2:
                symbol = ("HARBOR/USD", "STORM/USD", "RIVER/USD")[number // 3 % 3]
                found.append(self.longest(lambda symbol=symbol: bar.instrument.chosen.emit(symbol, "sample"), 0.15))  # type: ignore[misc]
            else:
                at = bar.timeframe.findText(("15m", "5m", "4h", "1h")[number % 4])
                bar.timeframe.setCurrentIndex(at)
                found.append(self.longest(lambda at=at: bar.timeframe.activated.emit(at), 0.15))  # type: ignore[misc]
        return found

    def opened(self, rounds: int = 8) -> list[Took]:
        """Return the longest time without an answer after each opening of a drawing of 500 blocks."""
        large, small = drawing(500), drawing(3)
        found = []
        for _ in range(rounds):
            self.window.open_strategy(small)
            self.rest(0.5)
            found.append(self.longest(lambda: self.window.open_strategy(large), 1.5))
        return found

    def longest(self, do: Callable[[], object], seconds: float) -> Took:
        """Return the longest time without an answer from the start of `do` on, and the work of this thread in it."""
        worst, last = Took(0.0, 0.0), (time.perf_counter(), time.thread_time())

        def tick() -> None:
            nonlocal worst, last
            now = (time.perf_counter(), time.thread_time())
            took = Took(now[0] - last[0], now[1] - last[1])
            worst, last = max(worst, took, key=lambda each: each.wall), now

        timer = QTimer()
        timer.setInterval(1)
        timer.timeout.connect(tick)
        timer.start()
        do()
        self.rest(seconds)
        tick()
        timer.stop()
        return worst

    def pan(self, rounds: int = 40) -> dict[str, list[Took]]:
        """Return seconds for each frame of the charts as they move, by how much is in view."""
        charts, bars = (self.result.price, *self.result.panes.panes, self.result.equity), self.result.bars
        found: dict[str, list[Took]] = {}
        for name, share in (("all", 1.0), ("a tenth", 0.1), ("300 bars", 300 / bars.count)):
            bars.fit()
            bars.zoom(bars.count / 2, share)
            times = []
            for number in range(rounds):
                for chart in charts:
                    chart._ground = None
                frames = [chart.frames for chart in charts]
                watch = Watch()
                bars.move(bars.count * share / 100 * (1 if number % 2 else -1))
                if share == 1.0:
                    bars.changed.emit()  # all of it cannot move; paint it as if it had
                while any(chart.frames == before for chart, before in zip(charts, frames, strict=True)):
                    self.app.processEvents()
                times.append(watch.took())
            found[name] = times
        bars.fit()
        return found


def _row(name: str, times: list[Took], goal: str) -> str:
    walls = sorted(took.wall for took in times)
    high = walls[min(len(walls) - 1, int(0.9 * len(walls)))]
    works = [took.work for took in times if took.work is not None]
    work = f"{statistics.median(works) * 1000:,.0f} ms" if works else ""
    shown = [f"{wall * 1000:,.0f} ms" for wall in (statistics.median(walls), high, walls[-1])]
    return f"| {name} | {goal} | {' | '.join(shown)} | {work} |"


def main() -> None:
    """Print the table."""
    print(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    print("| | goal | median | 9 of 10 | worst | CPU |\n|---|--:|--:|--:|--:|--:|")
    print(_row("start of Python to first paint, warm", [Took(wall) for wall in first_paint()], "800 ms"))
    app = make_application(["bench"])
    collector = Collector()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), app)
        bench.open("1h", 365)
        print(_row("slider to painted curves, 1 y of 1h, minute exits", bench.slider(), "50 ms"))
        print(_row("longest time without an answer, each step of a drag", bench.blocked(), "33 ms"))
        print(_row("the same, each choice of a timeframe or an instrument", bench.switched(), "33 ms"))
        bench.open("5m", 365)
        print(_row("slider to painted curves, 1 y of 5m, minute exits", bench.slider(), "150 ms"))
        print(_row("the same, a drawing of 500 blocks opened", bench.opened(), "400 ms"))
        bench.open("1m", 365)
        for name, times in bench.pan().items():
            count = f"{bench.result.bars.count:,}"
            print(_row(f"frame of price, pane and equity, {count} bars, {name} in view", times, "25 ms"))
        bench.window.close()
    collector.stop()


if __name__ == "__main__":
    main()
