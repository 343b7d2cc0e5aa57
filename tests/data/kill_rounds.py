"""Kills processes that use the candle cache, as often as asked: python tests/data/kill_rounds.py [500 [SEED]]."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from support.cache_killing import kill_rounds  # noqa: E402


def main() -> None:
    """Kill, check, and say every 50 rounds how many changes were acknowledged so far."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        for round_, done in enumerate(kill_rounds(Path(folder) / "candles.duckdb", rounds, seed=seed), start=1):
            if round_ % 50 == 0 or round_ == rounds:
                print(f"{round_} kills, {done:,} changes acknowledged, none lost, none twice", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
