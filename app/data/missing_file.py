"""What to say of a file that is not there."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path

from app.data.candle_columns import plain


def missing(path: Path) -> str:
    """Return what goes behind the file's name: that it is not there, and the nearest name in its folder."""
    if os.path.lexists(path):
        return "is a link that leads nowhere; name the file itself"
    try:
        names = [entry.name for entry in os.scandir(path.parent)][:10_000]
    except OSError:
        names = []
    near = get_close_matches(path.name, names, n=1)
    return f"is not there; did you mean {plain(near[0])}?" if near else "is not there"
