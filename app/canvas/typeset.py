"""Sentences as the screen shows them; in a terminal and in files they are plain."""

from __future__ import annotations

import re

# A word of a file or of a drawing, quoted as in a terminal.
_QUOTED = re.compile(r"(?<!\w)'([^'\n]+)'(?!\w)")
# A hyphen before a figure that is not one within a date or a range.
_MINUS = re.compile(r"(?<![\w.])-(?=[\d.])")


def typeset(text: str) -> str:
    """Return a sentence as the screen shows it: with real minus signs and quotes, per cent beside its figure."""
    return _MINUS.sub("−", _QUOTED.sub(r"“\1”", text)).replace(" %", "\u00a0%")
