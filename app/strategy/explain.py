"""A drawing in plain English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from app.blocks import catalog
from app.blocks.kind import BlockKind, Input
from app.market.exchange_names import exchange_name
from app.market.timeframe import Timeframe
from app.strategy.document import Block, Strategy, Wire
from app.strategy.graph import evaluation_order, role_of
from app.strategy.muting import without_muted
from app.strategy.validate import nothing_enters

_LONGEST = 240
_ORDERS = ("enter_long", "enter_short", "exit_long", "exit_short")
_RISK = ("position_size", "stop_loss", "take_profit", "trailing_stop", "time_exit", "cooldown")
_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week"}

Port = tuple[str, str]


@dataclass(frozen=True)
class Phrase:
    """What comes out of a port, in words.

    `form` decides about brackets: a `word` has no parts, a `noun` is an indicator of something, a `sum` is arithmetic,
    a `clause` is a condition and a `join` is several of them with `joiner` in between. `mentions` are the ports that
    the words call by name.
    """

    text: str
    form: Literal["word", "noun", "sum", "clause", "join"]
    joiner: str = ""
    mentions: tuple[Port, ...] = ()


def explain(strategy: Strategy) -> str:
    """Return what the strategy does, one sentence per line, the same text for the same drawing.

    Assumes a drawing without flaws of structure; one that is not finished is explained as far as it goes. What would
    take too many words in the middle of a sentence is called by its block's id and has a sentence of its own.
    """
    strategy = without_muted(strategy)
    words = _Words(strategy)
    lines = [f"This strategy trades {_instrument(strategy)} on {_bars(strategy.timeframe)} bars."]
    nothing = nothing_enters(strategy)
    if nothing:
        lines.append(nothing.message)
    orders = list(words.orders())
    lines += [_sentence(order.text) for order in orders]
    lines += words.definitions([port for order in orders for port in order.mentions])
    if not nothing:
        lines += [*_reversal(strategy), *_risk(strategy)]
    return "".join(f"{line}\n" for line in lines)


def in_words(strategy: Strategy) -> Mapping[Port, str]:
    """Return the words for every output of every block, by block id and output; orders have the output "".

    Assumes a drawing without flaws of structure. What would take too many words is called by its block's id.
    """
    return _Words(strategy).texts()


class _Words:
    """The words for every output and every order of one strategy, made once from the inputs up.

    As no operand is longer than `_LONGEST`, they grow with the drawing and not with the number of paths through it.
    """

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self._uses = Counter((wire.source, wire.output) for wire in strategy.wires)
        self._into: dict[Port, list[Wire]] = {}
        for wire in strategy.wires:
            self._into.setdefault((wire.target, wire.input), []).append(wire)
        self._phrases: dict[Port, Phrase] = {}
        for block in evaluation_order(strategy):
            kind = catalog.kind(block.kind)
            if kind:
                for output in [port.name for port in kind.outputs] or [""]:
                    self._phrases[block.id, output] = self._phrase(block, kind, output)

    def texts(self) -> dict[Port, str]:
        """Return the words for each output."""
        return {port: phrase.text for port, phrase in self._phrases.items()}

    def orders(self) -> Iterator[Phrase]:
        """Yield the phrase of each order that is connected: entries, then exits."""
        connected = {wire.target for wire in self._strategy.wires}
        for role in _ORDERS:
            for block in self._strategy.blocks:
                if role_of(block) == role and block.id in connected:
                    yield self._phrases[block.id, ""]

    def definitions(self, mentioned: list[Port]) -> list[str]:
        """Return a sentence for each port that is called by name, in the order in which the names come up."""
        queue = dict.fromkeys(mentioned)
        names = list(queue)
        lines = []
        for port in names:
            phrase = self._phrases[port]
            is_true = " true when" if phrase.form in ("clause", "join") else ""
            lines.append(f"Here {self._name(port)} is{is_true} {phrase.text}.")
            names += [name for name in phrase.mentions if name not in queue]
            queue.update(dict.fromkeys(phrase.mentions))
        return lines

    def _phrase(self, block: Block, kind: BlockKind, output: str) -> Phrase:
        template = kind.phrase_of(output, block.params)
        words = {param.name: param.show(block.params[param.name]) for param in kind.params}
        operands: list[Phrase] = []
        shown = [port for port in kind.inputs if "{" + port.name + "}" in template]
        for port in shown:
            found = [self._operand(kind, port, wire) for wire in self._into.get((block.id, port.name), ())]
            operands += found
            words[port.name] = f" {kind.title} ".join(each.text for each in found) or _unconnected(port, kind, block)
        if len(operands) == 1 and shown[0].many:
            return operands[0]
        mentions = tuple(dict.fromkeys(name for each in operands for name in each.mentions))
        return Phrase(template.format_map(words), _form(kind, output, shown), kind.title, mentions)

    def _operand(self, kind: BlockKind, port: Input, wire: Wire) -> Phrase:
        """Return the words for what comes in over a wire, as they stand within the words for `kind`."""
        source = (wire.source, wire.output)
        phrase = self._phrases[source]
        ends_a_sentence = kind.role and self._uses[source] == 1
        if len(phrase.text) > _LONGEST and not ends_a_sentence:
            name = self._name(source)
            phrase = Phrase(name, "word", mentions=(source,))
            if port.type == "signal":
                phrase = replace(phrase, text=f"{name} is true", form="clause")
        return replace(phrase, text=f"({phrase.text})") if _needs_brackets(kind, port, phrase) else phrase

    def _name(self, port: Port) -> str:
        block = self._strategy.block(port[0])
        kind = catalog.kind(block.kind) if block else None
        return f"'{port[0]}.{port[1]}'" if kind and len(kind.outputs) > 1 else f"'{port[0]}'"


def _form(kind: BlockKind, output: str, shown: list[Input]) -> Literal["word", "noun", "sum", "clause", "join"]:
    port = kind.output(output)
    if port is None or port.type == "signal":
        return "join" if any(each.many for each in shown) else "clause"
    if not shown:
        return "word"
    return "sum" if kind.group == "Maths" else "noun"


def _needs_brackets(kind: BlockKind, port: Input, phrase: Phrase) -> bool:
    """Return whether `phrase` could be misread without brackets within the words for `kind`."""
    if kind.role or phrase.form == "word":
        return False
    if port.many:
        return phrase.form == "join" and phrase.joiner != kind.title
    if port.type == "signal" or kind.group == "Maths":
        return True
    return phrase.form == "sum" and kind.group != "Comparison"


def _unconnected(port: Input, kind: BlockKind, block: Block) -> str:
    param = kind.param(port.param)
    return param.show(block.params[param.name]) if param else port.market or "(nothing yet)"


def _reversal(strategy: Strategy) -> list[str]:
    """Return what an entry does to a position of the other side, where both sides enter (rule 7)."""
    connected = {wire.target for wire in strategy.wires}
    entries = {role_of(block) for block in strategy.blocks if block.id in connected}
    if not {"enter_long", "enter_short"} <= entries:
        return []
    lines = ["An entry against an open position closes it and opens the other side at once."]
    if any(role_of(block) == "cooldown" for block in strategy.blocks):
        lines.append("While the cooldown after that lasts, the next such entry only closes the position.")
    return lines


def _risk(strategy: Strategy) -> list[str]:
    lines = []
    for role in _RISK:
        blocks = [block for block in strategy.blocks if role_of(block) == role]
        for block in blocks:
            kind = catalog.kind(block.kind)
            assert kind is not None  # a block with a role has a kind
            words = {param.name: param.show(block.params[param.name]) for param in kind.params}
            lines.append(_sentence(kind.phrase_of("", block.params).format_map(words)))
        if role == "position_size" and not blocks:
            lines.append("Each trade uses 100 % of the equity.")  # rule 22
    return lines


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _instrument(strategy: Strategy) -> str:
    return f"{strategy.symbol} ({exchange_name(strategy.exchange)})"


def _bars(timeframe: Timeframe) -> str:
    text = str(timeframe)
    return f"{text[:-1]}-{_UNITS[text[-1]]}"
