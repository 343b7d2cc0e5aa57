"""The conditions behind an order, and what each of them said at a bar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.blocks import catalog
from app.engine.result import BacktestResult
from app.market.candles import FloatSeries
from app.results.numbers import listed, price
from app.strategy.document import Block, Strategy
from app.strategy.explain import Port, in_words
from app.strategy.graph import evaluation_order
from app.strategy.wording import Names, readable, title

State = Literal["true", "false", "unknown"]

_STATES: Mapping[int, State] = {1: "true", 0: "false"}
_CROSSINGS = ("crosses_above", "crosses_below", "crosses")
_DIRECTIONS = ("rising", "falling")
# More values in a row are no help to a reader.
_MOST_EARLIER = 5


@dataclass(frozen=True)
class Operand:
    """A number that a condition looked at: what it is called, and its value at the bar, None where unknown.

    `earlier` are the values of the bars before, the oldest first, where the condition is about how the number moved.
    """

    name: str
    block_id: str
    value: float | None
    earlier: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Condition:
    """What one condition said at the close of a bar. `words` reads `the 14-bar RSI of close is below 35`."""

    block_id: str
    output: str
    words: str
    state: State
    operands: tuple[Operand, ...]

    def sentence(self) -> str:
        """Return the condition with the values it saw: `... below 35 (RSI 28.41)`, `... rising (RSI 27.10 → 28.41)`."""
        seen = [
            f"{operand.name} {' → '.join(map(price, (*operand.earlier, operand.value)))}" for operand in self.operands
        ]
        return f"{self.words} ({', '.join(seen)})" if seen else self.words


def conditions_of(strategy: Strategy, order_id: str) -> tuple[Port, ...]:
    """Return the outputs that all have to be true for an order, in the order of the wires; those of an AND singly."""
    into = _into(strategy)
    found: dict[Port, None] = {}
    waiting = [source for _, source in into.get(order_id, ())]
    while waiting:
        port = waiting.pop(0)
        block = strategy.block(port[0])
        if block is not None and block.kind == "all_of":
            waiting[:0] = [source for _, source in into.get(port[0], ())]
        else:
            found[port] = None
    return tuple(found)


def condition_at(result: BacktestResult, port: Port, bar: int) -> Condition:
    """Return what the condition that comes out of `port` said at the close of `bar`."""
    values = result.values.get(port)
    state = _STATES.get(-1 if values is None else int(values[bar]), "unknown")
    return Condition(*port, words_of(result.strategy).get(port, ""), state, tuple(_operands(result, port[0], bar)))


def conditions_at(result: BacktestResult, order_id: str, bar: int) -> tuple[Condition, ...]:
    """Return what each condition behind an order said at the close of `bar`."""
    return tuple(condition_at(result, port, bar) for port in conditions_of(result.strategy, order_id))


def together(conditions: tuple[Condition, ...]) -> str:
    """Return conditions as one part of a sentence."""
    return listed([condition.sentence() for condition in conditions])


def words_of(strategy: Strategy) -> Mapping[Port, str]:
    """Return the words for every output of a strategy; those of the last few strategies are remembered."""
    return _remembered(_Key(strategy))


class _Key:
    """A strategy that is the same only as itself: its mappings cannot be hashed."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy

    def __hash__(self) -> int:
        return id(self.strategy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.strategy is self.strategy


@lru_cache(maxsize=8)
def _remembered(key: _Key) -> Mapping[Port, str]:
    return in_words(key.strategy)


def _into(strategy: Strategy) -> dict[str, list[tuple[str, Port]]]:
    """Return for each block the inputs and what is wired to them, in the order of the wires."""
    into: dict[str, list[tuple[str, Port]]] = {}
    for wire in strategy.wires:
        into.setdefault(wire.target, []).append((wire.input, (wire.source, wire.output)))
    return into


def _operands(result: BacktestResult, block_id: str, bar: int) -> Iterable[Operand]:
    """Return the numbers a condition looked at, those of the conditions it is made of included, each once."""
    strategy, into = result.strategy, _into(result.strategy)
    wanted = {block_id}
    for block in reversed(evaluation_order(strategy)):
        if block.id in wanted:
            wanted.update(port[0] for name, port in into.get(block.id, ()) if _is_signal(block, name))
    found: dict[Port, Operand] = {}
    for block in strategy.blocks:
        if block.id in wanted:
            for port, operand in _own_operands(result, block, dict(into.get(block.id, ())), bar):
                if port not in found or len(operand.earlier) > len(found[port].earlier):
                    found[port] = operand
    return found.values()


def _is_signal(block: Block, name: str) -> bool:
    kind = catalog.kind(block.kind)
    port = kind.input(name) if kind else None
    return port is not None and port.type == "signal"


def _own_operands(
    result: BacktestResult, block: Block, wired: Mapping[str, Port], bar: int
) -> Iterator[tuple[Port, Operand]]:
    kind, first = catalog.kind(block.kind), max(0, bar - _looks_back(block))
    for port in kind.inputs if kind else ():
        source = wired.get(port.name)
        if port.type == "signal":
            continue
        if source is not None and source in result.values:
            *earlier, value = _numbers(result.values[source][first : bar + 1])
            yield source, Operand(_name(result.strategy, source), source[0], value, tuple(earlier))
        elif port.market:
            *earlier, value = _numbers(getattr(result.bars, port.market)[first : bar + 1])
            yield ("", port.market), Operand(port.market, block.id, value, tuple(earlier))


def _looks_back(block: Block) -> int:
    """Return how many bars before are worth showing beside a number: those that the condition compares with."""
    if block.kind in _CROSSINGS:
        return 1
    bars = int(block.params.get("bars", 0)) if block.kind in _DIRECTIONS else 0
    return bars if bars <= _MOST_EARLIER else 0


def _name(strategy: Strategy, source: Port) -> str:
    """Return what a number is called beside the words of a condition: `RSI`, of two averages `50-bar SMA`."""
    block = strategy.block(source[0])
    kind = catalog.kind(block.kind) if block else None
    if block is None or kind is None:
        return source[0]
    name, output = Names(strategy.blocks).of(block), readable(source[1])
    if name == f"{title(block)} {block.params.get('period')}":
        name = f"{block.params['period']}-bar {title(block)}"
    several = len(kind.outputs) > 1 and output not in ("value", title(block).lower())
    return f"{name} {output}" if several else name


def _numbers(values: FloatSeries) -> list[float | None]:
    # Only NaN differs from itself.
    return [value if value == value else None for value in values.tolist()]
