"""What is found about a run that was made by hand."""

from __future__ import annotations

from typing import Any

from support.hand_made_run import trade_row

from app.engine.completed import CompletedRun
from app.results.finding import Finding
from app.results.verdict import verdict

# So many trades that their number raises no doubt.
ENOUGH = [trade_row(1.0) for _ in range(30)]


def finding(run: CompletedRun, code: str, **more: Any) -> Finding | None:
    """Return the finding of that code, None where there is none; a code is found once."""
    found = [each for each in verdict(run, **more).findings if each.code == code]
    assert len(found) < 2
    return found[0] if found else None
