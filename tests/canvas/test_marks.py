"""Frames, notes, points of wires, muted and collapsed blocks, with real events."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from support.hand import Hand

from app.canvas.canvas_view import CanvasView
from app.canvas.commands import Commands
from app.canvas.editor import Editor
from app.canvas.sheet_editor import NoteField, TitleField
from app.canvas.sheet_items import lines_of
from app.canvas.value_editor import ValueEditor
from app.strategy import codec, edits, sheets
from app.strategy.document import Wire
from app.strategy.parts import Parts
from app.strategy.revision import logic_hash

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
LEFT_WIRE = Wire("rsi_1", "value", "less_1", "left")
LAST_WIRE = Wire("less_1", "signal", "enter_long_1", "when")


@pytest.fixture
def commands(view: CanvasView) -> Commands:
    return Commands(view)


@pytest.fixture
def framed(editor: Editor) -> Editor:
    """Return the editor with a frame around RSI and Less than, and a note below them."""
    editor.perform("Add frame", lambda s: sheets.add_frame(s, (-24.0, -48.0), (504.0, 172.0), "Entry", "blue"))
    editor.perform("Add note", lambda s: sheets.add_note(s, (560.0, 160.0), "Try 25"))
    editor.undo_stack.clear()
    return editor


def keys(view: CanvasView, text: str) -> None:
    QTest.keySequence(view, QKeySequence(text))


def field(view: CanvasView, what: type[QWidget]) -> QWidget:
    found = [each for each in view.findChildren(what) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def title(x: float = 60) -> QPointF:
    return QPointF(-24 + x, -34)


@pytest.mark.usefixtures("commands")
def test_a_frame_is_drawn_around_the_selection_and_named(view: CanvasView, editor: Editor) -> None:
    editor.select(["rsi_1", "less_1"])
    keys(view, "Ctrl+G")
    name = field(view, TitleField)
    QTest.keyClicks(name, "Oversold")
    QTest.keyClick(name, Qt.Key.Key_Return)
    frame = editor.strategy.frames[0]
    assert frame.title == "Oversold"
    blocks = view.canvas.bounds(["rsi_1", "less_1"])
    item = view.canvas.sheets.frames["frame_1"]
    assert item.place().contains(blocks)
    assert editor.picked == Parts(frames=frozenset({"frame_1"}))
    assert view.hasFocus()
    assert [editor.undo_stack.text(at) for at in range(2)] == ["Add frame", "Rename frame"]


def test_a_frame_dragged_by_its_title_takes_along_what_stands_in_it(
    view: CanvasView, framed: Editor, hand: Hand
) -> None:
    hand.drag(title(), title() + QPointF(40, 80))
    assert framed.strategy.frames[0].at == (16.0, 32.0)
    assert framed.strategy.layout["rsi_1"] == (40.0, 80.0)
    assert framed.strategy.layout["less_1"] == (320.0, 80.0)
    assert framed.strategy.layout["enter_long_1"] == (560.0, 0.0)
    assert view.canvas.sheets.frames["frame_1"].pos() == QPointF(16, 32)
    assert view.canvas.blocks["rsi_1"].pos() == QPointF(40, 80)
    assert framed.undo_stack.undoText() == "Move frame"


def test_nothing_changes_while_a_frame_is_dragged_and_escape_puts_all_back(
    view: CanvasView, framed: Editor, hand: Hand
) -> None:
    before = framed.strategy
    hand.drag(title(), title() + QPointF(40, 80), drop=False)
    assert view.canvas.blocks["rsi_1"].pos() == QPointF(40, 80)
    assert framed.strategy is before
    hand.key(Qt.Key.Key_Escape)
    assert view.canvas.blocks["rsi_1"].pos() == QPointF(0, 0)
    assert view.canvas.sheets.frames["frame_1"].pos() == QPointF(-24, -48)
    hand.release(title())
    assert not framed.undo_stack.canUndo()


def test_within_a_frame_a_rectangle_selects_as_anywhere(framed: Editor, hand: Hand) -> None:
    hand.drag(QPointF(-16, 110), QPointF(100, 40))
    assert framed.picked == Parts(blocks=frozenset({"rsi_1"}))
    hand.drag(QPointF(-60, -80), QPointF(500, 140))
    assert framed.picked.frames == {"frame_1"}


@pytest.mark.usefixtures("commands")
def test_a_selected_frame_is_moved_by_arrow_keys_with_its_blocks(framed: Editor, hand: Hand) -> None:
    hand.click(title())
    hand.key(Qt.Key.Key_Right, CTRL)
    hand.key(Qt.Key.Key_Right, CTRL)
    assert framed.strategy.frames[0].at == (-8.0, -48.0)
    assert framed.strategy.layout["rsi_1"] == (16.0, 0.0)
    assert framed.undo_stack.count() == 1


@pytest.mark.usefixtures("commands")
def test_a_frame_is_resized_by_its_edge_and_by_keys(view: CanvasView, framed: Editor, hand: Hand) -> None:
    corner = view.canvas.sheets.frames["frame_1"].place().bottomRight()
    hand.drag(corner - QPointF(1, 1), corner + QPointF(39, 23))
    assert framed.strategy.frames[0].size == (544.0, 192.0)
    assert view.canvas.sheets.frames["frame_1"].place().width() == 544
    hand.key(Qt.Key.Key_Right, CTRL | SHIFT)
    hand.key(Qt.Key.Key_Down, CTRL | SHIFT)
    assert framed.strategy.frames[0].size == (552.0, 200.0)
    assert framed.strategy.layout["rsi_1"] == (0.0, 0.0)
    framed.undo_stack.undo()
    framed.undo_stack.undo()
    assert framed.strategy.frames[0].size == (504.0, 172.0)


@pytest.mark.usefixtures("commands")
def test_a_double_click_on_the_title_renames_and_escape_leaves_it(view: CanvasView, framed: Editor, hand: Hand) -> None:
    hand.double_click(title())
    name = field(view, TitleField)
    QTest.keyClicks(name, "x")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert framed.strategy.frames[0].title == "Entry"
    keys(view, "T")
    QTest.keyClicks(field(view, TitleField), "Way in")
    QTest.keyClick(field(view, TitleField), Qt.Key.Key_Return)
    assert framed.strategy.frames[0].title == "Way in"


@pytest.mark.usefixtures("commands")
def test_deleting_a_frame_leaves_its_blocks_and_copying_takes_them(
    view: CanvasView, framed: Editor, hand: Hand
) -> None:
    hand.click(title())
    keys(view, "Ctrl+C")
    clip = codec.read(QGuiApplication.clipboard().text())
    assert [block.id for block in clip.blocks] == ["rsi_1", "less_1"]
    assert clip.wires == (LEFT_WIRE,)
    assert clip.frames[0].title == "Entry"
    keys(view, "Ctrl+V")
    assert [frame.id for frame in framed.strategy.frames] == ["frame_1", "frame_2"]
    assert framed.picked.frames == {"frame_2"}
    assert framed.picked.blocks == {"rsi_2", "less_2"}
    framed.pick(Parts(frames=frozenset({"frame_2"})))
    keys(view, "Del")
    assert [frame.id for frame in framed.strategy.frames] == ["frame_1"]
    assert framed.strategy.block("rsi_2") is not None


def test_alt_drag_copies_a_frame_with_its_blocks(framed: Editor, hand: Hand) -> None:
    hand.drag(title(), title() + QPointF(0, 320), keys=ALT)
    assert [frame.at for frame in framed.strategy.frames] == [(-24.0, -48.0), (-24.0, 272.0)]
    assert framed.strategy.layout["rsi_2"] == (0.0, 320.0)


@pytest.mark.usefixtures("commands")
def test_tidy_keeps_a_frame_around_its_blocks_and_nothing_else(view: CanvasView, framed: Editor) -> None:
    keys(view, "L")
    frame = view.canvas.sheets.frames["frame_1"].place()
    for name, item in view.canvas.blocks.items():
        box = item.body.translated(item.pos())
        assert frame.contains(box) == (name in ("rsi_1", "less_1")), name
        assert frame.contains(box) or not frame.intersects(box), name
    note = view.canvas.sheets.notes["note_1"].place()
    assert not any(note.intersects(item.body.translated(item.pos())) for item in view.canvas.blocks.values())
    assert framed.undo_stack.count() == 1


@pytest.mark.usefixtures("commands")
def test_no_block_lies_over_a_note_that_is_added(view: CanvasView, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "hand", lambda: hand.pixel(hand.at("rsi_1")))
    keys(view, "N")
    (note,) = view.canvas.sheets.notes.values()
    assert not any(note.place().intersects(item.body.translated(item.pos())) for item in view.canvas.blocks.values())
    assert view.viewport().rect().intersects(view.mapFromScene(note.place()).boundingRect())


@pytest.mark.usefixtures("commands")
def test_a_note_is_added_written_moved_and_coloured(view: CanvasView, editor: Editor, hand: Hand) -> None:
    keys(view, "N")
    text = field(view, NoteField)
    QTest.keyClicks(text, "first")
    QTest.keyClick(text, Qt.Key.Key_Return)
    QTest.keyClicks(text, "second")
    QTest.keyClick(text, Qt.Key.Key_Return, CTRL)
    note = editor.strategy.notes[0]
    assert note.text == "first\nsecond"
    keys(view, "C")
    assert editor.strategy.notes[0].color == "red"
    middle = view.canvas.sheets.notes["note_1"].place().center()
    hand.drag(middle, middle + QPointF(40, 40), keys=CTRL)
    assert editor.strategy.notes[0].at == (note.at[0] + 40, note.at[1] + 40)
    assert editor.undo_stack.undoText() == "Move note"
    keys(view, "Del")
    assert editor.strategy.notes == ()


def test_a_note_is_rewritten_by_double_click_and_kept_on_leaving(view: CanvasView, framed: Editor, hand: Hand) -> None:
    hand.double_click(QPointF(660, 200))
    text = field(view, NoteField)
    QTest.keyClicks(text, "Other")
    view.setFocus()
    assert framed.strategy.notes[0].text == "Other"


def test_a_note_is_in_the_drawing_while_it_is_typed_and_one_step_back(
    view: CanvasView, framed: Editor, hand: Hand
) -> None:
    before = framed.strategy
    hand.double_click(QPointF(660, 200))
    text = field(view, NoteField)
    QTest.keyClicks(text, "Half a thou")
    assert framed.strategy.notes[0].text == "Half a thou"
    assert framed.undo_stack.count() == 1
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert framed.strategy == before
    assert not framed.undo_stack.canUndo()


def test_the_words_of_a_note_fit_its_sheet() -> None:
    words = "a rather long text about what is drawn here " * 10
    assert lines_of("one\n\ntwo", 200, 5) == ["one", "", "two"]
    found = lines_of(words, 120, 4)
    assert len(found) == 4
    assert found[-1].endswith("…")


def test_a_double_click_on_a_wire_leads_it_through_a_point(view: CanvasView, editor: Editor, hand: Hand) -> None:
    middle = view.canvas.wires[LAST_WIRE].middle()
    hand.double_click(middle)
    assert len(editor.strategy.reroutes[LAST_WIRE]) == 1
    assert editor.undo_stack.undoText() == "Add reroute point"
    place = QPointF(*editor.strategy.reroutes[LAST_WIRE][0])
    hand.drag(place, place + QPointF(0, 96))
    assert editor.strategy.reroutes[LAST_WIRE] == ((place.x(), place.y() + 96),)
    assert editor.undo_stack.undoText() == "Move reroute point"
    path = view.canvas.wires[LAST_WIRE].path
    assert path.boundingRect().bottom() >= place.y() + 96
    assert editor.strategy.wires == view.editor.strategy.wires


@pytest.mark.usefixtures("commands")
def test_points_are_added_moved_and_removed_by_keys(view: CanvasView, editor: Editor, hand: Hand) -> None:
    editor.select(["less_1"])
    keys(view, "W")
    keys(view, "W")
    assert editor.selected_wires == {LAST_WIRE}
    keys(view, "R")
    assert editor.picked.points == {(LAST_WIRE, 0)}
    x, y = editor.strategy.reroutes[LAST_WIRE][0]
    hand.key(Qt.Key.Key_Down, CTRL)
    assert editor.strategy.reroutes[LAST_WIRE] == ((x, y + 8),)
    assert view.canvas.wires[LAST_WIRE].chosen == {0}
    keys(view, "Del")
    assert editor.strategy.reroutes == {}
    assert editor.strategy.wires[-1] == LAST_WIRE


def test_a_second_point_goes_where_it_was_clicked_along_the_wire(view: CanvasView, editor: Editor, hand: Hand) -> None:
    line = view.canvas.wires[LAST_WIRE]
    view.add_point(LAST_WIRE, line.middle() + QPointF(0, 80))
    hand.double_click(line.path.pointAtPercent(0.85))
    hand.double_click(line.path.pointAtPercent(0.12))
    xs = [x for x, _ in editor.strategy.reroutes[LAST_WIRE]]
    assert len(xs) == 3
    assert xs == sorted(xs)


def test_points_travel_with_selected_blocks_in_a_rectangle(view: CanvasView, editor: Editor, hand: Hand) -> None:
    view.add_point(LEFT_WIRE, QPointF(224, -40))
    hand.drag(QPointF(-40, -80), QPointF(480, 120))
    assert editor.picked.points == {(LEFT_WIRE, 0)}
    hand.drag(hand.at("rsi_1"), hand.at("rsi_1") + QPointF(0, 160))
    assert editor.strategy.reroutes[LEFT_WIRE] == ((224.0, 120.0),)


@pytest.mark.usefixtures("commands")
def test_a_muted_block_is_drawn_as_one_and_counts_as_healed_away(view: CanvasView, editor: Editor) -> None:
    view.add_block("negate", view.canvas.wires[LAST_WIRE].middle())
    before = view.grab().toImage()
    editor.select(["negate_1"])
    keys(view, "M")
    assert editor.strategy.block("negate_1").muted  # type: ignore[union-attr]
    assert editor.undo_stack.undoText() == "Mute"
    assert view.canvas.wires[Wire("less_1", "signal", "negate_1", "when")].muted
    editor.select(())
    assert view.grab().toImage() != before
    healed = edits.remove_block(editor.strategy, "negate_1")
    assert logic_hash(editor.strategy) == logic_hash(edits.connect(healed, LAST_WIRE))
    editor.select(["negate_1"])
    keys(view, "M")
    assert not editor.strategy.block("negate_1").muted  # type: ignore[union-attr]
    assert editor.undo_stack.undoText() == "Unmute"


@pytest.mark.usefixtures("commands")
def test_a_block_is_collapsed_by_key_and_opened_by_its_arrow(view: CanvasView, editor: Editor, hand: Hand) -> None:
    item = view.canvas.blocks["less_1"]
    tall = item.height
    editor.select(["less_1"])
    keys(view, "H")
    assert editor.strategy.block("less_1").collapsed  # type: ignore[union-attr]
    assert item.height < tall
    assert item.face.fields == ()
    assert item.face.summary == "0"
    end = view.canvas.wires[LEFT_WIRE].path.pointAtPercent(1)
    assert end == view.canvas.port_place("less_1", "left", "input")
    assert 0 < end.y() - item.y() < item.height
    hand.click(item.pos() + item.fold().center())
    assert not editor.strategy.block("less_1").collapsed  # type: ignore[union-attr]
    assert item.height == tall
    assert editor.undo_stack.undoText() == "Expand"


def test_return_opens_a_collapsed_block_and_its_value(view: CanvasView, editor: Editor, hand: Hand) -> None:
    editor.perform("Collapse", lambda s: edits.collapse(s, ["rsi_1"]))
    editor.select(["rsi_1"])
    hand.key(Qt.Key.Key_Return)
    assert not editor.strategy.block("rsi_1").collapsed  # type: ignore[union-attr]
    assert isinstance(field(view, ValueEditor), ValueEditor)


def test_a_wire_still_ends_at_each_port_of_a_collapsed_block(editor: Editor, hand: Hand) -> None:
    editor.perform("Collapse", lambda s: edits.collapse(s, ["less_1"]))
    hand.drag(hand.port("ema_1", "value", "output"), hand.port("less_1", "right"))
    assert Wire("ema_1", "value", "less_1", "right") in editor.strategy.wires


@pytest.mark.parametrize("kind", ["macd", "stochastic", "rsi"])
@pytest.mark.parametrize("collapsed", [True, False])
def test_the_values_at_the_outputs_of_a_block_stand_clear_of_each_other(
    view: CanvasView, editor: Editor, kind: str, collapsed: bool
) -> None:
    block = f"{kind}_2" if kind == "rsi" else f"{kind}_1"
    editor.perform("Add", lambda s: edits.collapse(edits.add_block(s, kind, (0.0, 400.0)), [block], collapsed))
    outputs = [socket.name for socket in view.canvas.blocks[block].face.sockets if socket.side == "output"]
    view.show_values({(block, name): "12,345.67" for name in outputs})
    boxes = [view.canvas.tags[block, name].sceneBoundingRect() for name in outputs]
    assert all(above.bottom() + 1 <= below.top() for above, below in pairwise(boxes))


def test_what_is_dragged_into_line_snaps_to_it_and_shows_a_guide(view: CanvasView, editor: Editor, hand: Hand) -> None:
    editor.perform("Move", lambda s: edits.move(s, {"ema_1": (3.0, 203.0)}))
    hand.drag(hand.at("all_of_1"), hand.at("all_of_1") + QPointF(-40, 5), drop=False)
    assert view.canvas.blocks["all_of_1"].pos().y() == 203
    assert any(line.y1() == line.y2() == 203 for line in view.canvas.guides.lines)
    hand.release(hand.at("all_of_1"))
    assert view.canvas.guides.lines == []


def test_with_ctrl_nothing_snaps(view: CanvasView, editor: Editor, hand: Hand) -> None:
    hand.drag(hand.at("all_of_1"), hand.at("all_of_1") + QPointF(-41, 3), keys=CTRL)
    assert editor.strategy.layout["all_of_1"] == (239.0, 203.0)


@pytest.mark.usefixtures("commands")
def test_fit_and_minimap_show_frames_and_notes(view: CanvasView, editor: Editor) -> None:
    editor.perform("Add frame", lambda s: sheets.add_frame(s, (900.0, 900.0), (400.0, 300.0)))
    keys(view, "Home")
    shown = view.mapToScene(view.viewport().rect()).boundingRect()
    assert shown.contains(view.canvas.sheets.frames["frame_1"].place())
    before = view.minimap._picture().size()
    editor.perform("Delete", lambda s: sheets.remove_sheets(s, ["frame_1"], []))
    assert view.minimap._picture().size() != before


def test_frames_and_notes_are_found_by_their_words(view: CanvasView, framed: Editor, commands: Commands) -> None:
    keys(view, "Ctrl+F")
    QTest.keyClicks(commands.find_bar.search, "25")
    assert view.canvas.sheets.notes["note_1"].found
    QTest.keyClick(commands.find_bar.search, Qt.Key.Key_Return)
    assert framed.picked == Parts(notes=frozenset({"note_1"}))
    commands.find_bar.search.setText("entry")
    assert view.canvas.sheets.frames["frame_1"].found
    assert not view.canvas.sheets.notes["note_1"].found


@pytest.mark.usefixtures("commands")
def test_select_all_takes_everything_and_delete_leaves_nothing(view: CanvasView, framed: Editor) -> None:
    view.add_point(LAST_WIRE, QPointF(500, 80))
    keys(view, "Ctrl+A")
    assert (len(framed.picked.blocks), len(framed.picked.frames), len(framed.picked.notes)) == (5, 1, 1)
    keys(view, "Del")
    left = framed.strategy
    assert (left.blocks, left.wires, left.frames, left.notes, left.reroutes) == ((), (), (), (), {})
    keys(view, "Ctrl+Z")
    assert len(framed.strategy.blocks) == 5
    assert set(view.canvas.sheets.frames) == {"frame_1"}


@pytest.mark.usefixtures("commands")
def test_notes_are_aligned_with_blocks(view: CanvasView, framed: Editor) -> None:
    framed.pick(Parts(blocks=frozenset({"enter_long_1"}), notes=frozenset({"note_1"})))
    framed.perform("Move", lambda s: sheets.place_sheets(s, {}, {"note_1": (600.0, 160.0)}))
    keys(view, "Alt+Shift+Left")
    assert framed.strategy.notes[0].at == (560.0, 160.0)
