"""Writing to a terminal, a pipe or a file, whatever it can show."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import RenderableType

NARROW, WIDE = 40, 100
PAPER = 80

# For what cannot show these signs: an old Windows console, or a terminal set to plain ASCII.
_PLAIN_SIGNS = str.maketrans(
    {
        "─": "-",
        "│": "|",
        "╭": "+",
        "╮": "+",
        "╰": "+",
        "╯": "+",
        "·": ".",
        "–": "-",
        "…": "~",
        "•": "*",
        "×": "x",
        "█": "#",
        "▓": "=",
        "▒": "-",
        "░": "~",
        "▕": "[",
        "▏": "]",
    }
)


def shown(text: str) -> str:
    """Return text from outside on one line, without anything that could steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def write(text: str, stream: TextIO | None = None) -> None:
    """Write text to standard output or to `stream`, with simpler signs where its encoding lacks the better ones."""
    target = stream or sys.stdout
    if target is None:  # whoever started the process closed it
        raise OSError(errno.EBADF, "it is closed")
    encoding = getattr(target, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN_SIGNS).encode(encoding, "replace").decode(encoding)
    target.write(text)


def complain(sentence: str) -> None:
    """Write a sentence, or several lines, to standard error."""
    if sys.stderr is not None:
        write(f"blockbuilders: {sentence}\n", sys.stderr)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether somebody sits there; a stream that was closed before the start is None."""
    return stream is not None and stream.isatty()


def answer(question: str) -> str | None:
    """Return the line typed in answer to a question, "" at the end of input; None where nobody can be asked."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return None
    write(f"{question} ")
    sys.stdout.flush()
    return sys.stdin.readline()


def width() -> int:
    """Return how many columns to write: those of the terminal, within reason."""
    return min(max(shutil.get_terminal_size((PAPER, 24)).columns, NARROW), WIDE)


def show(parts: Iterable[RenderableType]) -> None:
    """Write what rich can draw to standard output, in colour where that is a terminal that wants it."""
    write(drawn(parts, width(), colour=_wants_colour()))


def drawn(parts: Iterable[RenderableType], columns: int = PAPER, *, colour: bool = False) -> str:
    """Return what rich can draw as text of at most so many `columns`, without spaces at the ends of lines."""
    from rich.console import Console

    page = io.StringIO()
    console = Console(
        file=page,
        width=columns,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in parts:
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _wants_colour() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown") or not is_terminal(sys.stdout):
        return False
    from rich.console import Console

    # An old Windows console shows escape sequences as they are.
    return not Console().legacy_windows
