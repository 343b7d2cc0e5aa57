"""One function per thing a trader can do to a drawing: the old strategy in, the new one out.

What is impossible raises EditRefused, so that no edit breaks a rule of `structure`. An edit that changes nothing
returns the strategy it was given. New blocks stand at the end of `blocks`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from app.blocks import catalog
from app.blocks.params import ParamValue
from app.errors import BlockbuildersError
from app.market.timeframe import Timeframe
from app.strategy import limits, structure
from app.strategy.document import Block, Strategy, Wire
from app.strategy.graph import one_cycle
from app.strategy.wording import Nearest, named, quoted, readable

Place = tuple[float, float]


class EditRefused(BlockbuildersError):
    """The edit is impossible; the strategy stays as it was."""


def add_block(strategy: Strategy, kind_id: str, at: Place = (0.0, 0.0)) -> Strategy:
    """Return the strategy with a new block of this kind, all params at their defaults."""
    kind = catalog.kind(kind_id)
    if kind is None:
        raise EditRefused(f"There is no block called {quoted(kind_id)}.{Nearest().kind_hint(kind_id)}")
    block_id = free_id(kind.id, {block.id for block in strategy.blocks})
    return _with(strategy, [Block(block_id, kind.id, kind.defaults())], [], {block_id: at})


def free_id(kind_id: str, taken: Collection[str]) -> str:
    """Return the id for the next block of this kind: `rsi_1`, or the first number after it that is not taken."""
    names = (f"{kind_id[:34]}_{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def remove_block(strategy: Strategy, block_id: str) -> Strategy:
    """Return the strategy without this block and its wires."""
    return remove_blocks(strategy, [block_id])


def remove_blocks(strategy: Strategy, block_ids: Iterable[str]) -> Strategy:
    """Return the strategy without these blocks and their wires."""
    gone = {_block(strategy, block_id).id for block_id in block_ids}
    return replace(
        strategy,
        blocks=tuple(block for block in strategy.blocks if block.id not in gone),
        wires=tuple(wire for wire in strategy.wires if not gone & {wire.source, wire.target}),
        layout={block_id: place for block_id, place in strategy.layout.items() if block_id not in gone},
    )


def connect(strategy: Strategy, wire: Wire) -> Strategy:
    """Return the strategy with this wire; where an input takes a single wire, it takes the place of the other."""
    if wire in strategy.wires:
        return strategy
    blocks = {block.id: block for block in strategy.blocks}
    for flaw in structure.wire_flaws(wire, blocks, Nearest()):
        raise EditRefused(flaw.message)
    wires = strategy.wires
    if not structure.takes_many(blocks[wire.target], wire.input):
        wires = tuple(other for other in wires if (other.target, other.input) != (wire.target, wire.input))
    wires = (*wires, wire)
    if circle := one_cycle(blocks, wires):
        raise EditRefused(structure.cycle_text(circle))
    _check_sizes(len(blocks), len(wires))
    return replace(strategy, wires=wires)


def disconnect(strategy: Strategy, wire: Wire) -> Strategy:
    """Return the strategy without this wire."""
    if wire not in strategy.wires:
        raise EditRefused(f"There is no wire from {quoted(wire.source)} to {quoted(wire.target)}.")
    return replace(strategy, wires=tuple(other for other in strategy.wires if other != wire))


def set_param(strategy: Strategy, block_id: str, name: str, value: ParamValue) -> Strategy:
    """Return the strategy with one param of a block changed."""
    block = _block(strategy, block_id)
    kind = catalog.kind(block.kind)
    param = kind.param(name) if kind else None
    if param is None:
        names = [param.name for param in kind.params] if kind else []
        hint = Nearest().hint_or_list("param", name, names)
        raise EditRefused(f"{named(block)} has no setting called {quoted(name)}.{hint}")
    if flaw := param.flaw(value):
        raise EditRefused(f"{named(block)}: {readable(name)} {flaw}.")
    new = Block(block.id, block.kind, {**block.params, name: param.settle(value)})
    blocks = tuple(new if other.id == block_id else other for other in strategy.blocks)
    return _changed(strategy, blocks=blocks)


def move(strategy: Strategy, places: Mapping[str, Place]) -> Strategy:
    """Return the strategy with these blocks at new positions."""
    for block_id in places:
        _block(strategy, block_id)
    return _changed(strategy, layout={**strategy.layout, **_checked(places)})


def rename(strategy: Strategy, name: str) -> Strategy:
    """Return the strategy under a new name."""
    _refuse_if(limits.name_flaw(name), "The name of the strategy")
    return _changed(strategy, name=name)


def set_note(strategy: Strategy, note: str) -> Strategy:
    """Return the strategy with a new note."""
    _refuse_if(limits.note_flaw(note), "The note")
    return _changed(strategy, note=note)


def set_timeframe(strategy: Strategy, timeframe: Timeframe) -> Strategy:
    """Return the strategy on another timeframe."""
    return _changed(strategy, timeframe=timeframe)


def set_instrument(strategy: Strategy, symbol: str, exchange: str) -> Strategy:
    """Return the strategy for another instrument."""
    _refuse_if(limits.instrument_flaw(symbol), "The symbol")
    _refuse_if(limits.instrument_flaw(exchange), "The name of the exchange")
    return _changed(strategy, symbol=symbol, exchange=exchange)


def duplicate_blocks(strategy: Strategy, block_ids: Iterable[str], offset: Place = (40.0, 40.0)) -> Strategy:
    """Return the strategy with copies of these blocks and of the wires between them, beside the originals."""
    wanted = {_block(strategy, block_id).id for block_id in block_ids}
    copied = remove_blocks(strategy, [block.id for block in strategy.blocks if block.id not in wanted])
    return paste(strategy, copied, offset)


def paste(strategy: Strategy, clip: Strategy, offset: Place = (0.0, 0.0)) -> Strategy:
    """Return the strategy with the blocks and wires of `clip` added under new ids, their positions shifted.

    `clip` keeps the rules of `structure`; its name, instrument, timeframe and note do not matter.
    """
    taken = {block.id for block in strategy.blocks}
    names: dict[str, str] = {}
    for block in clip.blocks:
        names[block.id] = free_id(block.kind, taken)
        taken.add(names[block.id])
    blocks = [Block(names[block.id], block.kind, dict(block.params)) for block in clip.blocks]
    wires = [replace(wire, source=names[wire.source], target=names[wire.target]) for wire in clip.wires]
    places = {names[name]: (place[0] + offset[0], place[1] + offset[1]) for name, place in clip.layout.items()}
    return _with(strategy, blocks, wires, places)


def _changed(strategy: Strategy, **fields: Any) -> Strategy:
    new = replace(strategy, **fields)
    return strategy if new == strategy else new


def _with(strategy: Strategy, blocks: Iterable[Block], wires: Iterable[Wire], places: Mapping[str, Place]) -> Strategy:
    all_blocks, all_wires = (*strategy.blocks, *blocks), (*strategy.wires, *wires)
    _check_sizes(len(all_blocks), len(all_wires))
    return replace(strategy, blocks=all_blocks, wires=all_wires, layout={**strategy.layout, **_checked(places)})


def _check_sizes(blocks: int, wires: int) -> None:
    if blocks > limits.MAX_BLOCKS:
        raise EditRefused(structure.too_many("blocks", blocks, limits.MAX_BLOCKS).message)
    if wires > limits.MAX_WIRES:
        raise EditRefused(structure.too_many("wires", wires, limits.MAX_WIRES).message)


def _checked(places: Mapping[str, Place]) -> dict[str, Place]:
    for block_id, place in places.items():
        if not all(math.isfinite(at) and abs(at) <= limits.MAX_PLACE for at in place):
            raise EditRefused(f"The position of {quoted(block_id)} is too far away.")
    return {block_id: (float(x) + 0.0, float(y) + 0.0) for block_id, (x, y) in places.items()}


def _block(strategy: Strategy, block_id: str) -> Block:
    block = strategy.block(block_id)
    if block is None:
        hint = Nearest().hint("block", block_id, [block.id for block in strategy.blocks])
        raise EditRefused(f"There is no block {quoted(block_id)}.{hint}")
    return block


def _refuse_if(flaw: str | None, subject: str) -> None:
    if flaw:
        raise EditRefused(f"{subject} {flaw}.")
