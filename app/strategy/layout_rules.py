"""What places, frames, notes, points of wires and dials must be like, and which of them belong to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from app.blocks import catalog
from app.strategy import limits
from app.strategy.document import Frame, Note, Strategy
from app.strategy.problem import Problem
from app.strategy.wording import quoted


def flaws(strategy: Strategy) -> Iterator[Problem]:
    """Yield every break of the rules; all are errors."""
    for block_id, place in strategy.layout.items():
        if not limits.is_block_id(block_id):
            yield Problem("bad_place", f"The layout has a position for {quoted(block_id)}, which cannot name a block.")
        elif not limits.is_place(place):
            yield Problem("bad_place", f"The position of {quoted(block_id)} is too far away.", block_id)
    yield from _sheets("frame", strategy.frames)
    yield from _sheets("note", strategy.notes)
    for wire, points in strategy.reroutes.items():
        where = f"The wire from {quoted(wire.source)} to {quoted(wire.target)}"
        if len(points) > limits.MAX_POINTS:
            text = f"{where} is led through {len(points)} points; at most {limits.MAX_POINTS} are possible."
            yield Problem("too_many_points", text)
        if not all(limits.is_place(point) for point in points):
            yield Problem("bad_place", f"{where} is led through a point that is too far away.")


def strays(strategy: Strategy) -> Iterator[Problem]:
    """Yield a note for each part of the layout that belongs to a block or a wire that is not there."""
    blocks = {block.id: catalog.kind(block.kind) for block in strategy.blocks}
    for block_id in strategy.layout:
        if block_id not in blocks:
            yield _note(f"The layout has a position for {quoted(block_id)}, but there is no such block.")
    wires = frozenset(strategy.wires)
    for wire in strategy.reroutes:
        if wire not in wires:
            ends = f"{quoted(f'{wire.source}.{wire.output}')} to {quoted(f'{wire.target}.{wire.input}')}"
            yield _note(f"There are points for a wire from {ends}, but there is no such wire.")
    for block_id, name in strategy.dials:
        kind = blocks.get(block_id)
        if kind is None or kind.param(name) is None:
            yield _note(f"There is a dial for {quoted(f'{block_id}.{name}')}, but there is no such setting.")


def sheet_flaw(sheet: Frame | Note) -> Problem | None:
    """Return what is wrong with a frame or a note by itself, or None."""
    what = "frame" if isinstance(sheet, Frame) else "note"
    subject = f"The {what} {quoted(sheet.id)}"
    if not limits.is_block_id(sheet.id):
        text = f"{quoted(sheet.id)} cannot name a {what}: use small letters, digits and _, such as '{what}_1'."
        return Problem("bad_sheet", text)
    words = limits.title_flaw(sheet.title) if isinstance(sheet, Frame) else limits.note_text_flaw(sheet.text)
    if words:
        part = "title" if isinstance(sheet, Frame) else "text"
        return Problem("bad_sheet", f"The {part} of the {what} {quoted(sheet.id)} {words}.")
    if sheet.color not in limits.COLORS:
        text = f"{subject} cannot be {quoted(sheet.color)}. It can be {', '.join(limits.COLORS)}."
        return Problem("bad_sheet", text)
    if not limits.is_place(sheet.at):
        return Problem("bad_place", f"{subject} is too far away.")
    if not limits.is_size(sheet.size):
        sides = f"from {limits.MIN_SIDE:,.0f} to {limits.MAX_SIDE:,.0f} pixels"
        return Problem("bad_size", f"{subject} must be {sides} wide and high.")
    return None


def _sheets(what: str, sheets: tuple[Frame, ...] | tuple[Note, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for sheet in sheets:
        if sheet.id in seen:
            text = f"Two {what}s are called {quoted(sheet.id)}. Rename one."
            yield Problem("duplicate_sheet_id", text)
        seen.add(sheet.id)
        if flaw := sheet_flaw(sheet):
            yield flaw


def _note(text: str) -> Problem:
    return Problem("stray_layout", f"{text} It changes nothing.", severity="note")
