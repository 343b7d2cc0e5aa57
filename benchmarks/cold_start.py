"""What one call of the command line costs, from the start of the process to its end: time and memory.

Run it as `python -m benchmarks.cold_start`, best in an environment with nothing but the product: other packages on
the path make imports slower. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import candles

ROOT = Path(__file__).parents[1]
STRATEGY = Path(__file__).parent / "reference.json"
FIRST_EVER_S, WARM_S, MOST_MB = 10.0, 2.5, 1536


@dataclass(frozen=True)
class Call:
    """What a finished process has used."""

    wall: float
    cpu: float
    peak_mb: float


def backtest(python: str, size: str, timeframe: str, caches: Path) -> Call:
    """Run one backtest in a process that keeps compiled code and bytecode in `caches` alone."""
    command = [python, "-m", "app", "backtest", str(STRATEGY), "--candles", str(parquet(size)), "--json"]
    environment = os.environ | {"XDG_CACHE_HOME": str(caches), "PYTHONPYCACHEPREFIX": str(caches / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen([*command, "--timeframe", timeframe], cwd=ROOT, stdout=output, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        assert process.returncode == 0
        assert json.load(output)["trades"]
    return Call(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def parquet(size: str) -> Path:
    """Return the candles of a size as a Parquet file, made when it is not there yet."""
    import duckdb

    path = candles.FOLDER / f"{size}.parquet"
    if not path.exists():
        columns = candles.load(size)
        columns["ts"] = columns.pop("time")
        names = ("ts", *candles.NAMES[1:])
        duckdb.sql(f"copy (select {', '.join(names)} from columns) to '{path}' (format parquet, compression zstd)")
    return path


def main() -> None:
    """Measure the first call ever, later ones, and the memory of a long one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="interpreter of the environment to measure")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for size in ("m1_1y", "m1_5y"):
        parquet(size)
    first, later = [], []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as caches:
            first.append(backtest(options.python, "m1_1y", "1h", Path(caches)))
            later += [backtest(options.python, "m1_1y", "1h", Path(caches)) for _ in range(2)]
    with tempfile.TemporaryDirectory() as caches:
        backtest(options.python, "m1_1y", "1m", Path(caches))
        long = [backtest(options.python, "m1_5y", "1m", Path(caches)) for _ in range(2)]
    print("| a process | wall s | CPU s | peak MB | wanted |\n|---|--:|--:|--:|---|")
    for title, calls, wanted in (
        ("a year of minutes, 1h strategy, first call ever", first, f"under {FIRST_EVER_S:g} s"),
        ("the same, later calls", later[1::2], f"under {WARM_S:g} s"),
        ("five years of minutes, 1m strategy", long, f"under {MOST_MB:,} MB"),
    ):
        figures = [median(getattr(call, name) for call in calls) for name in ("wall", "cpu", "peak_mb")]
        print(f"| {title} | {figures[0]:.2f} | {figures[1]:.2f} | {figures[2]:,.0f} | {wanted} |")


if __name__ == "__main__":
    main()
