"""What makes a drawing a drawing: known blocks, valid settings, and wires that can be where they are.

No edit can break these rules, and only a file that keeps them opens. Whether the drawing is finished is a matter for
`validate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.blocks import catalog
from app.blocks.kind import BlockKind, PortType
from app.strategy import block_params, layout_rules, limits
from app.strategy.document import Block, Strategy, Wire
from app.strategy.graph import one_cycle
from app.strategy.problem import Problem
from app.strategy.wording import Nearest, named, quoted


def flaws(
    strategy: Strategy, unreadable: frozenset[str] = frozenset(), nearest: Nearest | None = None
) -> list[Problem]:
    """Return every break of the rules, in the order of the document; all are errors.

    `unreadable` are ids of blocks that exist without being in the strategy: nothing is said about wires to them.
    """
    nearest = nearest or Nearest()
    blocks: dict[str, Block] = {}
    for block in strategy.blocks:
        blocks.setdefault(block.id, block)
    return [
        *_texts(strategy),
        *_sizes(strategy),
        *_blocks(strategy, nearest),
        *layout_rules.flaws(strategy),
        *_wires(strategy, blocks, unreadable, nearest),
        *_cycle(strategy, blocks),
    ]


def _texts(strategy: Strategy) -> Iterator[Problem]:
    checks = (
        ("bad_name", "The name of the strategy", limits.name_flaw(strategy.name)),
        ("bad_symbol", "The symbol", limits.instrument_flaw(strategy.symbol)),
        ("bad_exchange", "The name of the exchange", limits.instrument_flaw(strategy.exchange)),
        ("bad_note", "The note", limits.note_flaw(strategy.note)),
    )
    for code, subject, flaw in checks:
        if flaw:
            yield Problem(code, f"{subject} {flaw}.")


def _sizes(strategy: Strategy) -> Iterator[Problem]:
    for what, count, limit in (
        ("blocks", len(strategy.blocks), limits.MAX_BLOCKS),
        ("wires", len(strategy.wires), limits.MAX_WIRES),
        ("frames", len(strategy.frames), limits.MAX_FRAMES),
        ("notes", len(strategy.notes), limits.MAX_NOTES),
        ("reroutes", len(strategy.reroutes), limits.MAX_REROUTES),
        ("dials", len(strategy.dials), limits.MAX_DIALS),
    ):
        if count > limit:
            yield too_many(what, count, limit)


def too_many(what: str, count: int, limit: int) -> Problem:
    """Return the problem of a strategy with more than `limit` of its parts."""
    return Problem(f"too_many_{what}", f"The strategy has {count:,} {what}; at most {limit:,} are possible.")


def _blocks(strategy: Strategy, nearest: Nearest) -> Iterator[Problem]:
    seen: set[str] = set()
    for block in strategy.blocks:
        if not limits.is_block_id(block.id):
            text = f"{quoted(block.id)} cannot name a block: use small letters, digits and _, such as 'rsi_1'."
            yield Problem("bad_block_id", text)
        if block.id in seen:
            yield Problem("duplicate_block_id", f"Two blocks are called {quoted(block.id)}. Rename one.", block.id)
        seen.add(block.id)
        kind = catalog.kind(block.kind)
        if kind:
            yield from block_params.flaws(block, kind, nearest)
        else:
            text = f"There is no block called {quoted(block.kind)}.{nearest.kind_hint(block.kind)}"
            yield Problem("unknown_kind", text, block.id)


def _wires(
    strategy: Strategy, blocks: Mapping[str, Block], unreadable: frozenset[str], nearest: Nearest
) -> Iterator[Problem]:
    seen: set[Wire] = set()
    taken: set[tuple[str, str]] = set()
    for wire in strategy.wires:
        if wire in seen:
            text = f"The wire from {_end(wire.source, wire.output)} to {_end(wire.target, wire.input)} is there twice."
            yield Problem("duplicate_wire", text, *_spot(wire, blocks))
            continue
        seen.add(wire)
        yield from wire_flaws(wire, blocks, nearest, unreadable)
        end = (wire.target, wire.input)
        if end in taken and not takes_many(blocks.get(wire.target), wire.input):
            text = f"{named(blocks[wire.target])}: only one wire can end at {quoted(wire.input)}. Remove the others."
            yield Problem("input_taken", text, *end)
        if wire.target in blocks:
            taken.add(end)


def wire_flaws(
    wire: Wire, blocks: Mapping[str, Block], nearest: Nearest, unreadable: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Yield what is wrong with one wire by itself: an end that is not there, or ends of different types."""
    spot = _spot(wire, blocks)
    for end in (wire.source, wire.target):
        if end not in blocks and end not in unreadable:
            hint = nearest.hint("block", end, blocks)
            yield Problem("unknown_block", f"A wire ends at {quoted(end)}, but there is no such block.{hint}", *spot)
    source, target = blocks.get(wire.source), blocks.get(wire.target)
    gives = catalog.kind(source.kind) if source else None
    takes = catalog.kind(target.kind) if target else None
    output = gives.output(wire.output) if gives else None
    input_ = takes.input(wire.input) if takes else None
    if source and gives and not output:
        names = [port.name for port in gives.outputs]
        text = _no_port(source, "output", wire.output, names, nearest)
        yield Problem("unknown_output", text, wire.source, wire.output)
    if target and takes and not input_:
        names = [port.name for port in takes.inputs]
        yield Problem("unknown_input", _no_port(target, "input", wire.input, names, nearest), wire.target, wire.input)
    if gives and takes and output and input_ and output.type != input_.type:
        yield Problem("type_mismatch", _mismatch(gives, output.type, takes), wire.target, wire.input)


