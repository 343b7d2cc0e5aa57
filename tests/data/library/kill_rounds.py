"""Kills processes that use the library, as often as asked: python tests/data/library/kill_rounds.py [1000 [SEED]]."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]

from support.library_killing import kill_rounds  # noqa: E402


def main() -> None:
    """Kill, check, and say every 50 rounds how much was acknowledged so far."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        for round_, told in enumerate(kill_rounds(Path(folder) / "data", rounds, seed=seed), start=1):
            if round_ % 50 == 0 or round_ == rounds:
                completed = list(told.ended.values()).count("completed")
                cut = len(told.begun) - len(told.ended)
                print(  # noqa: T201
                    f"{round_} kills: {len(told.saved):,} saves and {completed:,} results acknowledged, none lost; "
                    f"{cut:,} runs cut off, none left running; slowest opening {told.slowest_opening_s:.2f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
