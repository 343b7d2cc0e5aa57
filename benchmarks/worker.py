"""One backtester in a process of its own, for `benchmarks.backtest`.

Prints a line of JSON after the first backtest, and one for each line `run` it reads. Whatever the library itself
prints goes to standard error. Linux only, for the memory figures.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

from app import memory
from benchmarks import candles
from benchmarks.engines import Backtest

# Short backtests are repeated for this long per round, so that what is measured is the work and not the waking up.
AT_LEAST_S = 0.05
# For longer ones the first does as well.
LONG_S = 2.0
WARM_UP_BARS = 3_000

# Name in tables: module and function that prepares it.
ENGINES = {
    "ours": ("ours", "prepare"),
    "ours, whole": ("ours", "prepare_whole"),
    "vectorbt numba": ("vectorbt", "prepare_numba"),
    "vectorbt rust": ("vectorbt", "prepare_rust"),
    "backtesting.py": ("backtesting_py", "prepare"),
    "Backtrader": ("backtrader", "prepare"),
    "nautilus_trader": ("nautilus", "prepare"),
}


def main(name: str, size: str) -> None:
    """Serve one backtester on candles of one size."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module, function = ENGINES[name]
    if module == "ours":
        memory.keep_freed_memory()  # as the window and the command line do
    prepare = getattr(importlib.import_module(f"benchmarks.engines.{module}"), function)
    columns, step_ms = candles.load(size), candles.step_ms(size)
    # What has to be compiled or imported is, before anything is measured.
    prepare({column: values[:WARM_UP_BARS].copy() for column, values in columns.items()}, step_ms)()
    backtest = prepare(columns, step_ms)
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # starts the peak anew
    started, started_cpu = time.perf_counter(), time.process_time()
    trades, final = backtest()
    first = {
        "bars": len(columns["time"]),
        "trades": trades,
        "final": final,
        "wall": time.perf_counter() - started,
        "cpu": time.process_time() - started_cpu,
        "added_mb": _memory("VmHWM") - before,
    }
    print(json.dumps(first), file=answers, flush=True)
    for _ in sys.stdin:
        times = _round(backtest)
        print(json.dumps(times | {"added_mb": _memory("VmHWM") - before}), file=answers, flush=True)


def _round(backtest: Backtest) -> dict[str, float]:
    """Return CPU seconds of one backtest: of the first after a pause, and the mean of those in a row after it."""
    first = _seconds(backtest)
    times = [first] if first > LONG_S else []
    while sum(times) < AT_LEAST_S:
        times.append(_seconds(backtest))
    return {"first": first, "cpu": sum(times) / len(times)}


def _seconds(backtest: Backtest) -> float:
    started = time.process_time()
    backtest()
    return time.process_time() - started


def _memory(field: str) -> float:
    """Return a figure of this process's memory in MB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
