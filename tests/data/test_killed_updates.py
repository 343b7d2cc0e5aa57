"""An update may be killed at any moment: what was stored stays, nothing is there twice, and no minute is left out."""

from __future__ import annotations

from pathlib import Path

from support.update_killing import kill_rounds


def test_killed_at_any_moment_the_next_update_leaves_no_minute_out(tmp_path: Path) -> None:
    acknowledged = list(kill_rounds(tmp_path, 20))
    assert len(acknowledged) == 20
    assert acknowledged[-1] > 40, "the processes were killed before they did anything"
