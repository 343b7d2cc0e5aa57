"""One backtest of the reference strategy, here and in other backtesters, in turns: A B C, A B C, ...

Run it as `python -m benchmarks.backtest`; README.md says in which environment.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from benchmarks.candles import SIZES
from benchmarks.worker import ENGINES

Figures = dict[str, float]

ALL = tuple(ENGINES)
# Those that take minutes on minutes are asked for by name.
USUAL = {"1h_1y": ALL, "1h_5y": ALL, "m1_1y": ALL[:5], "m1_5y": ALL[:4]}


class Worker:
    """A backtester in its own process, with what it has measured."""

    def __init__(self, name: str, size: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name, size],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.info = self._answer()
        self.rounds: list[Figures] = []

    @property
    def title(self) -> str:
        """The name, marked where the first run has to do for a measurement."""
        return self.name if self.rounds else f"{self.name} (n=1)"

    def times(self, kind: str, rounds: int) -> list[float]:
        """Return CPU seconds round by round."""
        return [figures[kind] for figures in self.rounds] or [self.info["cpu"]] * rounds

    def run(self) -> None:
        """Measure one round."""
        assert self.process.stdin
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        self.rounds.append(self._answer())

    def _answer(self) -> Figures:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} has stopped; start its worker by hand to see why.")
        answer: Figures = json.loads(line)
        return answer

    def stop(self) -> None:
        """End the process."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def working(name: str, size: str) -> Iterator[Worker]:
    """Give a worker and end it afterwards."""
    worker = Worker(name, size)
    try:
        yield worker
    finally:
        worker.stop()


def compare(size: str, names: tuple[str, ...], rounds: int, patience: float) -> None:
    """Measure backtesters in turns and print a table; one slower than `patience` seconds keeps its single first run."""
    with ExitStack() as stack:
        workers = []
        for name in names:
            workers.append(stack.enter_context(working(name, size)))
            print(f"{size}, {name}: first run {workers[-1].info['wall']:.3f} s", file=sys.stderr, flush=True)
        repeated = [worker for worker in workers if worker.info["wall"] <= patience]
        for _ in range(rounds):
            for worker in repeated:
                worker.run()
    assert len({worker.info["trades"] for worker in workers}) == 1, [(w.name, w.info["trades"]) for w in workers]
    print_table(size, workers, rounds)


def print_table(size: str, workers: list[Worker], rounds: int) -> None:
    """Print medians, and ratios taken round by round."""
    ours = workers[0]
    print(f"\n### {size}: {ours.info['bars']:,.0f} bars, {ours.info['trades']:,.0f} trades\n")
    titles = (
        "backtester",
        "CPU ms in a row",
        "x ours",
        "CPU ms after a pause",
        "x ours",
        "adds MB",
        "in the end",
        "equity",
    )
    print("|", " | ".join(titles), "|")
    print("|---" + "|--:" * (len(titles) - 1) + "|")
    for worker in workers:
        cells = [worker.title]
        for kind in ("cpu", "first"):
            times = worker.times(kind, rounds)
            ratio = median(its / mine for its, mine in zip(times, ours.times(kind, rounds), strict=True))
            cells += [f"{median(times) * 1e3:,.3f}", f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}"]
        in_the_end = [worker.info, *worker.rounds][-1]["added_mb"]
        cells += [f"{figure:,.1f}" for figure in (worker.info["added_mb"], in_the_end, worker.info["final"])]
        print("|", " | ".join(cells), "|", flush=True)


def main() -> None:
    """Compare as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1h_1y,m1_1y,m1_5y", help=f"of {', '.join(SIZES)}")
    parser.add_argument("--engines", help=f"of {'; '.join(ALL)}, separated by semicolons; ours is always there")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--patience", type=float, default=30.0, help="seconds; slower ones are not repeated")
    options = parser.parse_args()
    for size in options.sizes.split(","):
        named = tuple(options.engines.split(";")) if options.engines else USUAL[size]
        compare(size, ("ours", *(name for name in named if name != "ours")), options.rounds, options.patience)


if __name__ == "__main__":
    main()
