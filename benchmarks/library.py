"""How fast the library is with a large history: python -m benchmarks.library [RUNS].

Years of work: 300 strategies of two versions, 10,000 runs with 87 trades each, and one run of five years of minutes
with 5,000 trades. The runs are copies of one, with other numbers and other settings.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

from app.data.library.library import Library
from app.data.library.records import RunFilter, RunRequest
from app.data.library.sqlite import dbapi
from app.data.sample_market import sample_candles
from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.engine.completed import TRADES, CompletedRun, completed
from app.market.candles import Candles
from app.strategy import templates
from benchmarks import history_page

BARS, TRADES_OF_LONG = 2_628_000, 5_000
STRATEGIES = 300
ROUNDS = 11


def main() -> None:
    """Build, measure and print, in a folder that is removed afterwards."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    place = Path(tempfile.mkdtemp(prefix="library-"))
    try:
        for line in measure(place / "data", count):
            print(line, flush=True)
    finally:
        shutil.rmtree(place)


def measure(folder: Path, count: int) -> list[str]:
    """Return the figures as lines of text."""
    found = [f"opening a new library: {_once(lambda: Library.open(folder).close()):.0f} ms"]
    with Library.open(folder) as library:
        found += _saving(library)
        short, long = _kept_run(library, _short()), _short()
        strategies = library.strategies.all()
    _copy_runs(folder / "library.db", short, count - 2, [saved.id for saved in strategies])
    with Library.open(folder) as library:
        found += _long_run(library, long, folder)
    found.append(f"opening, {count:,} runs: {_usual(lambda: Library.open(folder).close())}")
    with Library.open(folder) as library:
        found += _lists(library)
        found.append(f"backup: {_once(library.back_up_if_due):.0f} ms, {library.storage().backups / 1e6:.1f} MB")
    return found + history_page.measure(folder, folder.parent / "window.ini")


def _saving(library: Library) -> list[str]:
    drawing, times = templates.all_templates()[0].strategy, []
    for number in range(STRATEGIES):
        strategy_id = None
        for version in range(2):
            started = time.perf_counter()
            changed = replace(drawing, name=f"Strategy {number}", note=str(version))
            strategy_id = library.strategies.save(changed, strategy_id).strategy_id
            times.append((time.perf_counter() - started) * 1_000)
    drafts = [_once(lambda: library.drafts.write(None, drawing)) for _ in range(200)]
    return [_spread("saving a version", times), _spread("writing a draft", drafts)]


def _kept_run(library: Library, run: CompletedRun) -> int:
    revision = library.strategies.save(run.strategy)
    asked = RunRequest(revision.strategy_id, revision.id, None, None, None, Assumptions())
    run_id = library.runs.begin(asked)
    library.runs.running(run_id)
    library.runs.complete(run_id, run, {"numpy": np.__version__}, {})
    return run_id


def _short() -> CompletedRun:
    strategy = templates.all_templates()[0].strategy
    return completed(backtest(strategy, sample_candles(strategy.symbol)))


