"""What differs between two drawings: blocks, params, wires and the fields around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.blocks import catalog
from app.blocks.params import ParamValue
from app.strategy.document import Block, Strategy, Wire
from app.strategy.wording import Names, quoted, readable

_FIELDS = ("name", "symbol", "exchange", "timeframe", "note")


@dataclass(frozen=True)
class ParamChange:
    """A param of a block that is in both drawings; None where one of them does not have it."""

    name: str
    old: ParamValue | None
    new: ParamValue | None


@dataclass(frozen=True)
class BlockChange:
    """A block that is in both drawings, of the same kind, with other params."""

    block: Block
    params: tuple[ParamChange, ...]


@dataclass(frozen=True)
class FieldChange:
    """A field of the strategy itself, such as its timeframe, as text."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """What a new drawing has, lacks or says otherwise, compared with an old one; blocks are told apart by their ids.

    A block whose kind is another one counts as removed and added. Where blocks stand on the canvas, and the order in
    which things are listed, is no difference. `changed` holds the blocks as they are in the new drawing.
    """

    added: tuple[Block, ...]
    removed: tuple[Block, ...]
    changed: tuple[BlockChange, ...]
    wires_added: tuple[Wire, ...]
    wires_removed: tuple[Wire, ...]
    fields: tuple[FieldChange, ...]
    names: Names = field(compare=False)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.fields or self._drawing)

    @property
    def same_logic(self) -> bool:
        """Whether the two decide alike: only names, notes or the instrument differ."""
        return not self._drawing and all(field.name != "timeframe" for field in self.fields)

    @property
    def _drawing(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.wires_added or self.wires_removed)

    def sentences(self) -> tuple[str, ...]:
        """Return what differs in sentences: fields, blocks, params, then the wires between blocks that stayed."""
        return (
            *(f"The {change.name} was {quoted(change.old)} and is {quoted(change.new)}." for change in self.fields),
            *(f"Removed: {self.names.of(block)}." for block in self.removed),
            *(f"Added: {self.names.of(block)}." for block in self.added),
            *(
                f"{self.names.of(change.block)}: {_param_sentence(change.block, param)}"
                for change in self.changed
                for param in change.params
            ),
            *self._wire_sentences(),
        )

    def _wire_sentences(self) -> Iterator[str]:
        gone, come = {block.id for block in self.removed}, {block.id for block in self.added}
        for wire in self.wires_removed:
            if not {wire.source, wire.target} & gone:
                yield f"No longer connected: {_ends(wire)}."
        for wire in self.wires_added:
            if not {wire.source, wire.target} & come:
                yield f"Connected: {_ends(wire)}."


def difference(old: Strategy, new: Strategy) -> Difference:
    """Return what differs in `new`, compared with `old`."""
    before, after = ({block.id: block for block in strategy.blocks} for strategy in (old, new))
    stayed = {name for name, block in after.items() if name in before and before[name].kind == block.kind}
    changes = [BlockChange(block, _params(before[block.id], block)) for block in new.blocks if block.id in stayed]
    wires_before, wires_after = set(old.wires), set(new.wires)
    return Difference(
        added=tuple(block for block in new.blocks if block.id not in stayed),
        removed=tuple(block for block in old.blocks if block.id not in stayed),
        changed=tuple(change for change in changes if change.params),
        wires_added=tuple(wire for wire in new.wires if wire not in wires_before),
        wires_removed=tuple(wire for wire in old.wires if wire not in wires_after),
        fields=tuple(
            FieldChange(name, str(getattr(old, name)), str(getattr(new, name)))
            for name in _FIELDS
            if getattr(old, name) != getattr(new, name)
        ),
        # A period may be what has changed, so it is no name.
        names=Names({**before, **after}.values(), periods=False),
    )


def _params(old: Block, new: Block) -> tuple[ParamChange, ...]:
    names = dict.fromkeys([*old.params, *new.params])
    pairs = [ParamChange(name, old.params.get(name), new.params.get(name)) for name in names]
    return tuple(pair for pair in pairs if pair.old != pair.new)


def _param_sentence(block: Block, change: ParamChange) -> str:
    return (
        f"{readable(change.name)} was {_shown(block, change.name, change.old)} and is "
        f"{_shown(block, change.name, change.new)}."
    )


def _shown(block: Block, name: str, value: ParamValue | None) -> str:
    kind = catalog.kind(block.kind)
    param = kind.param(name) if kind else None
    if value is None:
        return "not set"
    return readable(param.show(value)) if param else quoted(str(value))


def _ends(wire: Wire) -> str:
    return f"{quoted(f'{wire.source}.{wire.output}')} to {quoted(f'{wire.target}.{wire.input}')}"
