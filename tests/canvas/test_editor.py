from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.blocks import catalog
from app.blocks.catalog import KINDS
from app.blocks.kind import PortType
from app.blocks.params import ParamValue
from app.canvas.editor import Editor
from app.canvas.scene import CanvasScene
from app.canvas.steps import stepped
from app.canvas.theme import LIGHT
from app.market.timeframe import COMMON, Timeframe
from app.strategy import arrange, codec, edits, parts, reroutes, rewire, sheets, structure, tidying
from app.strategy.document import Frame, Note, Place, Strategy, Wire
from app.strategy.parts import Parts
from app.strategy.templates import template

Edit = Callable[[Strategy], Strategy]
STEPS = st.lists(st.tuples(st.integers(0, 37), st.integers(0, 1000), st.integers(0, 1000)), max_size=25)


def performed(editor: Editor, scene: CanvasScene, what: int, a: int, b: int) -> None:
    """Do one of the edits a person can do, on something picked by two numbers."""
    strategy = editor.strategy
    ids = [block.id for block in strategy.blocks] or ["nothing"]
    one, other = ids[a % len(ids)], ids[b % len(ids)]
    wires = strategy.wires or (Wire("nothing", "value", "nothing", "source"),)
    wire, kind = wires[a % len(wires)], KINDS[b % len(KINDS)].id
    steps: list[Edit] = [
        lambda s: edits.add_block(s, kind, (float(a), float(b))),
        lambda s: edits.remove_block(s, one),
        lambda s: edits.connect(s, fitting_wire(s, "series", a, b)),
        lambda s: edits.connect(s, fitting_wire(s, "signal", a, b)),
        lambda s: edits.disconnect(s, wire),
        lambda s: edits.set_param(s, one, *other_value(s, one, b)),
        lambda s: edits.move(s, {one: (float(a), float(b))}),
        lambda s: rewire.heal(s, [one]),
        lambda s: rewire.add_on_wire(s, kind, (float(a), float(b)), wire),
        lambda s: edits.move(s, arrange.tidy(s, scene.sizes())),
        lambda s: sheets.add_frame(s, (float(a), float(b)), (100.0 + a, 100.0 + b), f"Frame {a}"),
        lambda s: sheets.add_note(s, (float(a), float(b)), f"Note {a}"),
        lambda s: reroutes.add_point(s, wire, (float(a), float(b)), b % 3),
        lambda s: edits.mute(s, [one, other], b % 2 == 0),
        lambda s: edits.collapse(s, [one, other], b % 2 == 0),
        lambda s: edits.set_dial(s, one, other_value(s, one, b)[0], b % 4 > 0),
        lambda s: sheets.change_frame(s, name_of(s.frames, a), title=f"Other {b}", size=(50.0 + a, 60.0)),
        lambda s: sheets.change_note(s, name_of(s.notes, a), text=f"Other {b}", color="red"),
        lambda s: parts.move(s, carried(s, scene, a), (8.0, float(b)), places_of(scene)),
        lambda s: parts.remove(s, carried(s, scene, a) if b % 2 else some_of(s, a)),
        lambda s: parts.duplicate(s, carried(s, scene, a), (40.0, 40.0)),
        lambda s: tidying.tidied(s, scene.boxes()),
        lambda s: parts.heal(s, some_of(s, a)),
        lambda s: edits.paste(s, parts.only(s, some_of(s, a)), (float(a), 0.0)),
    ]
    steps += wired(strategy, one, other, wire, kind, (float(a), float(b)))
    steps += around(strategy, scene, a, b)
    merge = {5: "period", 18: "move"}.get(what, "")
    editor.perform(f"step {what}", steps[what], merge)


def fitting_wire(strategy: Strategy, type_: PortType, a: int, b: int) -> Wire:
    """Return a wire from one of the outputs to one of the inputs of a type."""
    kinds = [(block.id, catalog.kind(block.kind)) for block in strategy.blocks]
    outputs = [(name, port.name) for name, kind in kinds if kind for port in kind.outputs if port.type == type_]
    inputs = [(name, port.name) for name, kind in kinds if kind for port in kind.inputs if port.type == type_]
    nothing = [("nothing", "value")]
    return Wire(*(outputs or nothing)[a % max(len(outputs), 1)], *(inputs or nothing)[b % max(len(inputs), 1)])


