"""Finds kinds of blocks by what people type, and ranks what would come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.blocks import catalog
from app.blocks.kind import BlockKind, PortType
from app.strategy import rewire

# What traders mostly put after a block of a group, best first.
_NEXT = {
    "Inputs": ("Comparison", "Indicators", "Maths"),
    "Indicators": ("Comparison", "Maths", "Indicators"),
    "Maths": ("Comparison", "Maths", "Indicators"),
    "Comparison": ("Logic", "Orders", "Comparison"),
    "Logic": ("Orders", "Logic", "Comparison"),
}
_BEFORE = {
    "Indicators": ("Inputs", "Indicators", "Maths"),
    "Maths": ("Inputs", "Indicators", "Maths"),
    "Comparison": ("Indicators", "Inputs", "Maths"),
    "Logic": ("Comparison", "Logic"),
    "Orders": ("Comparison", "Logic"),
}


@dataclass(frozen=True)
class Fit:
    """What a new block has to connect to: the type of a port, its side, and the group of its block.

    `makes` is what it must give besides, where it is to stand between two ports.
    """

    type: PortType
    from_output: bool
    group: str = ""
    makes: PortType | None = None


def matches(text: str, fit: Fit | None = None, recent: Sequence[str] = ()) -> list[BlockKind]:
    """Return the kinds that answer to `text`, best first: all of them when it is empty.

    With `fit` only those that can be connected there, ordered by what usually stands there; `recent` are ids of
    kinds used last, newest first.
    """
    kinds = [kind for kind in catalog.KINDS if fit is None or fits(kind, fit)]
    words = text.lower().split()
    scored = [(score, kind) for kind in kinds if (score := sum(_score(word, kind) for word in words)) or not words]
    if words:
        scored = [(score, kind) for score, kind in scored if all(_score(word, kind) for word in words)]
    return [kind for _, kind in sorted(scored, key=lambda pair: (-pair[0], _rank(pair[1], fit, recent)))]


def fits(kind: BlockKind, fit: Fit) -> bool:
    """Return whether a kind has a port that can be connected."""
    if fit.makes and not rewire.gives(kind, fit.makes):
        return False
    return bool(rewire.takes(kind, fit.type) if fit.from_output else rewire.gives(kind, fit.type))


def _rank(kind: BlockKind, fit: Fit | None, recent: Sequence[str]) -> tuple[int, int]:
    if fit is not None:
        order = (_NEXT if fit.from_output else _BEFORE).get(fit.group, ())
        group = order.index(kind.group) if kind.group in order else len(order)
        # A number to compare with is wanted as often as an indicator.
        return (0 if kind.id == "constant" and not fit.from_output else group, 0)
    return (0, recent.index(kind.id)) if kind.id in recent else (1, 0)


def _score(word: str, kind: BlockKind) -> int:
    """Return how well one word fits: 100 for the title itself, down to 10 for its letters in the right order."""
    title = kind.title.lower()
    also = [name.lower() for name in kind.also]
    if word in (title, kind.id):
        return 100
    if title.startswith(word):
        return 80
    if word in also:
        return 70
    if any(part.startswith(word) for part in title.split()):
        return 60
    if any(part.startswith(word) for name in also for part in name.split()):
        return 50
    if kind.group.lower().startswith(word):
        return 30
    if len(word) > 2 and word in title:
        return 25
    if len(word) > 2 and (_in_order(word, title) or _one_letter_off(word, [title, *also])):
        return 10
    return 0


def _in_order(word: str, name: str) -> bool:
    """Return whether all letters of the word come in the name in this order, the first one at a word's start."""
    starts = [at for at, letter in enumerate(name) if letter == word[0] and (at == 0 or name[at - 1] == " ")]
    for start in starts:
        letters = iter(name[start:])
        if all(letter in letters for letter in word):
            return True
    return False


def _one_letter_off(word: str, names: Sequence[str]) -> bool:
    parts = {part for name in names for part in name.split() if abs(len(part) - len(word)) <= 1 and len(word) > 3}
    return any(_apart_by_one(word, part) for part in sorted(parts))


def _apart_by_one(one: str, other: str) -> bool:
    """Return whether one slip of the finger lies between two words."""
    if len(one) == len(other):
        differs = [at for at in range(len(one)) if one[at] != other[at]]
        swapped = len(differs) == 2 and one[differs[0]] == other[differs[1]] and one[differs[1]] == other[differs[0]]
        return len(differs) == 1 or swapped
    short, long = sorted((one, other), key=len)
    return any(short == long[:at] + long[at + 1 :] for at in range(len(long)))
