"""How far the engine is from loops written by hand for one strategy, and those from what memory allows.

Run it as `python -m benchmarks.limit`. All of it runs in one process, in turns, and has to give the same trades.
"""

from __future__ import annotations

import argparse
from statistics import median

import numpy as np
from talib import _ta_lib as talib

from app import memory
from app.engine.backtest import run
from app.engine.plan import prepare
from app.engine.result import BacktestResult
from app.market.candles import Candles
from app.market.resample import derive
from benchmarks import candles, prototypes
from benchmarks.engines import FAST, RSI, SLOW, ours
from benchmarks.timing import in_turns, ratio

MOST_OF_COLUMNAR, MOST_OF_FUSED = 1.3, 3.0


def measure(size: str, rounds: int) -> None:
    """Print a table for candles of one size."""
    columns, step_ms = candles.load(size), candles.step_ms(size)
    bars_a_year = candles.YEAR * candles.MINUTE_MS / step_ms
    strategy, base = ours.strategy_of(step_ms), Candles(**columns, step_ms=step_ms)
    ours.compile_loops(strategy, base)
    plan, derived, close = prepare(strategy), derive(base, strategy.timeframe), columns["close"]
    prices, out = [columns[name] for name in ("open", "high", "low", "close")], np.empty(len(close))
    functions = {
        "ours": lambda: run(plan, derived, ours.ASSUMPTIONS),
        "columnar prototype": lambda: prototypes.columnar(columns, bars_a_year),
        "of which EMA, EMA and RSI of TA-Lib": lambda: indicators(close),
        "fused prototype": lambda: prototypes.fused(columns, bars_a_year),
        "floor: read four columns, write one": lambda: prototypes.touch_all(*prices, out),
        "floor: copy one column": lambda: np.copyto(out, close),
    }
    result = functions["ours"]()
    for name in ("columnar prototype", "fused prototype"):
        assert_same(result, functions[name]())
    seconds = in_turns(functions, rounds)
    print(f"\n### {size}: {len(close):,} bars, {len(result.book):,} trades\n")
    print("| variant | CPU µs | ns a bar | ours is | x floor |\n|---|--:|--:|--:|--:|")
    for name, times in seconds.items():
        micro = median(times) * 1e6
        times_ours, floor = ratio(seconds, "ours", name), ratio(seconds, name, "floor: read four columns, write one")
        print(f"| {name} | {micro:,.1f} | {micro * 1e3 / len(close):.2f} | {times_ours:.2f}x | {floor:.1f} |")
    for name, most in (("columnar prototype", MOST_OF_COLUMNAR), ("fused prototype", MOST_OF_FUSED)):
        reached = ratio(seconds, "ours", name)
        print(f"\nAgainst the {name}: {reached:.2f}x, at most {most}x wanted: {'yes' if reached <= most else 'NO'}.")


def indicators(close: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the three indicators of the reference strategy."""
    return talib.EMA(close, FAST), talib.EMA(close, SLOW), talib.RSI(close, RSI)


def assert_same(result: BacktestResult, prototype: prototypes.Outcome) -> None:
    """Stop when a prototype has other trades or another equity."""
    book, trades = result.book, slice(prototype.trades)
    assert prototype.trades == len(book)
    np.testing.assert_array_equal(prototype.book.entry[trades], book["entry_row"])
    np.testing.assert_array_equal(prototype.book.exit[trades], book["exit_row"])
    np.testing.assert_allclose(prototype.book.exit_price[trades], book["exit_price"], rtol=1e-12)
    np.testing.assert_allclose(prototype.equity, result.equity, rtol=1e-9)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1h_1y,m1_1y,m1_5y")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    memory.keep_freed_memory()  # as the product does; the prototypes gain from it as well
    for size in options.sizes.split(","):
        measure(size, options.rounds)


if __name__ == "__main__":
    main()
