"""One function per thing a trader can do to a drawing: the old strategy in, the new one out.

What is impossible raises EditRefused, so that no edit breaks a rule of `structure`. An edit that changes nothing
returns the strategy it was given. New blocks stand at the end of `blocks`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

from app.blocks import catalog
from app.blocks.params import ParamValue
from app.errors import BlockbuildersError
from app.market.timeframe import Timeframe
from app.strategy import layout_rules, limits, structure
from app.strategy.document import Block, Frame, Note, Place, Strategy, Wire
from app.strategy.graph import one_cycle
from app.strategy.wording import Names, Nearest, quoted, readable

Sheet = TypeVar("Sheet", Frame, Note)


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
    if not gone:
        return strategy
    return fitted(
        replace(
            strategy,
            blocks=tuple(block for block in strategy.blocks if block.id not in gone),
            wires=tuple(wire for wire in strategy.wires if not gone & {wire.source, wire.target}),
        )
    )


def fitted(strategy: Strategy) -> Strategy:
    """Return the strategy with only such places, points and dials as belong to something that is there."""
    blocks = {block.id: block for block in strategy.blocks}
    drawn = frozenset(strategy.wires)
    return replace(
        strategy,
        layout={block_id: place for block_id, place in strategy.layout.items() if block_id in blocks},
        reroutes={wire: points for wire, points in strategy.reroutes.items() if wire in drawn},
        dials=tuple((block_id, name) for block_id, name in strategy.dials if name in _params(blocks.get(block_id))),
    )


def _params(block: Block | None) -> Mapping[str, ParamValue]:
    return block.params if block else {}


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
    return fitted(replace(strategy, wires=wires))


def disconnect(strategy: Strategy, wire: Wire) -> Strategy:
    """Return the strategy without this wire."""
    if wire not in strategy.wires:
        raise EditRefused(f"There is no wire from {quoted(wire.source)} to {quoted(wire.target)}.")
    return fitted(replace(strategy, wires=tuple(other for other in strategy.wires if other != wire)))


def set_param(strategy: Strategy, block_id: str, name: str, value: ParamValue) -> Strategy:
    """Return the strategy with one param of a block changed."""
    block = _block(strategy, block_id)
    kind = catalog.kind(block.kind)
    param = kind.param(name) if kind else None
    if param is None:
        names = [param.name for param in kind.params] if kind else []
        hint = Nearest().hint_or_list("param", name, names)
        raise EditRefused(f"{Names(strategy.blocks).of(block)} has no setting called {quoted(name)}.{hint}")
    if flaw := param.flaw(value):
        raise EditRefused(f"{Names(strategy.blocks).of(block)}: {readable(name)} {flaw}.")
    new = replace(block, params={**block.params, name: param.settle(value)})
    blocks = tuple(new if other.id == block_id else other for other in strategy.blocks)
    return changed(strategy, blocks=blocks)


def mute(strategy: Strategy, block_ids: Iterable[str], muted: bool = True) -> Strategy:
    """Return the strategy with these blocks muted, as if they were not there, or no longer."""
    return _marked(strategy, block_ids, muted=muted)


def collapse(strategy: Strategy, block_ids: Iterable[str], collapsed: bool = True) -> Strategy:
    """Return the strategy with these blocks drawn as their titles alone, or no longer."""
    return _marked(strategy, block_ids, collapsed=collapsed)


def set_dial(strategy: Strategy, block_id: str, name: str, on: bool = True) -> Strategy:
    """Return the strategy with a setting among its dials, or no longer."""
    if name not in _block(strategy, block_id).params:
        raise EditRefused(f"{quoted(block_id)} has no setting called {quoted(name)}.")
    others = tuple(dial for dial in strategy.dials if dial != (block_id, name))
    if on and (block_id, name) in strategy.dials:
        return strategy
    _check_size("dials", len(others) + on, limits.MAX_DIALS)
    return changed(strategy, dials=(*others, (block_id, name)) if on else others)


def _marked(strategy: Strategy, block_ids: Iterable[str], **marks: bool) -> Strategy:
    chosen = {_block(strategy, block_id).id for block_id in block_ids}
    blocks = tuple(replace(block, **marks) if block.id in chosen else block for block in strategy.blocks)  # type: ignore[arg-type]
    return changed(strategy, blocks=blocks)


def move(strategy: Strategy, places: Mapping[str, Place]) -> Strategy:
    """Return the strategy with these blocks at new positions."""
    for block_id in places:
        _block(strategy, block_id)
    there = {block.id for block in strategy.blocks}
    layout = {block_id: place for block_id, place in strategy.layout.items() if block_id in there}
    return changed(strategy, layout={**layout, **_checked(places)})


def rename(strategy: Strategy, name: str) -> Strategy:
    """Return the strategy under a new name."""
    _refuse_if(limits.name_flaw(name), "The name of the strategy")
    return changed(strategy, name=name)


def set_note(strategy: Strategy, note: str) -> Strategy:
    """Return the strategy with a new note."""
    _refuse_if(limits.note_flaw(note), "The note")
    return changed(strategy, note=note)


def set_timeframe(strategy: Strategy, timeframe: Timeframe) -> Strategy:
    """Return the strategy on another timeframe."""
    return changed(strategy, timeframe=timeframe)


def set_instrument(strategy: Strategy, symbol: str, exchange: str) -> Strategy:
    """Return the strategy for another instrument."""
    _refuse_if(limits.instrument_flaw(symbol), "The symbol")
    _refuse_if(limits.instrument_flaw(exchange), "The name of the exchange")
    return changed(strategy, symbol=symbol, exchange=exchange)


def duplicate_blocks(strategy: Strategy, block_ids: Iterable[str], offset: Place = (40.0, 40.0)) -> Strategy:
    """Return the strategy with copies of these blocks and of the wires between them, beside the originals."""
    wanted = {_block(strategy, block_id).id for block_id in block_ids}
    copied = remove_blocks(strategy, [block.id for block in strategy.blocks if block.id not in wanted])
    return paste(strategy, replace(copied, frames=(), notes=()), offset)


def paste(strategy: Strategy, clip: Strategy, offset: Place = (0.0, 0.0)) -> Strategy:
    """Return the strategy with all that is drawn in `clip` added under new ids, its positions shifted.

    `clip` keeps the rules of `structure`; its name, instrument, timeframe, note and dials do not matter.
    """
    clip = fitted(clip)
    names = free_ids({block.id: block.kind for block in clip.blocks}, {block.id for block in strategy.blocks})
    blocks = [replace(block, id=names[block.id]) for block in clip.blocks]
    lines = {wire: replace(wire, source=names[wire.source], target=names[wire.target]) for wire in clip.wires}
    places = {names[name]: shifted(place, offset) for name, place in clip.layout.items()}
    after = _with(strategy, blocks, lines.values(), places)
    points = {lines[wire]: tuple(shifted(at, offset) for at in points) for wire, points in clip.reroutes.items()}
    frames = _copies(clip.frames, strategy.frames, offset)
    notes = _copies(clip.notes, strategy.notes, offset)
    return with_sheets(
        replace(after, reroutes={**after.reroutes, **points}), (*after.frames, *frames), (*after.notes, *notes)
    )


def free_ids(kinds: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """Return for each of these ids, given with its kind, a new one that is not taken."""
    used = set(taken)
    names: dict[str, str] = {}
    for name, kind in kinds.items():
        names[name] = free_id(kind, used)
        used.add(names[name])
    return names


def shifted(place: Place, by: Place) -> Place:
    """Return a place moved by so much."""
    return place[0] + by[0], place[1] + by[1]


def with_sheets(strategy: Strategy, frames: tuple[Frame, ...], notes: tuple[Note, ...]) -> Strategy:
    """Return the strategy with these frames and notes in place of its own, and all points within bounds."""
    after = changed(strategy, frames=frames, notes=notes)
    _check_size("frames", len(frames), limits.MAX_FRAMES)
    _check_size("notes", len(notes), limits.MAX_NOTES)
    for flaw in layout_rules.flaws(after):
        raise EditRefused(flaw.message)
    return after


def _copies(sheets: tuple[Sheet, ...], taken: Iterable[Sheet], offset: Place) -> list[Sheet]:
    what = {sheet.id: "frame" if isinstance(sheet, Frame) else "note" for sheet in sheets}
    names = free_ids(what, {sheet.id for sheet in taken})
    return [replace(sheet, id=names[sheet.id], at=shifted(sheet.at, offset)) for sheet in sheets]


def changed(strategy: Strategy, **fields: Any) -> Strategy:
    """Return the strategy with other fields, the same one where nothing differs."""
    new = replace(strategy, **fields)
    return strategy if new == strategy else new


def _with(strategy: Strategy, blocks: Iterable[Block], wires: Iterable[Wire], places: Mapping[str, Place]) -> Strategy:
    strategy = fitted(strategy)
    all_blocks, all_wires = (*strategy.blocks, *blocks), (*strategy.wires, *wires)
    _check_sizes(len(all_blocks), len(all_wires))
    return replace(strategy, blocks=all_blocks, wires=all_wires, layout={**strategy.layout, **_checked(places)})


def _check_sizes(blocks: int, wires: int) -> None:
    _check_size("blocks", blocks, limits.MAX_BLOCKS)
    _check_size("wires", wires, limits.MAX_WIRES)


def _check_size(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise EditRefused(structure.too_many(what, count, limit).message)


def _checked(places: Mapping[str, Place]) -> dict[str, Place]:
    for block_id, place in places.items():
        if not limits.is_place(place):
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
