"""Why an order did, or did not, come at a bar: the condition that failed first."""

from __future__ import annotations

from dataclasses import dataclass

from app.blocks import catalog
from app.engine.result import BacktestResult
from app.strategy.document import Strategy
from app.strategy.graph import role_of


@dataclass(frozen=True)
class Answer:
    """What decided at a bar: the order asked about, whether it came, and the block whose condition failed first.

    `block_id` is "" when the order came, or when nothing is connected to it.
    """

    order: str
    came: bool
    block_id: str = ""


def why(result: BacktestResult, bar: int) -> Answer | None:
    """Return what decided at the close of `bar`: about leaving while a position is held, else about entering.

    Of two orders, the one that came goes before the one that did not. None where no such order is drawn.
    """
    held = int(result.position[bar])
    roles = {0: ("enter_long", "enter_short"), 1: ("exit_long",), -1: ("exit_short",)}[held]
    orders = [block for role in roles for block in result.strategy.blocks if role_of(block) == role]
    connected = {wire.target for wire in result.strategy.wires}
    answers = [answer(result, block.id, bar) for block in orders if block.id in connected]
    return next((each for each in answers if each.came), answers[0] if answers else None)


def answer(result: BacktestResult, order_id: str, bar: int) -> Answer:
    """Return whether an order block was true at the close of `bar`, and what failed first where it was not."""
    sources = _sources(result.strategy, order_id)
    if all(_value(result, source, bar) == 1 for source in sources):
        return Answer(order_id, came=True)
    failing = order_id
    # Each block stands before the last in the drawing, which has no cycles.
    while True:
        failed = [source for source in _sources(result.strategy, failing) if _value(result, source, bar) != 1]
        if not failed:
            return Answer(order_id, came=False, block_id="" if failing == order_id else failing)
        failing = failed[0][0]
        if _negates(result.strategy, failing):
            return Answer(order_id, came=False, block_id=failing)


def _sources(strategy: Strategy, block_id: str) -> list[tuple[str, str]]:
    """Return the outputs wired to the signal inputs of a block, in the order of the wires."""
    block = strategy.block(block_id)
    kind = catalog.kind(block.kind) if block else None
    signals = {port.name for port in kind.inputs if port.type == "signal"} if kind else set()
    return [(wire.source, wire.output) for wire in strategy.wires if wire.target == block_id and wire.input in signals]


def _value(result: BacktestResult, source: tuple[str, str], bar: int) -> int:
    values = result.values.get(source)
    return -1 if values is None else int(values[bar])


def _negates(strategy: Strategy, block_id: str) -> bool:
    block = strategy.block(block_id)
    return block is not None and block.kind == "negate"
