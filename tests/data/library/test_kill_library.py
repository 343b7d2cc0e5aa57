"""Processes killed while they save, run and store results.

`python tests/data/library/kill_rounds.py 1000` does more of it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.killing import KILLS
from support.library import sql

if hasattr(os, "fork"):
    from support.library_killing import kill_rounds


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork processes")
@pytest.mark.timeout(300)
def test_nothing_that_was_acknowledged_is_lost_when_the_process_is_killed(folder: Path) -> None:
    rounds = list(kill_rounds(folder, 3 * KILLS))
    told = rounds[-1]
    assert len(rounds) == 3 * KILLS
    assert len(told.saved) > 3 * KILLS // 2
    assert list(told.ended.values()).count("completed") > KILLS // 2
    assert told.begun - told.ended.keys(), "no process was killed while a run was under way"
    assert told.slowest_opening_s < 5.0
    for name in ("library.db", "curves.db"):
        assert sql(folder / name, "PRAGMA integrity_check") == [("ok",)]
        assert sql(folder / name, "PRAGMA foreign_key_check") == []