def other_value(strategy: Strategy, block_id: str, number: int) -> tuple[str, ParamValue]:
    """Return a setting of a block and a value that it can have."""
    block = strategy.block(block_id)
    kind = catalog.kind(block.kind) if block else None
    if kind is None or not kind.params:
        return "nothing", 1
    param = kind.params[number % len(kind.params)]
    if param.type == "choice":
        return param.name, param.options[number % len(param.options)]
    return param.name, stepped(param, param.default, number % 50)


def name_of(sheets_: Sequence[Frame | Note], number: int) -> str:
    return sheets_[number % len(sheets_)].id if sheets_ else "nothing"


def wired(strategy: Strategy, one: str, other: str, wire: Wire, kind: str, at: Place) -> list[Edit]:
    """Return edits of wires."""
    source, target = (wire.source, wire.output), (wire.target, wire.input)
    return [
        lambda s: rewire.move_wire(s, wire, replace(wire, target=other, input="left")),
        lambda s: rewire.cut(s, strategy.wires[::2]),
        lambda s: rewire.make_room(rewire.insert(s, one, wire), one, 176.0),
        lambda s: rewire.add_connected(s, kind, at, source, True),
        lambda s: rewire.add_between(s, kind, at, source, target),
        lambda s: rewire.paste_with_inputs(s, rewire.only(s, [one, other]), at),
    ]


def around(strategy: Strategy, scene: CanvasScene, a: int, b: int) -> list[Edit]:
    """Return edits of points, places, and of what the drawing is about."""
    points = Parts(points=parts.everything(strategy).points)
    chosen = {name: at for name, at in places_of(scene).items() if name in some_of(strategy, a).blocks}
    edges: tuple[arrange.Edge, ...] = ("left", "bottom", "centre", "middle")
    lined_up = arrange.align(chosen, scene.sizes(), edges[b % 4]) if chosen else {}
    symbols = ("RIVER/USD", "STORM/USD", "BTC/USDT")
    return [
        lambda s: parts.move(s, points, (float(a), 8.0), {}),
        lambda s: parts.remove(s, points),
        lambda s: sheets.place_sheets(edits.move(s, lined_up), {}, {note.id: (0.0, float(b)) for note in s.notes}),
        lambda s: edits.rename(s, f"Name {a}"),
        lambda s: edits.set_note(s, f"Idea {a}"),
        lambda s: edits.set_timeframe(s, Timeframe.parse(COMMON[b % len(COMMON)])),
        lambda s: edits.set_instrument(s, symbols[b % 3], "sample" if b % 3 < 2 else "binance"),
        lambda _: template("golden_cross").strategy,
    ]


def carried(strategy: Strategy, scene: CanvasScene, number: int) -> Parts:
    return parts.within(strategy, [frame.id for frame in strategy.frames[: 1 + number % 2]], scene.boxes())


def some_of(strategy: Strategy, number: int) -> Parts:
    """Return about every third part of a drawing."""
    chosen = parts.everything(strategy)

    def third(names: Iterable[Any]) -> frozenset[Any]:
        return frozenset(name for at, name in enumerate(sorted(names)) if (at + number) % 3 == 0)

    return Parts(*(third(getattr(chosen, each.name)) for each in fields(Parts)))


