"""Frames and sticky notes: what is drawn beside the logic. The old strategy in, the new one out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from app.strategy.document import Frame, Note, Place, Strategy
from app.strategy.edits import EditRefused, changed, free_id, with_sheets
from app.strategy.wording import quoted


def add_frame(strategy: Strategy, at: Place, size: Place, title: str = "", color: str = "grey") -> Strategy:
    """Return the strategy with a new frame in front of the others."""
    name = free_id("frame", {frame.id for frame in strategy.frames})
    return with_sheets(strategy, (*strategy.frames, Frame(name, title, color, at, size)), strategy.notes)


def add_note(strategy: Strategy, at: Place, text: str = "", size: Place = Note.size) -> Strategy:
    """Return the strategy with a new sticky note."""
    name = free_id("note", {note.id for note in strategy.notes})
    return with_sheets(strategy, strategy.frames, (*strategy.notes, Note(name, text, at=at, size=size)))


def change_frame(strategy: Strategy, frame_id: str, **fields: Any) -> Strategy:
    """Return the strategy with one frame changed: `title`, `color`, `at` or `size`."""
    _find(strategy.frames, frame_id, "frame")
    frames = tuple(replace(each, **fields) if each.id == frame_id else each for each in strategy.frames)
    return with_sheets(strategy, frames, strategy.notes)


def change_note(strategy: Strategy, note_id: str, **fields: Any) -> Strategy:
    """Return the strategy with one note changed: `text`, `color`, `at` or `size`."""
    _find(strategy.notes, note_id, "note")
    notes = tuple(replace(each, **fields) if each.id == note_id else each for each in strategy.notes)
    return with_sheets(strategy, strategy.frames, notes)


def place_sheets(strategy: Strategy, frames: Mapping[str, Place], notes: Mapping[str, Place]) -> Strategy:
    """Return the strategy with frames and notes at new positions."""
    return with_sheets(
        strategy,
        tuple(replace(each, at=frames.get(each.id, each.at)) for each in strategy.frames),
        tuple(replace(each, at=notes.get(each.id, each.at)) for each in strategy.notes),
    )


def remove_sheets(strategy: Strategy, frames: Iterable[str], notes: Iterable[str]) -> Strategy:
    """Return the strategy without these frames and notes; what stood in a frame stays."""
    gone_frames, gone_notes = frozenset(frames), frozenset(notes)
    return changed(
        strategy,
        frames=tuple(each for each in strategy.frames if each.id not in gone_frames),
        notes=tuple(each for each in strategy.notes if each.id not in gone_notes),
    )


def _find(sheets: tuple[Frame, ...] | tuple[Note, ...], name: str, what: Literal["frame", "note"]) -> None:
    if not any(sheet.id == name for sheet in sheets):
        raise EditRefused(f"There is no {what} {quoted(name)}.")
