from __future__ import annotations

from collections.abc import Callable

import pytest
from support.wired import drawing

from app.strategy import codec, edits, limits, parts, reroutes, rewire, sheets
from app.strategy.document import Strategy, Wire
from app.strategy.edits import EditRefused
from app.strategy.parts import Parts

RSI, LESS = Wire("rsi_1", "value", "less_1", "left"), Wire("less_1", "signal", "enter_long_1", "when")
SIZE = (176.0, 92.0)


def marked() -> Strategy:
    """Return RSI < 30 → Enter long, with a frame around the first two, a note in it, and a wire led through a point."""
    strategy = drawing(
        "rsi_1.value > less_1.left",
        "less_1.signal > enter_long_1.when",
        layout={"rsi_1": (0.0, 0.0), "less_1": (240.0, 0.0), "enter_long_1": (480.0, 0.0)},
    )
    strategy = sheets.add_frame(strategy, (-16.0, -40.0), (440.0, 240.0), "Entry", "blue")
    strategy = sheets.add_note(strategy, (0.0, 100.0), "Oversold", (160.0, 60.0))
    strategy = reroutes.add_point(strategy, RSI, (200.0, 20.0), 0)
    return edits.set_dial(strategy, "rsi_1", "period")


DRAWN = marked()


def boxes(strategy: Strategy) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    return {name: (place, SIZE) for name, place in strategy.layout.items()}


def places(strategy: Strategy) -> dict[str, tuple[float, float]]:
    return dict(strategy.layout)


def test_a_file_keeps_all_that_is_drawn_beside_the_logic() -> None:
    drawn = edits.collapse(edits.mute(DRAWN, ["rsi_1"]), ["less_1"])
    assert codec.read(codec.write(drawn)) == codec.read(codec.canonical(drawn)) == drawn


def test_a_frame_carries_what_stands_in_it() -> None:
    carried = parts.within(DRAWN, ["frame_1"], boxes(DRAWN))
    assert carried == Parts(
        blocks=frozenset({"rsi_1", "less_1"}),
        frames=frozenset({"frame_1"}),
        notes=frozenset({"note_1"}),
        points=frozenset({(RSI, 0)}),
    )
    after = parts.move(DRAWN, carried, (8.0, 16.0), places(DRAWN))
    assert after.layout == {"rsi_1": (8.0, 16.0), "less_1": (248.0, 16.0), "enter_long_1": (480.0, 0.0)}
    assert after.frames[0].at == (-8.0, -24.0)
    assert after.notes[0].at == (8.0, 116.0)
    assert after.reroutes == {RSI: ((208.0, 36.0),)}


def test_a_frame_within_a_frame_is_carried_and_one_that_sticks_out_is_not() -> None:
    inner = sheets.add_frame(DRAWN, (0.0, 0.0), (100.0, 100.0))
    out = sheets.add_frame(inner, (400.0, 0.0), (100.0, 100.0))
    assert parts.within(out, ["frame_1"], {}).frames == {"frame_1", "frame_2"}


def test_copies_take_frames_notes_and_points_along_under_new_names() -> None:
    carried = parts.within(DRAWN, ["frame_1"], boxes(DRAWN))
    after = parts.duplicate(DRAWN, carried, (0.0, 400.0))
    assert [frame.id for frame in after.frames] == ["frame_1", "frame_2"]
    assert after.frames[1].title == "Entry"
    assert after.notes[1].at == (0.0, 500.0)
    assert after.reroutes[Wire("rsi_2", "value", "less_2", "left")] == ((200.0, 420.0),)
    assert after.dials == DRAWN.dials


def test_copies_of_blocks_alone_take_no_frame_along() -> None:
    after = edits.duplicate_blocks(DRAWN, ["rsi_1", "less_1"])
    assert (after.frames, after.notes) == (DRAWN.frames, DRAWN.notes)
    assert Wire("rsi_2", "value", "less_2", "left") in after.reroutes


def test_copies_stay_muted_and_collapsed() -> None:
    drawn = edits.collapse(edits.mute(DRAWN, ["rsi_1"]), ["rsi_1"])
    copy = edits.duplicate_blocks(drawn, ["rsi_1"]).block("rsi_2")
    assert copy is not None
    assert (copy.muted, copy.collapsed) == (True, True)


def test_removing_a_frame_leaves_what_stood_in_it() -> None:
    after = parts.remove(DRAWN, Parts(frames=frozenset({"frame_1"})))
    assert after.frames == ()
    assert after.blocks == DRAWN.blocks


def test_removing_everything_leaves_nothing() -> None:
    after = parts.remove(DRAWN, parts.everything(DRAWN))
    assert (after.blocks, after.wires, after.frames, after.notes, after.layout) == ((), (), (), (), {})
    assert (after.reroutes, after.dials) == ({}, ())


