"""Edits that join several steps into one gesture: insert into a wire, heal a gap, add and connect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.blocks import catalog
from app.blocks.kind import BlockKind, PortType
from app.strategy import edits, limits, muting
from app.strategy.document import Place, Strategy, Wire
from app.strategy.edits import EditRefused
from app.strategy.graph import sources_of

Port = tuple[str, str]


def refusal(strategy: Strategy, wire: Wire) -> str | None:
    """Return why this wire cannot be, as a sentence, or None."""
    try:
        edits.connect(strategy, wire)
    except EditRefused as reason:
        return str(reason)
    return None


def feeders(strategy: Strategy, block_id: str) -> frozenset[str]:
    """Return the ids of all blocks from which something arrives at this one, itself included."""
    return _reached(block_id, sources_of(strategy.wires))


def users(strategy: Strategy, block_id: str) -> frozenset[str]:
    """Return the ids of all blocks at which something of this one arrives, itself included."""
    turned = [Wire(wire.target, wire.input, wire.source, wire.output) for wire in strategy.wires]
    return _reached(block_id, sources_of(turned))


def wire_type(strategy: Strategy, wire: Wire) -> PortType:
    """Return what a wire carries."""
    kind = _kind(strategy, wire.source)
    output = kind.output(wire.output)
    if output is None:
        raise EditRefused(f"There is no wire from '{wire.source}' to '{wire.target}'.")
    return output.type


def takes(kind: BlockKind, type_: PortType) -> tuple[str, ...]:
    """Return the inputs of a kind that take this type, those that must be connected first."""
    fitting = [port for port in kind.inputs if port.type == type_]
    return tuple(port.name for port in sorted(fitting, key=lambda port: bool(port.market or port.param)))


def gives(kind: BlockKind, type_: PortType) -> tuple[str, ...]:
    """Return the outputs of a kind that give this type."""
    return tuple(port.name for port in kind.outputs if port.type == type_)


def free_input(strategy: Strategy, block_id: str, type_: PortType) -> str | None:
    """Return the input of a block at which a wire of this type would best end without displacing one, or None."""
    kind = _kind(strategy, block_id)
    taken = {wire.input for wire in strategy.wires if wire.target == block_id}
    for name in takes(kind, type_):
        port = kind.input(name)
        if name not in taken or (port and port.many):
            return name
    return None


def move_wire(strategy: Strategy, old: Wire, new: Wire) -> Strategy:
    """Return the strategy with one wire laid elsewhere, through the points it was led through."""
    if old == new:
        return strategy
    points = strategy.reroutes.get(old, ())
    after = edits.connect(edits.disconnect(strategy, old), new)
    return replace(after, reroutes={**after.reroutes, new: points}) if points else after


def cut(strategy: Strategy, wires: Iterable[Wire]) -> Strategy:
    """Return the strategy without these wires."""
    for wire in wires:
        strategy = edits.disconnect(strategy, wire)
    return strategy


def remove(strategy: Strategy, block_ids: Iterable[str], wires: Iterable[Wire]) -> Strategy:
    """Return the strategy without these blocks and without these wires."""
    strategy = cut(strategy, wires)
    return edits.remove_blocks(strategy, block_ids)


def heal(strategy: Strategy, block_ids: Iterable[str]) -> Strategy:
    """Return the strategy without these blocks; what came into each goes on to where its output of that type went."""
    gone = list(block_ids)
    edits.remove_blocks(strategy, gone)  # refuses what is not there
    after = muting.healed(strategy, gone)
    if len(after.wires) > limits.MAX_WIRES:
        raise EditRefused(f"So many wires would be joined that there are more than {limits.MAX_WIRES:,}.")
    return after if gone else strategy


def add_connected(
    strategy: Strategy, kind_id: str, at: Place, port: Port, from_output: bool, end: str = ""
) -> Strategy:
    """Return the strategy with a new block of this kind, wired to `port`, which is an output or an input.

    `end` names the port of the new block; without it the best fitting one is taken.
    """
    strategy = edits.add_block(strategy, kind_id, at)
    new = strategy.blocks[-1].id
    return edits.connect(strategy, _wire_between(strategy, port, new, from_output, end))


def add_between(strategy: Strategy, kind_id: str, at: Place, source: Port, target: Port) -> Strategy:
    """Return the strategy with a new block of this kind, fed by an output and leading to an input."""
    strategy = add_connected(strategy, kind_id, at, source, from_output=True)
    return edits.connect(strategy, _wire_between(strategy, target, strategy.blocks[-1].id, False, ""))


def add_on_wire(strategy: Strategy, kind_id: str, at: Place, wire: Wire) -> Strategy:
    """Return the strategy with a new block of this kind in the middle of a wire."""
    strategy = edits.add_block(strategy, kind_id, at)
    return insert(strategy, strategy.blocks[-1].id, wire)


def fits_on(strategy: Strategy, kind_id: str, wire: Wire) -> bool:
    """Return whether a block of this kind can stand in the middle of a wire."""
    kind, type_ = catalog.kind(kind_id), wire_type(strategy, wire)
    return kind is not None and bool(takes(kind, type_) and gives(kind, type_))


def insert(strategy: Strategy, block_id: str, wire: Wire) -> Strategy:
    """Return the strategy with a block put into the middle of a wire."""
    type_ = wire_type(strategy, wire)
    kind = _kind(strategy, block_id)
    entry, way_out = free_input(strategy, block_id, type_), gives(kind, type_)
    if entry is None or not way_out:
        raise EditRefused(f"{kind.title} does not fit into this wire: it lacks an input or an output of its type.")
    points, middle = strategy.reroutes.get(wire, ()), strategy.layout.get(block_id, (0.0, 0.0))[0]
    before, behind = (
        Wire(wire.source, wire.output, block_id, entry),
        Wire(block_id, way_out[0], wire.target, wire.input),
    )
    strategy = edits.disconnect(strategy, wire)
    strategy = edits.connect(edits.connect(strategy, before), behind)
    # The points on the left of the block lead to it, the others on from it.
    led = {before: tuple(at for at in points if at[0] < middle), behind: tuple(at for at in points if at[0] >= middle)}
    return replace(strategy, reroutes={**strategy.reroutes, **{line: way for line, way in led.items() if way}})


def make_room(strategy: Strategy, block_id: str, width: float, gap: float = 40.0) -> Strategy:
    """Return the strategy with everything that a block feeds shifted right, where it stands too near."""
    x, _ = strategy.layout.get(block_id, (0.0, 0.0))
    after = [name for name in users(strategy, block_id) if name != block_id and name in strategy.layout]
    nearest = min((strategy.layout[name][0] for name in after), default=x + width + gap)
    shift = x + width + gap - nearest
    if shift <= 0:
        return strategy
    return edits.move(strategy, {name: (place[0] + shift, place[1]) for name, place in _places(strategy, after)})


def only(strategy: Strategy, block_ids: Iterable[str]) -> Strategy:
    """Return the strategy with these blocks and the wires between them, and nothing else."""
    wanted = frozenset(block_ids)
    strategy = replace(strategy, frames=(), notes=())
    return edits.remove_blocks(strategy, [block.id for block in strategy.blocks if block.id not in wanted])


def paste_with_inputs(strategy: Strategy, clip: Strategy, offset: Place) -> Strategy:
    """Return the strategy with the blocks of `clip` pasted, fed by what feeds their originals where those are here."""
    after = edits.paste(strategy, clip, offset)
    new = after.blocks[len(strategy.blocks) :]
    names = {old.id: block.id for old, block in zip(clip.blocks, new, strict=True)}
    kinds = {block.id: block.kind for block in clip.blocks}
    for wire in strategy.wires:
        original = strategy.block(wire.target)
        if original and kinds.get(wire.target) == original.kind and wire.source not in names:
            after = edits.connect(after, replace(wire, target=names[wire.target]))
    return after


def _places(strategy: Strategy, names: Iterable[str]) -> list[tuple[str, Place]]:
    wanted = set(names)
    return [(name, place) for name, place in strategy.layout.items() if name in wanted]


def _wire_between(strategy: Strategy, port: Port, new: str, from_output: bool, end: str) -> Wire:
    kind = _kind(strategy, new)
    other = _kind(strategy, port[0])
    known = other.output(port[1]) if from_output else other.input(port[1])
    if known is None:
        raise EditRefused(f"There is no port '{port[1]}' at '{port[0]}'.")
    fitting = takes(kind, known.type) if from_output else gives(kind, known.type)
    if not (end or fitting):
        raise EditRefused(f"{kind.title} has no port that fits there.")
    name = end or fitting[0]
    return Wire(*port, new, name) if from_output else Wire(new, name, *port)


def _kind(strategy: Strategy, block_id: str) -> BlockKind:
    block = strategy.block(block_id)
    kind = catalog.kind(block.kind) if block else None
    if kind is None:
        raise EditRefused(f"There is no block '{block_id}'.")
    return kind


def _reached(start: str, following: Mapping[str, list[str]]) -> frozenset[str]:
    found = {start: None}
    ready = [start]
    for name in ready:
        for other in following.get(name, ()):
            if other not in found:
                found[other] = None
                ready.append(other)
    return frozenset(found)
