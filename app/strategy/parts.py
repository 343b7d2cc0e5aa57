"""Parts of a drawing, picked to be moved, copied or removed together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from app.strategy import edits, reroutes, rewire, sheets
from app.strategy.document import Frame, Note, Place, Strategy, Wire

Point = tuple[Wire, int]
Boxes = Mapping[str, tuple[Place, Place]]


@dataclass(frozen=True)
class Parts:
    """Ids of blocks, frames and notes, wires, and points as wire and position."""

    blocks: frozenset[str] = frozenset()
    wires: frozenset[Wire] = frozenset()
    frames: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    points: frozenset[Point] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def __or__(self, other: Parts) -> Parts:
        return Parts(*(getattr(self, each.name) | getattr(other, each.name) for each in fields(self)))

    def joined(self, others: Iterable[Parts]) -> Parts:
        """Return these parts and all the others."""
        result = self
        for other in others:
            result = result | other
        return result

    def __sub__(self, other: Parts) -> Parts:
        return Parts(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(self)))

    def __xor__(self, other: Parts) -> Parts:
        return Parts(*(getattr(self, each.name) ^ getattr(other, each.name) for each in fields(self)))

    def __and__(self, other: Parts) -> Parts:
        return Parts(*(getattr(self, each.name) & getattr(other, each.name) for each in fields(self)))

    def __len__(self) -> int:
        return sum(len(getattr(self, each.name)) for each in fields(self))


def everything(strategy: Strategy) -> Parts:
    """Return all parts of a drawing."""
    return Parts(
        blocks=frozenset(block.id for block in strategy.blocks),
        wires=frozenset(strategy.wires),
        frames=frozenset(frame.id for frame in strategy.frames),
        notes=frozenset(note.id for note in strategy.notes),
        points=frozenset((wire, at) for wire, points in strategy.reroutes.items() for at in range(len(points))),
    )


def within(strategy: Strategy, frame_ids: Iterable[str], boxes: Boxes) -> Parts:
    """Return what moves with these frames: all that stands in them with its middle, smaller frames wholly.

    `boxes` are place and size of every block as drawn. The frames themselves are among the parts.
    """
    names = frozenset(frame_ids)
    found = Parts(frames=names)
    for frame in strategy.frames:
        if frame.id in names:
            found = found | _inside(strategy, frame, boxes)
    return found


def _inside(strategy: Strategy, frame: Frame, boxes: Boxes) -> Parts:
    return Parts(
        blocks=frozenset(name for name, (at, size) in boxes.items() if _holds(frame, _middle(at, size))),
        notes=frozenset(note.id for note in strategy.notes if _holds(frame, _middle(note.at, note.size))),
        frames=frozenset(
            other.id
            for other in strategy.frames
            if _holds(frame, other.at) and _holds(frame, (other.at[0] + other.size[0], other.at[1] + other.size[1]))
        ),
        points=frozenset(
            (wire, number)
            for wire, points in strategy.reroutes.items()
            for number, point in enumerate(points)
            if _holds(frame, point)
        ),
    )


def move(strategy: Strategy, parts: Parts, by: Place, places: Mapping[str, Place]) -> Strategy:
    """Return the strategy with these parts moved by so much; `places` is where each block is drawn now."""
    blocks = [block.id for block in strategy.blocks if block.id in parts.blocks]
    after = edits.move(strategy, {name: edits.shifted(places[name], by) for name in blocks}) if blocks else strategy
    led = {
        wire: tuple(edits.shifted(at, by) if (wire, n) in parts.points else at for n, at in enumerate(points))
        for wire, points in after.reroutes.items()
    }
    if led != after.reroutes:
        after = reroutes.lead(after, led)
    return sheets.place_sheets(
        after,
        {each.id: edits.shifted(each.at, by) for each in after.frames if each.id in parts.frames},
        {each.id: edits.shifted(each.at, by) for each in after.notes if each.id in parts.notes},
    )


def remove(strategy: Strategy, parts: Parts) -> Strategy:
    """Return the strategy without these parts; what stood in a frame stays unless it is one of them."""
    after = reroutes.remove_points(strategy, parts.points)
    after = sheets.remove_sheets(after, parts.frames, parts.notes)
    return rewire.remove(after, _there(after, parts.blocks), [wire for wire in after.wires if wire in parts.wires])


def heal(strategy: Strategy, parts: Parts) -> Strategy:
    """Return the strategy without these parts, the wires of blocks joined."""
    after = remove(strategy, replace(parts, blocks=frozenset(), wires=frozenset()))
    return rewire.heal(after, _there(after, parts.blocks))


def only(strategy: Strategy, parts: Parts) -> Strategy:
    """Return the strategy with these blocks, frames and notes, the wires between the blocks, and nothing else."""
    gone = everything(strategy) - parts
    after = sheets.remove_sheets(strategy, gone.frames, gone.notes)
    return edits.remove_blocks(after, _there(after, gone.blocks))


def duplicate(strategy: Strategy, parts: Parts, offset: Place) -> Strategy:
    """Return the strategy with copies of these parts beside them."""
    return edits.paste(strategy, only(strategy, parts), offset)


def corner(strategy: Strategy) -> Place:
    """Return the top left corner of all that has a place; the origin where nothing has."""
    drawn: tuple[Frame | Note, ...] = (*strategy.frames, *strategy.notes)
    places = [*strategy.layout.values(), *(sheet.at for sheet in drawn)]
    if not places:
        return 0.0, 0.0
    return min(x for x, _ in places), min(y for _, y in places)


def _there(strategy: Strategy, names: frozenset[str]) -> list[str]:
    return [block.id for block in strategy.blocks if block.id in names]


def _middle(at: Place, size: Place) -> Place:
    return at[0] + size[0] / 2, at[1] + size[1] / 2


def _holds(frame: Frame, at: Place) -> bool:
    return all(low <= x <= low + side for low, x, side in zip(frame.at, at, frame.size, strict=True))