@pytest.mark.parametrize(
    "change",
    [
        lambda s: edits.remove_block(s, "rsi_1"),
        lambda s: edits.disconnect(s, RSI),
        lambda s: edits.connect(edits.add_block(s, "ema"), Wire("ema_1", "value", "less_1", "left")),
        lambda s: parts.heal(s, Parts(blocks=frozenset({"less_1"}))),
    ],
)
def test_points_go_with_their_wire(change: Callable[[Strategy], Strategy]) -> None:
    assert change(DRAWN).reroutes == {}


def test_points_stay_with_a_wire_that_is_laid_elsewhere_or_split() -> None:
    right = Wire("rsi_1", "value", "less_1", "right")
    assert rewire.move_wire(DRAWN, RSI, right).reroutes == {right: ((200.0, 20.0),)}
    two = reroutes.add_point(DRAWN, RSI, (230.0, 40.0), 1)
    after = rewire.add_on_wire(two, "absolute", (216.0, 0.0), RSI)
    assert after.reroutes == {
        Wire("rsi_1", "value", "absolute_1", "source"): ((200.0, 20.0),),
        Wire("absolute_1", "value", "less_1", "left"): ((230.0, 40.0),),
    }


def test_points_are_added_moved_and_taken_away() -> None:
    two = reroutes.add_point(DRAWN, RSI, (100.0, 0.0), 0)
    assert two.reroutes[RSI] == ((100.0, 0.0), (200.0, 20.0))
    moved = parts.move(two, Parts(points=frozenset({(RSI, 1)})), (8.0, 8.0), {})
    assert moved.reroutes[RSI] == ((100.0, 0.0), (208.0, 28.0))
    assert reroutes.remove_points(two, [(RSI, 0)]).reroutes == DRAWN.reroutes
    assert reroutes.remove_points(two, [(RSI, 0), (RSI, 1)]).reroutes == {}


def test_strays_of_a_file_go_with_the_next_change_of_places() -> None:
    text = codec.write(DRAWN).replace('"rsi_1": [0.0, 0.0]', '"rsi_1": [0.0, 0.0], "gone_1": [1.0, 1.0]')
    stray = codec.read(text)
    assert "gone_1" in stray.layout
    assert "gone_1" not in edits.move(stray, {"rsi_1": (8.0, 0.0)}).layout
    assert "gone_1" not in edits.add_block(stray, "sma").layout
    assert edits.paste(DRAWN, stray).layout.keys() >= {"rsi_2", "less_2"}


REFUSED: list[tuple[Callable[[], Strategy], str]] = [
    (lambda: sheets.change_frame(DRAWN, "frame_9", title="x"), "There is no frame 'frame_9'."),
    (lambda: sheets.change_note(DRAWN, "note_9", text="x"), "There is no note 'note_9'."),
    (
        lambda: sheets.change_note(DRAWN, "note_1", text="x" * 2_001),
        "The text of the note 'note_1' has 2,001 characters; at most 2,000 are possible.",
    ),
    (
        lambda: sheets.change_frame(DRAWN, "frame_1", size=(1.0, 100.0)),
        "The frame 'frame_1' must be from 16 to 100,000 pixels wide and high.",
    ),
    (lambda: reroutes.add_point(DRAWN, LESS, (1e9, 0.0), 0), "is led through a point that is too far away"),
    (
        lambda: reroutes.add_point(DRAWN, Wire("rsi_1", "value", "less_1", "right"), (0.0, 0.0), 0),
        "There is no wire from 'rsi_1' to 'less_1'.",
    ),
    (
        lambda: reroutes.lead(DRAWN, {RSI: ((0.0, 0.0),) * (limits.MAX_POINTS + 1)}),
        "A wire can be led through 20 points, not more.",
    ),
    (lambda: edits.set_dial(DRAWN, "rsi_1", "lenght"), "'rsi_1' has no setting called 'lenght'."),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSED)
def test_the_impossible_is_refused_in_a_sentence(change: Callable[[], Strategy], sentence: str) -> None:
    with pytest.raises(EditRefused) as caught:
        change()
    assert sentence in str(caught.value)


def test_there_can_be_so_many_frames_and_notes_and_no_more() -> None:
    full = DRAWN
    for _ in range(limits.MAX_FRAMES - 1):
        full = sheets.add_frame(full, (0.0, 0.0), (100.0, 100.0))
    with pytest.raises(EditRefused, match="at most 100 are possible"):
        sheets.add_frame(full, (0.0, 0.0), (100.0, 100.0))
    with pytest.raises(EditRefused, match="at most 100 are possible"):
        edits.paste(full, DRAWN)


def test_dials_are_set_once_and_go_with_their_block() -> None:
    assert edits.set_dial(DRAWN, "rsi_1", "period") is DRAWN
    assert edits.set_dial(DRAWN, "rsi_1", "period", on=False).dials == ()
    assert edits.remove_block(DRAWN, "rsi_1").dials == ()


def test_an_edit_without_effect_gives_the_same_strategy() -> None:
    assert parts.move(DRAWN, Parts(), (8.0, 8.0), {}) is DRAWN
    assert parts.remove(DRAWN, Parts()) is DRAWN
    assert sheets.change_frame(DRAWN, "frame_1", title="Entry") is DRAWN
    assert reroutes.lead(DRAWN, {}) is DRAWN
