"""Processes killed while they store candles. `python tests/data/kill_rounds.py 500` does more of it."""

from __future__ import annotations

from pathlib import Path

from support.cache_killing import kill_rounds
from support.killing import KILLS


def test_nothing_that_was_stored_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    done = list(kill_rounds(tmp_path, KILLS))
    assert len(done) == KILLS
    assert done[-1] > KILLS, "the processes were killed before they did anything"
