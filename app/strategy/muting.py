"""Blocks taken out of the flow: what came into them goes on to where they led."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from app.blocks import catalog
from app.blocks.kind import BlockKind, PortType
from app.strategy import limits
from app.strategy.document import Block, Strategy, Wire
from app.strategy.graph import evaluation_order

Port = tuple[str, str]
Passed = dict[PortType, tuple[Port, ...]]


def without_muted(strategy: Strategy) -> Strategy:
    """Return the strategy as it counts: without its muted blocks, their wires healed.

    The same strategy where nothing is muted. Copes with flaws of structure.
    """
    muted = [block.id for block in strategy.blocks if block.muted]
    return healed(strategy, muted) if muted else strategy


def healed(strategy: Strategy, gone: Collection[str]) -> Strategy:
    """Return the strategy without these blocks: what came into each goes on to where its output of that type went.

    Of several that came in, an input for one wire gets the one of the first port. A wire that is joined stands in the
    place of the one that left. At most one wire more than a strategy can have is made: enough to be refused.
    """
    gone = frozenset(gone)
    wires = _healed_wires(strategy, gone)
    left = tuple(block for block in strategy.blocks if block.id not in gone)
    layout = {block_id: place for block_id, place in strategy.layout.items() if block_id not in gone}
    reroutes = {wire: points for wire, points in strategy.reroutes.items() if wire in wires}
    dials = tuple(dial for dial in strategy.dials if dial[0] not in gone)
    return replace(strategy, blocks=left, wires=tuple(wires), layout=layout, reroutes=reroutes, dials=dials)


def _healed_wires(strategy: Strategy, gone: Collection[str]) -> dict[Wire, None]:
    blocks = {block.id: block for block in strategy.blocks}
    passed = _passed(strategy, gone)
    wires: dict[Wire, None] = {}
    for wire in strategy.wires:
        for joined in _joined(wire, gone, blocks, passed):
            wires.setdefault(joined)
            if len(wires) > limits.MAX_WIRES:
                return wires
    return wires


def _joined(
    wire: Wire, gone: Collection[str], blocks: Mapping[str, Block], passed: Mapping[str, Passed]
) -> Iterator[Wire]:
    """Yield what becomes of a wire: itself, nothing, or wires from what came into the block where it began."""
    if wire.target in gone:
        return
    if wire.source not in gone:
        yield wire
        return
    source, target = blocks.get(wire.source), blocks.get(wire.target)
    type_ = _gives(source, wire.output)
    ports = passed.get(wire.source, {}).get(type_, ()) if type_ else ()
    kind = catalog.kind(target.kind) if target else None
    port = kind.input(wire.input) if kind else None
    for block_id, output in ports if port and port.many else ports[:1]:
        yield replace(wire, source=block_id, output=output)


def _passed(strategy: Strategy, gone: Collection[str]) -> dict[str, Passed]:
    """Return for each block that is gone which outputs it passes on, by type, those of its first port first."""
    into: dict[str, list[Wire]] = {block_id: [] for block_id in sorted(gone)}
    for wire in strategy.wires:
        if wire.target in into:
            into[wire.target].append(wire)
    blocks = {block.id: block for block in strategy.blocks}
    result: dict[str, Passed] = {}
    for block in evaluation_order(strategy):
        kind = catalog.kind(block.kind)
        if block.id in into and kind:
            result[block.id] = _of_one(kind, into[block.id], gone, blocks, result)
    return result


def _of_one(
    kind: BlockKind, wires: list[Wire], gone: Collection[str], blocks: Mapping[str, Block], passed: Mapping[str, Passed]
) -> Passed:
    order = {port.name: number for number, port in enumerate(kind.inputs)}
    found: dict[PortType, dict[Port, None]] = {"series": {}, "signal": {}}
    for wire in sorted(wires, key=lambda wire: order.get(wire.input, len(order))):
        type_ = _gives(blocks.get(wire.source), wire.output)
        if type_ is None:
            continue
        before = passed.get(wire.source)
        if before is None and wire.source in gone:
            continue  # it stands on a circle
        many = (port := kind.input(wire.input)) is not None and port.many
        ports = ((wire.source, wire.output),) if before is None else before[type_]
        found[type_].update(dict.fromkeys(ports if many else ports[:1]))
    return {type_: tuple(ports) for type_, ports in found.items()}


def _gives(block: Block | None, output: str) -> PortType | None:
    kind = catalog.kind(block.kind) if block else None
    port = kind.output(output) if kind else None
    return port.type if port else None
