"""How large a strategy may be and which texts it may hold, the same for files, edits and the published schema."""

from __future__ import annotations

import math
import re

MAX_BYTES = 1_048_576
MAX_DEPTH = 64
MAX_KEYS = 500
MAX_BLOCKS = 500
MAX_WIRES = 2_000
MAX_PARAMS = 50
MAX_WHOLE = 2**53 - 1
MAX_NAME = 120
MAX_NOTE = 10_000
MAX_INSTRUMENT = 60
MAX_PLACE = 1_000_000.0
MAX_FRAMES = 100
MAX_NOTES = 200
MAX_NOTE_TEXT = 2_000
MAX_REROUTES = MAX_WIRES
MAX_POINTS = 20
MAX_DIALS = 50
MIN_SIDE = 16.0
MAX_SIDE = 100_000.0
MAX_SETTLING_BARS = 200_000

COLORS = ("grey", "blue", "green", "yellow", "red", "violet")

# These patterns read the same in Python and in JSON Schema (ECMA 262).
BLOCK_ID = r"[a-z][a-z0-9_]{0,39}"
PORT = r"[a-z][a-z0-9_]{0,39}"
# No control characters, line breaks or marks that reverse the direction of what follows.
ONE_LINE = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*"
LINES = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*"

_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")


def is_block_id(text: str) -> bool:
    """Return whether `text` can name a block in the document."""
    return re.fullmatch(BLOCK_ID, text) is not None


def name_flaw(text: str) -> str | None:
    """Return what is wrong with a strategy's name as the end of a sentence, or None."""
    return _flaw(text, MAX_NAME, ONE_LINE)


def instrument_flaw(text: str) -> str | None:
    """Return what is wrong with a symbol or the name of an exchange as the end of a sentence, or None."""
    return _flaw(text, MAX_INSTRUMENT, ONE_LINE)


def note_flaw(text: str) -> str | None:
    """Return what is wrong with a strategy's note as the end of a sentence, or None."""
    return _flaw(text, MAX_NOTE, LINES, may_be_blank=True)


def title_flaw(text: str) -> str | None:
    """Return what is wrong with the title of a frame as the end of a sentence, or None."""
    return _flaw(text, MAX_NAME, ONE_LINE, may_be_blank=True)


def note_text_flaw(text: str) -> str | None:
    """Return what is wrong with the text of a sticky note as the end of a sentence, or None."""
    return _flaw(text, MAX_NOTE_TEXT, LINES, may_be_blank=True)


def is_place(place: tuple[float, float]) -> bool:
    """Return whether something can stand there."""
    return all(math.isfinite(at) and abs(at) <= MAX_PLACE for at in place)


def is_size(size: tuple[float, float]) -> bool:
    """Return whether a frame or a note can be this wide and high."""
    return all(math.isfinite(side) and MIN_SIDE <= side <= MAX_SIDE for side in size)


def _flaw(text: str, length: int, pattern: str, may_be_blank: bool = False) -> str | None:
    if not may_be_blank and not text.strip():
        return "must not be empty"
    if len(text) > length:
        return f"has {len(text):,} characters; at most {length:,} are possible"
    if _HALF_CHARACTER.search(text) or not re.fullmatch(pattern, text):
        return "holds characters that cannot be shown; type it again without them"
    return None
