"""A fetch may be killed at any moment: what was stored stays, nothing is there twice, and the next one goes on."""

from __future__ import annotations

from pathlib import Path

from support.fetch_killing import kill_rounds
from support.killing import KILLS


def test_killed_at_any_moment_the_cache_is_whole_and_the_next_fetch_goes_on(tmp_path: Path) -> None:
    acknowledged = list(kill_rounds(tmp_path, KILLS))
    assert len(acknowledged) == KILLS
    assert acknowledged[-1] > KILLS, "the processes were killed before they did anything"
