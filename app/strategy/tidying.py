"""A whole drawing laid out anew, with its frames around their blocks and its notes beside what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.strategy import arrange, edits, parts, rewire, sheets
from app.strategy.document import Block, Frame, Note, Place, Strategy, Wire
from app.strategy.graph import one_cycle
from app.strategy.parts import Boxes, Parts

_PAD = 24.0
_TITLE = 44.0
_GAP = 16.0
_ORIGIN = (40.0, 40.0)

Rectangle = tuple[Place, Place]


@dataclass(frozen=True)
class _Group:
    """A frame with what stands in it, laid out by itself around its own top left corner."""

    frame: Frame
    inside: Parts
    blocks: Mapping[str, Place]
    notes: Mapping[str, Place]
    size: Place


def tidied(strategy: Strategy, boxes: Boxes) -> Strategy:
    """Return the strategy with every block in its column and all wires straight; `boxes` is where blocks are drawn.

    What a frame holds stays together, laid out within it; frames in frames move with the outer one's blocks. Notes
    outside of frames keep their way from the nearest block, as far as nothing is in the way.
    """
    strategy = replace(strategy, reroutes={})
    groups = _groups(strategy, boxes)
    sizes = {name: size for name, (_, size) in boxes.items()}
    outer, outer_sizes = _contracted(strategy, groups, sizes)
    places = arrange.tidy(outer, outer_sizes, _ORIGIN)
    blocks = {name: at for name, at in places.items() if name in sizes}
    frames: dict[str, Place] = {}
    notes: dict[str, Place] = {}
    for group in groups:
        corner = places[_name(group.frame)]
        frames[group.frame.id] = corner
        blocks |= {name: edits.shifted(at, corner) for name, at in group.blocks.items()}
        notes |= {name: edits.shifted(at, corner) for name, at in group.notes.items()}
    grown = {group.frame.id: group.size for group in groups}
    for frame in strategy.frames:
        held = parts.within(strategy, [frame.id], boxes).blocks
        if frame.id not in frames and held:
            frames[frame.id], grown[frame.id] = _around({name: blocks[name] for name in blocks if name in held}, sizes)
    after = replace(strategy, frames=tuple(_sized(frame, grown.get(frame.id)) for frame in strategy.frames))
    notes |= _loose_notes(after, boxes, blocks, sizes, frames, notes)
    return sheets.place_sheets(edits.move(after, blocks), frames, notes)


def _groups(strategy: Strategy, boxes: Boxes) -> list[_Group]:
    """Return the outermost frames that hold blocks and can be laid out as one: nothing leads out of them and back."""
    found: list[_Group] = []
    taken = Parts()
    sizes = {name: size for name, (_, size) in boxes.items()}
    for frame in sorted(strategy.frames, key=lambda each: -each.size[0] * each.size[1]):
        inside = parts.within(strategy, [frame.id], boxes) - taken
        if frame.id in taken.frames or not inside.blocks:
            continue
        group = _laid_out(strategy, frame, inside, sizes)
        outer, _ = _contracted(strategy, [*found, group], sizes)
        if not one_cycle([block.id for block in outer.blocks], outer.wires):
            found.append(group)
            taken = taken | inside
    return found


def _laid_out(strategy: Strategy, frame: Frame, inside: Parts, sizes: Mapping[str, Place]) -> _Group:
    alone = rewire.only(strategy, [block.id for block in strategy.blocks if block.id in inside.blocks])
    blocks = arrange.tidy(alone, sizes, (_PAD, _TITLE))
    right = max(at[0] + sizes[name][0] for name, at in blocks.items())
    foot = max(at[1] + sizes[name][1] for name, at in blocks.items()) + _GAP
    notes: dict[str, Place] = {}
    for note in strategy.notes:
        if note.id in inside.notes:
            notes[note.id] = (_PAD, foot)
            foot += note.size[1] + _GAP
            right = max(right, _PAD + note.size[0])
    return _Group(frame, inside, blocks, notes, (right + _PAD, foot - _GAP + _PAD))


def _around(blocks: Mapping[str, Place], sizes: Mapping[str, Place]) -> Rectangle:
    """Return the place and size of a frame around blocks."""
    left, top = (min(at[axis] for at in blocks.values()) for axis in (0, 1))
    right, foot = (max(at[axis] + sizes[name][axis] for name, at in blocks.items()) for axis in (0, 1))
    return (left - _PAD, top - _TITLE), (right - left + 2 * _PAD, foot - top + _TITLE + _PAD)


def _contracted(
    strategy: Strategy, groups: list[_Group], sizes: Mapping[str, Place]
) -> tuple[Strategy, dict[str, Place]]:
    """Return the drawing with each frame as one block, and the sizes of all."""
    of = {name: _name(group.frame) for group in groups for name in group.blocks}
    blocks = [Block(_name(group.frame), "") for group in groups]
    blocks += [block for block in strategy.blocks if block.id not in of]
    wires = {
        Wire(of.get(wire.source, wire.source), wire.output, of.get(wire.target, wire.target), wire.input): None
        for wire in strategy.wires
    }
    between = tuple(wire for wire in wires if wire.source != wire.target)
    outer = Strategy(strategy.name, blocks=tuple(blocks), wires=between)
    return outer, {**sizes, **{_name(group.frame): group.size for group in groups}}


def _loose_notes(
    strategy: Strategy,
    before: Boxes,
    blocks: Mapping[str, Place],
    sizes: Mapping[str, Place],
    frames: Mapping[str, Place],
    placed: Mapping[str, Place],
) -> dict[str, Place]:
    """Return places for the notes outside of frames: moved with the nearest block, and down until they are free."""
    taken = [(at, sizes[name]) for name, at in blocks.items()]
    taken += [(frames[each.id], each.size) for each in strategy.frames if each.id in frames]
    result: dict[str, Place] = {}
    for note in strategy.notes:
        if note.id in placed or not blocks:
            continue
        near = min(blocks, key=lambda name: _apart(before[name], (note.at, note.size)))
        was, now = before[near][0], blocks[near]
        at = _freed((note.at[0] + now[0] - was[0], note.at[1] + now[1] - was[1]), note, taken)
        result[note.id] = at
        taken.append((at, note.size))
    return result


def _freed(at: Place, note: Note, taken: list[Rectangle]) -> Place:
    for _ in range(len(taken)):
        below = [place[1] + size[1] for place, size in taken if _overlap((at, note.size), (place, size))]
        if not below:
            break
        at = (at[0], max(below) + _GAP)
    return at


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    (a, b), (c, d) = one, other
    return all(a[axis] < c[axis] + d[axis] and c[axis] < a[axis] + b[axis] for axis in (0, 1))


def _apart(one: Rectangle, other: Rectangle) -> float:
    (a, b), (c, d) = one, other
    return sum((a[axis] + b[axis] / 2 - c[axis] - d[axis] / 2) ** 2 for axis in (0, 1))


def _sized(frame: Frame, size: Place | None) -> Frame:
    return replace(frame, size=size) if size else frame


def _name(frame: Frame) -> str:
    # No block can have such an id.
    return f"frame {frame.id}"
