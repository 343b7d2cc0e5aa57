"""An import may be killed at any moment: it is there whole or not at all, and what was said to be done stays."""

from __future__ import annotations

from pathlib import Path

from support.import_killing import kill_rounds
from support.killing import KILLS


def test_an_import_that_is_killed_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    done = list(kill_rounds(tmp_path, KILLS))
    assert len(done) == KILLS
    assert done[-1] > KILLS // 2, "the processes were killed before they did anything"