def places_of(scene: CanvasScene) -> dict[str, tuple[float, float]]:
    return {name: at for name, (at, _) in scene.boxes().items()}


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_undoing_everything_gives_the_start_and_redoing_the_end_byte_for_byte(
    chosen: list[tuple[int, int, int]],
) -> None:
    QApplication.instance() or QApplication([])
    start = template("rsi_dip").strategy
    editor = Editor(start)
    scene = CanvasScene(editor, LIGHT)
    for what, a, b in chosen:
        performed(editor, scene, what, a, b)
        assert set(scene.blocks) == {block.id for block in editor.strategy.blocks}
        assert set(scene.wires) == set(editor.strategy.wires)
        assert set(scene.sheets.frames) == {frame.id for frame in editor.strategy.frames}
        assert structure.flaws(editor.strategy) == []
        assert codec.read(codec.write(editor.strategy)) == editor.strategy
    end = codec.canonical(editor.strategy)
    while editor.undo_stack.canUndo():
        editor.undo_stack.undo()
    assert codec.canonical(editor.strategy) == codec.canonical(start)
    assert_mirrors(scene, editor.strategy)
    while editor.undo_stack.canRedo():
        editor.undo_stack.redo()
    assert codec.canonical(editor.strategy) == end
    assert_mirrors(scene, editor.strategy)


def assert_mirrors(scene: CanvasScene, strategy: Strategy) -> None:
    """Assert that the scene shows this strategy as a new scene would."""
    fresh = CanvasScene(Editor(strategy), LIGHT)
    assert {name: item.face for name, item in scene.blocks.items()} == {
        name: item.face for name, item in fresh.blocks.items()
    }
    assert {name: item.pos().toTuple() for name, item in scene.blocks.items()} == {
        name: item.pos().toTuple() for name, item in fresh.blocks.items()
    }
    assert [(each.sheet, each.place()) for each in scene.sheets.items] == [
        (each.sheet, each.place()) for each in fresh.sheets.items
    ]
    assert {wire: line.path for wire, line in scene.wires.items()} == {
        wire: line.path for wire, line in fresh.wires.items()
    }


def test_what_an_edit_refuses_is_told_and_makes_no_step(qtbot: QtBot, editor: Editor) -> None:
    with qtbot.waitSignal(editor.refused) as refused:
        assert not editor.perform("Connect", lambda s: edits.connect(s, Wire("rsi_1", "value", "all_of_1", "inputs")))
    assert "gives a number" in refused.args[0]
    assert editor.undo_stack.count() == 0


def test_an_edit_without_effect_makes_no_step(editor: Editor) -> None:
    assert not editor.perform("Move", lambda s: edits.move(s, {"rsi_1": (0, 0)}))
    assert editor.undo_stack.count() == 0


def test_steps_merge_until_the_hand_lets_go(editor: Editor) -> None:
    for value in (20, 30):
        editor.perform("Change", lambda s, value=value: edits.set_param(s, "rsi_1", "period", value), "drag")
    editor.settle()
    editor.perform("Change", lambda s: edits.set_param(s, "rsi_1", "period", 40), "drag")
    assert editor.undo_stack.count() == 2


def test_a_drag_that_ends_where_it_began_leaves_no_step(editor: Editor) -> None:
    for value in (20, 14):
        editor.perform("Change", lambda s, value=value: edits.set_param(s, "rsi_1", "period", value), "drag")
    assert not editor.undo_stack.canUndo()


def test_opening_another_strategy_clears_history_and_selection(editor: Editor) -> None:
    editor.select(["rsi_1"])
    editor.perform("Move", lambda s: edits.move(s, {"rsi_1": (80, 80)}))
    editor.open(Strategy("Empty"))
    assert editor.undo_stack.count() == 0
    assert editor.selection == frozenset()
    assert editor.strategy.name == "Empty"


def test_what_is_undone_is_no_longer_selected(editor: Editor) -> None:
    editor.perform("Add", lambda s: edits.add_block(s, "sma"))
    editor.select(["sma_1"])
    editor.undo_stack.undo()
    assert editor.selection == frozenset()


def test_a_drawing_that_is_given_up_goes_with_its_steps_whatever_is_taken_apart_first(dip: Strategy) -> None:
    editor = Editor(dip)
    # Python takes apart first what comes first, and what was set aside comes last: here the steps before their list.
    gc.freeze()
    for period in range(2, 8):
        editor.perform("Period", lambda s, period=period: edits.set_param(s, "rsi_1", "period", period))
    gc.collect()
    gc.unfreeze()
    given_up = weakref.ref(editor)
    del editor
    gc.collect()
    assert given_up() is None
