"""How messages name things: quoted, short, and with the nearest valid choice."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable

from app.blocks import catalog
from app.strategy.document import Block

_LONGEST = 40


def quoted(text: str) -> str:
    """Return `text` between quotes, cut to a readable length, with what cannot be shown replaced."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return "'" + "".join(c if c.isprintable() else "?" for c in cut) + "'"


def readable(name: str) -> str:
    """Return the name of a param, port or mode as words: `quote_amount` becomes `quote amount`."""
    return name.replace("_", " ")


def named(block: Block) -> str:
    """Return a block as messages about a file name it, with the id that stands there: `RSI 'rsi_1'`."""
    return f"{title(block)} {quoted(block.id)}"


def title(block: Block) -> str:
    """Return the title of the block's kind, `Block` when the kind is unknown."""
    kind = catalog.kind(block.kind)
    return kind.title if kind else "Block"


class Names:
    """What the blocks of a drawing are called in sentences about it.

    By the title where only one block has it: `RSI`; else with the period where that tells them apart: `EMA 200`; else
    with the id: `Less than 'less_2'`.
    """

    def __init__(self, blocks: Iterable[Block], *, periods: bool = True) -> None:
        blocks = tuple(blocks)
        self._titles = Counter(title(block) for block in blocks)
        self._longer = Counter(_with_period(block) for block in blocks) if periods else Counter[str]()

    def of(self, block: Block) -> str:
        """Return the name of a block."""
        if self._titles[title(block)] <= 1:
            return title(block)
        longer = _with_period(block)
        return longer if longer and self._longer[longer] == 1 else named(block)


def _with_period(block: Block) -> str:
    """Return the title and the period, "" for a block without one."""
    period = block.params.get("period")
    return f"{title(block)} {period}" if isinstance(period, int) else ""


class Nearest:
    """Finds the valid name nearest to a wrong one.

    It stops answering when it has compared so many characters, so that a file of nothing but wrong names, each as
    long as it may be, costs no time.
    """

    def __init__(self, characters: int = 120_000) -> None:
        self._left = characters
        self._known: dict[tuple[str, str], str] = {}

    def hint(self, what: str, wrong: str, valid: Iterable[str]) -> str:
        """Return ` Did you mean 'rsi'?`, or "" when no valid name is near; `what` tells the sets of names apart."""
        if (what, wrong) not in self._known:
            names = {name: name for name in valid}
            self._known[what, wrong] = self._suggest(wrong, names)
        return self._known[what, wrong]

    def hint_or_list(self, what: str, wrong: str, valid: list[str]) -> str:
        """Return the hint, or where nothing is near all that is valid."""
        listed = f" It has {', '.join(map(quoted, valid))}." if valid else ""
        return self.hint(what, wrong, valid) or listed

    def kind_hint(self, wrong: str) -> str:
        """Return the hint for a kind of block, which may be called by its title or by what people search for."""
        if ("kind", wrong) not in self._known:
            names = {word.lower(): kind.id for kind in reversed(catalog.KINDS) for word in kind.also}
            names |= {kind.title.lower(): kind.id for kind in reversed(catalog.KINDS)}
            names |= {kind.id: kind.id for kind in catalog.KINDS}
            self._known["kind", wrong] = self._suggest(wrong, names)
        return self._known["kind", wrong]

    def _suggest(self, wrong: str, names: dict[str, str]) -> str:
        self._left -= len(names) * len(wrong)
        if self._left < 0 or len(wrong) > 2 * _LONGEST:
            return ""
        word = wrong.strip().lower()
        found = [word] if word in names else difflib.get_close_matches(word, names, 1)
        return f" Did you mean {quoted(names[found[0]])}?" if found else ""