def _long(run: CompletedRun) -> CompletedRun:
    """Return a run of five years of minutes in cents, with random trades; half of the time something is held."""
    chance = np.random.default_rng(1)
    time_ = 1_600_000_020_000 // 60_000 * 60_000 + 60_000 * np.arange(BARS)
    close = np.round(40_000.0 + chance.normal(0.0, 5.0, BARS).cumsum() / 10, 2)
    open_ = np.concatenate([close[:1], close[:-1]])
    high = np.round(np.maximum(open_, close) + np.abs(chance.normal(0.0, 3.0, BARS)), 2)
    low = np.round(np.minimum(open_, close) - np.abs(chance.normal(0.0, 3.0, BARS)), 2)
    volume = np.round(chance.lognormal(1.0, 1.0, BARS), 5)
    held = np.repeat(chance.random(BARS // 50 + 1) < 0.5, 50)[:BARS]
    trades = np.zeros(TRADES_OF_LONG, TRADES)
    for name in ("entry_price", "exit_price", "units", "fees", "slippage", "pnl", "return_", "mae", "mfe"):
        trades[name] = chance.normal(0.0, 100.0, TRADES_OF_LONG)
    return replace(
        run,
        bars=Candles(time_, open_, high, low, close, volume, 60_000),
        equity=10_000.0 + np.where(held, close * 0.123, 0.0),
        position=held.astype(np.int8),
        trades=trades,
    )


def _long_run(library: Library, short: CompletedRun, folder: Path) -> list[str]:
    run, before = _long(short), _bytes(folder)
    started = time.perf_counter()
    run_id = _kept_run(library, run)
    stored = time.perf_counter() - started
    library._opened.curves.give_back()
    size = _bytes(folder) - before
    raw = sum(getattr(run.bars, name).nbytes for name in ("time", "open", "high", "low", "close", "volume"))
    raw += run.equity.nbytes + run.position.nbytes + run.trades.nbytes
    found = [f"keeping a run of {BARS:,} bars: {stored:.1f} s, {size / 1e6:.0f} MB of {raw / 1e6:.0f}"]
    found.append(f"the same once more: {_once(lambda: _kept_run(library, run)):.0f} ms")
    reads: dict[str, Callable[[], Any]] = {
        "overview (figures, trades, preview)": lambda: library.runs.overview(run_id),
        "bars": lambda: library.runs.bars(run_id),
        "equity and position": lambda: library.runs.curve(run_id),
        "everything": lambda: library.runs.open(run_id),
    }
    return found + [f"reading it, {name}: {_usual(read)}" for name, read in reads.items()]


def _lists(library: Library) -> list[str]:
    lists: dict[str, Callable[[], Any]] = {
        "all runs": library.runs.find,
        "the numbers of all runs": lambda: library.runs.numbers(RunFilter()),
        "the same by return": lambda: library.runs.numbers(RunFilter(order="total_return")),
        "the same with a word": lambda: library.runs.numbers(RunFilter(text="strategy 7")),
        "the 200 newest": lambda: library.runs.find(RunFilter(limit=200)),
        "runs with a word": lambda: library.runs.find(RunFilter(text="strategy 7")),
        "the 100 best": lambda: library.runs.find(RunFilter(order="total_return", limit=100)),
        "runs of a strategy": lambda: library.runs.find(
            RunFilter(strategy_id=library.runs.find(RunFilter(limit=1))[0].strategy_id)
        ),
        "all strategies with their last run": library.strategies.all,
    }
    return [f"{name} ({len(read()):,}): {_usual(read)}" for name, read in lists.items()]


def _copy_runs(path: Path, run_id: int, count: int, strategies: list[str]) -> None:
    """Put copies of a run into a closed library, by turns for every strategy."""
    connection = dbapi.connect(str(path))
    for table in ("runs", "results", "result_columns"):
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        key = "id" if table == "runs" else "run_id"
        other = ", ".join(name for name in names if name != key)
        connection.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"INSERT INTO {table} ({key}, {other}) SELECT {run_id} + i, {other} FROM {table}, n WHERE {key} = {run_id}"
        )
    connection.executemany(
        f"UPDATE runs SET strategy_id = ?, total_return = id * 0.0001 WHERE id % {len(strategies)} = ?",
        [(strategy_id, number) for number, strategy_id in enumerate(strategies)],
    )
    connection.execute("UPDATE runs SET strategy_name = 'Strategy ' || (id % 1000)")
    connection.commit()
    connection.close()


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.db*"))


def _once(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


def _usual(work: Callable[[], Any]) -> str:
    """Return the median, the best, and the least CPU time, which other work on the machine disturbs least."""
    times, busy = [], []
    for _ in range(ROUNDS):
        started = time.process_time()
        times.append(_once(work))
        busy.append((time.process_time() - started) * 1_000)
    return f"{median(times):.0f} ms, at best {min(times):.0f}, CPU {min(busy):.0f}"


def _spread(name: str, times: list[float]) -> str:
    return f"{name}: median {median(times):.1f} ms, 99 of 100 under {quantiles(times, n=100)[-1]:.1f} ms"


if __name__ == "__main__":
    main()
