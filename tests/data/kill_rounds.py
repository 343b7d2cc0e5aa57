"""Kills processes that work with candles, as often as asked.

    python tests/data/kill_rounds.py [ROUNDS [SEED]] [WORK ...]

Works are fetch, import, update and store; without any, the rounds (500) are shared among all of them.
"""

from __future__ import annotations

import io
import sys
import tempfile
from contextlib import redirect_stderr
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from support import cache_killing, fetch_killing, import_killing, update_killing  # noqa: E402

WORKS = {
    "fetch": fetch_killing.kill_rounds,
    "import": import_killing.kill_rounds,
    "update": update_killing.kill_rounds,
    "store": cache_killing.kill_rounds,
}


def main() -> None:
    """Kill, check, and say every 25 rounds how much was acknowledged so far."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    rounds, seed = [*numbers, *(500, 1)[len(numbers) :]]
    works = [word for word in sys.argv[1:] if not word.isdecimal()] or list(WORKS)
    for place, work in enumerate(works):
        share = rounds // len(works) + (place < rounds % len(works))
        # Servers complain on standard error of clients that are killed.
        with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):
            for round_, done in enumerate(WORKS[work](Path(folder), share, seed=seed), start=1):
                if round_ % 25 == 0 or round_ == share:
                    print(f"{work}: {round_} kills, {done:,} acknowledged, none lost, none twice", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