def takes_many(block: Block | None, name: str) -> bool:
    """Return whether any number of wires may end at this input; so it is said of inputs that nobody knows."""
    kind = catalog.kind(block.kind) if block else None
    port = kind.input(name) if kind else None
    return port is None or port.many


def cycle_text(names: tuple[str, ...]) -> str:
    """Return the sentence about a cycle through these blocks, each feeding the next."""
    if len(names) == 1:
        return f"{quoted(names[0])} is connected to itself. Remove that wire."
    shown = [quoted(name) for name in names[:8]]
    circle = " → ".join([*shown, *(["…"] if len(names) > 8 else []), shown[0]])
    return f"These blocks feed each other in a circle: {circle}. Remove one of the wires."


def _cycle(strategy: Strategy, blocks: Mapping[str, Block]) -> Iterator[Problem]:
    names = one_cycle(blocks, strategy.wires)
    if names:
        yield Problem("cycle", cycle_text(names), names[0])


def _no_port(block: Block, what: str, name: str, valid: list[str], nearest: Nearest) -> str:
    if not valid:
        return f"{named(block)} has no {what}s, so no wire can be there."
    hint = nearest.hint_or_list(f"{what} of {block.kind}", name, valid)
    return f"{named(block)} has no {what} called {quoted(name)}.{hint}"


def _mismatch(gives: BlockKind, given: PortType, takes: BlockKind) -> str:
    if given == "series":
        between = next(kind.title for kind in catalog.KINDS if kind.group == "Comparison")
        way = f"Put a comparison in between, such as {quoted(between)}."
        return f"{gives.title} gives a number; {takes.title} needs true or false. {way}"
    return f"{gives.title} gives true or false; {takes.title} needs a number. Connect a block that gives a number."


def _spot(wire: Wire, blocks: Mapping[str, Block]) -> tuple[str, str]:
    """Return the end of a wire at which a problem is shown: the input, if its block is there."""
    if wire.target in blocks:
        return wire.target, wire.input
    return (wire.source, wire.output) if wire.source in blocks else ("", "")


def _end(block_id: str, port: str) -> str:
    return quoted(f"{block_id}.{port}")
