"""From the format of an older file to today's, one step per format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.strategy.json_text import refuse

FORMAT = 2

Document = dict[str, Any]
Step = Callable[[Document], Document]

# The entry at n turns a document of format n into one of format n + 1. A step returns a new document and passes on
# whatever it does not recognise, because it also meets damaged files; the checks come after the last step.
# Format 2 adds frames, notes, reroutes, dials, and blocks that are muted or collapsed: all may be left out.
STEPS: Mapping[int, Step] = {1: dict}


def upgraded(document: Document, steps: Mapping[int, Step] = STEPS, newest: int = FORMAT) -> Document:
    """Return the document in the newest format.

    Raises StrategyInvalid when the file does not say its format, or was made by a newer version.
    """
    number = document.get("format")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        refuse("no_format", f'This is not a Blockbuilders strategy: a strategy file begins with "format": {newest}.')
    if number > newest:
        refuse(
            "newer_format",
            f"This file was made by a newer version of Blockbuilders (format {number}). "
            "Update Blockbuilders to open it.",
        )
    for step in range(number, newest):
        document = {**steps[step](document), "format": step + 1}
    return document
