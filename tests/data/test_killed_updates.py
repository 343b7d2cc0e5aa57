"""An update may be killed at any moment: what was stored stays, nothing is there twice, and no minute is left out."""

from __future__ import annotations

from pathlib import Path

from support.killing import KILLS
from support.update_killing import kill_rounds


def test_killed_at_any_moment_the_next_update_leaves_no_minute_out(tmp_path: Path) -> None:
    acknowledged = list(kill_rounds(tmp_path, KILLS))
    assert len(acknowledged) == KILLS
    assert acknowledged[-1] > 2 * KILLS, "the processes were killed before they did anything"
