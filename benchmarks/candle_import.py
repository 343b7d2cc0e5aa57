"""How fast a year of minute candles is imported from a file: read, checked, and stored with the original kept.

Run it as `python -m benchmarks.candle_import`. The files are made of a random walk, always the same.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from app.data.candle_cache import CandleCache
from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.originals import Originals
from app.data.importing.proposal import propose
from app.data.importing.storing import Shelf, store

ROWS = 525_600
START_MS = 1_514_764_800_000  # 2018-01-01
NOW = START_MS + 10**12

LAYOUTS = ("epoch", "MT5", "quoted")


def line(layout: str, time_ms: int, row: tuple[float, ...]) -> str:
    """Return a candle as one line of a layout."""
    if layout == "epoch":
        return ",".join([str(time_ms), *map(repr, row)])
    moment = time.gmtime(time_ms // 1000)
    if layout == "MT5":
        prices = "\t".join(map(repr, row[:4]))
        return (
            f"{time.strftime('%Y.%m.%d', moment)}\t{time.strftime('%H:%M:%S', moment)}\t{prices}\t{row[4]:.0f}\t0\t12"
        )
    return ",".join([time.strftime('"%Y-%m-%dT%H:%M:%SZ"', moment), *(f'"{value:,.2f}"' for value in row)])


HEADERS = {
    "epoch": "time,open,high,low,close,volume",
    "MT5": "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>",
    "quoted": '"time","open","high","low","close","volume"',
}


def write(path: Path, layout: str) -> None:
    """Write a year of minutes in a layout."""
    random = np.random.default_rng(1)
    close = np.round(9_000.0 + np.cumsum(random.normal(0.0, 1.0, ROWS)), 2)
    open_ = np.append(9_000.0, close[:-1])
    high, low = np.maximum(open_, close) + 0.5, np.minimum(open_, close) - 0.5
    volume = np.round(random.uniform(0.1, 90.0, ROWS), 4)
    columns = (column.tolist() for column in (np.round(open_, 2), np.round(high, 2), np.round(low, 2), close, volume))
    rows = (line(layout, START_MS + place * 60_000, row) for place, row in enumerate(zip(*columns, strict=True)))
    path.write_text("\n".join([HEADERS[layout], *rows]) + "\n")


def main() -> None:
    """Print a line for each layout."""
    with tempfile.TemporaryDirectory() as folder:
        for layout in LAYOUTS:
            path = Path(folder) / f"{layout}_BTCUSD.csv"
            write(path, layout)
            begun, worked = time.perf_counter(), time.process_time()
            proposal = propose(path, Options(zone="UTC", symbol="BTC/USD"))
            report = dry_run(proposal, now_ms=NOW)
            read, work = time.perf_counter() - begun, time.process_time() - worked
            with CandleCache.open(Path(folder) / layout / "candles.duckdb", now_ms=NOW) as cache:
                store(proposal, report, Shelf(cache, Originals(Path(folder) / layout / "imports")), now_ms=NOW)
            stored = time.perf_counter() - begun - read
            size = path.stat().st_size / 1e6
            print(f"{layout:8} {size:5.1f} MB: read and checked in {read:.2f} s, {work:.2f} s of work", end="")
            print(f" ({ROWS / work:,.0f} rows/s), stored and kept in {stored:.2f} s, {len(report.candles):,} candles")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
