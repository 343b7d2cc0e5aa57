"""How quick the results page is: `python -m benchmarks.results_page` prints a table; offscreen, medians.

The run is made up: five years of one-minute bars with 5,000 trades, equity following the trades. "Drawn" is when every
chart and table shows the run; indicators and the verdict, which repeat the run, come later and are not part of it.
"""

from __future__ import annotations

import gc
import os
import statistics
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*.warning=false")

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

BARS, TRADES_THERE, SORTED = 2_628_000, 5_000, 50_000


def made_up(bars: int, trades: int):  # type: ignore[no-untyped-def]
    """Return a completed run of so many one-minute bars and trades."""
    from app.engine.assumptions import Assumptions
    from app.engine.completed import CompletedRun
    from app.engine.metrics import metrics
    from app.engine.position import TRADE
    from app.engine.result import Dataset
    from app.market.candles import Candles
    from app.market.instrument import Instrument
    from app.market.timeframe import Timeframe
    from app.strategy import edits, templates

    rng = np.random.default_rng(7)
    time_ = 1_577_836_800_000 + np.arange(bars, dtype=np.int64) * 60_000
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 5e-4, bars)))
    opening = np.concatenate(([100.0], close[:-1]))
    high, low = np.maximum(opening, close) * 1.0003, np.minimum(opening, close) * 0.9997
    candles = Candles(time_, opening, high, low, close, np.ones(bars), 60_000)
    rows, left = _trades(candles, trades, rng)
    gained = np.zeros(bars)
    gained[left] = rows["pnl"]
    equity = 10_000.0 + np.cumsum(gained)
    position = np.zeros(bars, np.int8)
    assumptions = Assumptions()
    figures = metrics(candles, equity, position, np.zeros(0, TRADE), (0.0, 0.0), assumptions)
    strategy = edits.set_timeframe(templates.template("rsi_dip").strategy, Timeframe.parse("1m"))
    counts = dict.fromkeys(
        ("conflicts", "ambiguous", "zero_size", "no_level", "incomplete_bars", "warmup_bars", "liquidations"), 0
    )
    return CompletedRun(
        strategy, Instrument("RIVER/USD", "sample"), assumptions, candles, equity, position, rows, None,
        {**figures, "trades": trades}, counts,
        Dataset("RIVER/USD", "sample", 60_000, int(time_[0]), candles.end, bars, ""), None, 0, "",
    )  # fmt: skip


def _trades(candles, trades: int, rng):  # type: ignore[no-untyped-def]
    """Return so many trades on some bars as rows of TRADES, and the bars in which they ended."""
    from app.engine.completed import TRADES

    bars, time_, opening = len(candles), candles.time, candles.open
    entry = np.sort(rng.choice(np.arange(100, bars - 200, 20), trades, replace=False))
    held = rng.integers(1, 19, trades)
    rows = np.zeros(trades, TRADES)
    rows["side"] = rng.choice((1, -1), trades)
    rows["entry_time"], rows["exit_time"] = time_[entry], time_[entry + held]
    rows["entry_price"], rows["exit_price"] = opening[entry], opening[entry + held]
    rows["units"] = 1.0
    rows["pnl"] = rows["side"] * (rows["exit_price"] - rows["entry_price"])
    rows["return_"] = rows["pnl"] / rows["entry_price"]
    rows["r_multiple"] = rows["return_"] / 0.002
    rows["mae"], rows["mfe"] = rng.exponential(0.002, (2, trades))
    rows["exit_reason"] = rng.integers(1, 6, trades)
    rows["bars_held"] = held
    return rows, entry + held


class Bench:
    """A window with the page, looked at from the inside."""

    def __init__(self, app: QApplication) -> None:
        from app.canvas.theme import LIGHT
        from app.ui import look
        from app.ui.results.page import ResultsPage

        self.app = app
        look.apply(app, LIGHT)
        self.page = ResultsPage(LIGHT)
        self.page.resize(1440, 900)
        self.page.show()
        self.rest(0.5)

    def rest(self, seconds: float) -> None:
        """Let events be handled."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.001)

    def open(self, run) -> tuple[float, float, float]:  # type: ignore[no-untyped-def]
        """Return seconds to the first paint with figures and trades, to everything drawn, and the longest silence."""
        page = self.page
        page.show_nothing("", "")
        self.rest(0.1)
        charts = (page.price, page.equity, page.drawdown)
        silence, last = [0.0], [time.perf_counter()]
        timer = QTimer()
        timer.timeout.connect(lambda: self._tick(silence, last))
        begun = last[0] = time.perf_counter()
        timer.start(1)
        page.show_run(run)
        self.app.processEvents()
        page.repaint()
        first = time.perf_counter() - begun
        while not (
            page.view is not None
            and page.statistics.histogram.count()
            and all(chart.view is page.view and chart._picture is not None for chart in charts)
        ):
            self.app.processEvents()
            time.sleep(0.0005)
        page.repaint()
        drawn = time.perf_counter() - begun
        timer.stop()
        self.rest(0.5)
        page.making.stop()
        return first, drawn, silence[0]

    @staticmethod
    def _tick(silence: list[float], last: list[float]) -> None:
        now = time.perf_counter()
        silence[0], last[0] = max(silence[0], now - last[0]), now

    def step(self, rounds: int = 30) -> list[float]:
        """Return seconds for each step to the next trade, until the charts are painted."""
        page, times = self.page, []
        for _ in range(rounds):
            begun = time.perf_counter()
            page.trades.step(1)
            for chart in (page.price, page.equity, page.drawdown):
                chart.repaint()
            page.trades.table.viewport().repaint()
            times.append(time.perf_counter() - begun)
        return times


def sorting() -> list[float]:
    """Return seconds to sort 50,000 trades by each column, the table painted."""
    from app.canvas.theme import LIGHT
    from app.ui.results.trades_panel import TradesPanel

    panel = TradesPanel(LIGHT)
    panel.resize(900, 300)
    panel.show_trades(made_up(SORTED * 25, SORTED).trades)
    panel.show()
    times = []
    for column in range(len(panel.model.columns)):
        begun = time.perf_counter()
        panel.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        panel.table.viewport().repaint()
        times.append(time.perf_counter() - begun)
    return times


def _row(name: str, times: list[float], goal: str) -> str:
    return f"| {name} | {statistics.median(times) * 1000:,.0f} ms | {max(times) * 1000:,.0f} ms | {goal} |"


def main() -> None:
    """Print the table."""
    app = QApplication(["bench"])
    app.setStyle("Fusion")
    gc.disable()
    bench, run = Bench(app), made_up(BARS, TRADES_THERE)
    bench.open(run)
    opened = [bench.open(run) for _ in range(7)]
    print("| | median | worst | goal |\n| --- | --- | --- | --- |")
    print(_row(f"first paint, {BARS:,} bars, {TRADES_THERE:,} trades", [each[0] for each in opened], "300 ms"))
    print(_row("everything drawn", [each[1] for each in opened], "1,500 ms"))
    print(_row("longest time without an answer meanwhile", [each[2] for each in opened], ""))
    print(_row("step to the next trade, painted", bench.step(), ""))
    print(_row(f"sort {SORTED:,} trades, painted", sorting(), "100 ms"))
    bench.page.close_down()


if __name__ == "__main__":
    main()
