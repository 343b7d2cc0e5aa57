"""Names that are typed."""

from __future__ import annotations

import argparse


def named(text: str) -> str:
    """Return a name as typed; nothing at all, such as a variable that is not set, names nothing."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty; give one")
    return text
