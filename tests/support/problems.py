"""Each problem provoked once, with its sentence: in drawings that do not run, in drawings that do, in files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.wired import drawing, placed

from app.strategy.document import Block, Frame, Note, Strategy, Wire

DIP = drawing(
    "rsi_1.value > less_1.left",
    "less_1.signal > enter_long_1.when",
    also=("stop_loss_1",),
    params={"less_1": {"value": 30.0}},
)


def with_params(**params: Any) -> Strategy:
    """Return the drawing with other params on its RSI."""
    blocks = tuple(replace(block, params=params) if block.kind == "rsi" else block for block in DIP.blocks)
    return replace(DIP, blocks=blocks)


def with_wires(*wires: str) -> Strategy:
    extra = tuple(Wire(*wire.replace(" > ", ".").split(".")) for wire in wires)
    return replace(DIP, wires=DIP.wires + extra)


def with_blocks(*blocks: Block) -> Strategy:
    return replace(DIP, blocks=DIP.blocks + blocks)


def _many_around_a_muted_block() -> Strategy:
    """Return 60 conditions into a muted AND that leads to 60 others: 3,600 wires once it is taken out."""
    before = [f"rising_{number}.signal > all_of_99.inputs" for number in range(60)]
    after = [f"all_of_99.signal > all_of_{number}.inputs" for number in range(60)]
    drawn = drawing(*before, *after)
    blocks = tuple(replace(block, muted=block.id == "all_of_99") for block in drawn.blocks)
    return replace(drawn, blocks=blocks)


ERRORS: list[tuple[str, Callable[[], Strategy], str]] = [
    ("bad_name", lambda: replace(DIP, name=" "), "The name of the strategy must not be empty."),
    (
        "bad_symbol",
        lambda: replace(DIP, symbol="x" * 61),
        "The symbol has 61 characters; at most 60 are possible.",
    ),
    ("bad_exchange", lambda: replace(DIP, exchange=""), "The name of the exchange must not be empty."),
    (
        "bad_note",
        lambda: replace(DIP, note="a\0b"),
        "The note holds characters that cannot be shown; type it again without them.",
    ),
    (
        "too_many_blocks",
        lambda: replace(DIP, blocks=DIP.blocks * 200),
        "The strategy has 800 blocks; at most 500 are possible.",
    ),
    (
        "too_many_wires",
        lambda: replace(DIP, wires=DIP.wires * 1_001),
        "The strategy has 2,002 wires; at most 2,000 are possible.",
    ),
    (
        "bad_block_id",
        lambda: with_blocks(Block("RSI 2", "rsi", {"period": 14})),
        "'RSI 2' cannot name a block: use small letters, digits and _, such as 'rsi_1'.",
    ),
    ("duplicate_block_id", lambda: with_blocks(placed("rsi_1", {})), "Two blocks are called 'rsi_1'. Rename one."),
    ("unknown_kind", lambda: with_blocks(Block("x", "rsl")), "There is no block called 'rsl'. Did you mean 'rsi'?"),
    ("missing_param", lambda: with_params(), "RSI 'rsi_1': period is missing; use 14."),
    ("bad_param", lambda: with_params(period=1), "RSI 'rsi_1': period must be at least 2."),
    (
        "unknown_param",
        lambda: with_params(period=14, lenght=9),
        "RSI 'rsi_1' has no setting called 'lenght'. It has 'period'.",
    ),
    (
        "too_many_params",
        lambda: with_params(**{f"a{i}": 1 for i in range(51)}),
        "RSI 'rsi_1' has more than 50 settings.",
    ),
    (
        "bad_place",
        lambda: replace(DIP, layout={"RSI 9": (0.0, 0.0)}),
        "The layout has a position for 'RSI 9', which cannot name a block.",
    ),
    (
        "bad_place",
        lambda: replace(DIP, reroutes={DIP.wires[0]: ((0.0, 1e9),)}),
        "The wire from 'rsi_1' to 'less_1' is led through a point that is too far away.",
    ),
    (
        "too_many_points",
        lambda: replace(DIP, reroutes={DIP.wires[0]: ((0.0, 0.0),) * 21}),
        "The wire from 'rsi_1' to 'less_1' is led through 21 points; at most 20 are possible.",
    ),
    (
        "bad_sheet",
        lambda: replace(DIP, frames=(Frame("Frame 1"),)),
        "'Frame 1' cannot name a frame: use small letters, digits and _, such as 'frame_1'.",
    ),
    (
        "bad_sheet",
        lambda: replace(DIP, frames=(Frame("frame_1", title="x" * 121),)),
        "The title of the frame 'frame_1' has 121 characters; at most 120 are possible.",
    ),
    (
        "bad_sheet",
        lambda: replace(DIP, notes=(Note("note_1", color="pink"),)),
        "The note 'note_1' cannot be 'pink'. It can be grey, blue, green, yellow, red, violet.",
    ),
    (
        "bad_place",
        lambda: replace(DIP, notes=(Note("note_1", at=(0.0, float("inf"))),)),
        "The note 'note_1' is too far away.",
    ),
    (
        "bad_size",
        lambda: replace(DIP, frames=(Frame("frame_1", size=(4.0, 100.0)),)),
        "The frame 'frame_1' must be from 16 to 100,000 pixels wide and high.",
    ),
    (
        "duplicate_sheet_id",
        lambda: replace(DIP, notes=(Note("note_1"), Note("note_1"))),
        "Two notes are called 'note_1'. Rename one.",
    ),
    (
        "too_many_frames",
        lambda: replace(DIP, frames=tuple(Frame(f"frame_{number}") for number in range(101))),
        "The strategy has 101 frames; at most 100 are possible.",
    ),
    (
        "too_many_wires",
        lambda: _many_around_a_muted_block(),
        "Around the muted blocks run more than 2,000 wires. Take some of these blocks out.",
    ),
    (
        "bad_place",
        lambda: replace(DIP, layout={"rsi_1": (0.0, float("nan"))}),
        "The position of 'rsi_1' is too far away.",
    ),
    (
        "unknown_block",
        lambda: with_wires("rsi_2.value > less_1.right"),
        "A wire ends at 'rsi_2', but there is no such block. Did you mean 'rsi_1'?",
    ),
    (
        "unknown_output",
        lambda: with_wires("rsi_1.vlaue > less_1.right"),
        "RSI 'rsi_1' has no output called 'vlaue'. Did you mean 'value'?",
    ),
    (
        "unknown_output",
        lambda: with_wires("enter_long_1.done > less_1.right"),
        "Enter long 'enter_long_1' has no outputs, so no wire can be there.",
    ),
    (
        "unknown_input",
        lambda: with_wires("rsi_1.value > less_1.middle"),
        "Less than 'less_1' has no input called 'middle'. It has 'left', 'right'.",
    ),
    (
        "type_mismatch",
        lambda: replace(drawing("rsi_1.value > all_of_1.inputs", "all_of_1.signal > enter_long_1.when")),
        "RSI gives a number; AND needs true or false. Put a comparison in between, such as 'Greater than'.",
    ),
    (
        "type_mismatch",
        lambda: with_wires("less_1.signal > rsi_1.source"),
        "Less than gives true or false; RSI needs a number. Connect a block that gives a number.",
    ),
    (
        "duplicate_wire",
        lambda: with_wires("rsi_1.value > less_1.left"),
        "The wire from 'rsi_1.value' to 'less_1.left' is there twice.",
    ),
    (
        "input_taken",
        lambda: replace(
            drawing("rsi_1.value > less_1.left", "ema_1.value > less_1.left", "less_1.signal > exit_long_1.when")
        ),
        "Less than 'less_1': only one wire can end at 'left'. Remove the others.",
    ),
    (
        "cycle",
        lambda: drawing("add_1.value > add_2.left", "add_2.value > add_1.left"),
        "These blocks feed each other in a circle: 'add_1' → 'add_2' → 'add_1'. Remove one of the wires.",
    ),
    ("cycle", lambda: drawing("add_1.value > add_1.left"), "'add_1' is connected to itself. Remove that wire."),
    (
        "unconnected_input",
        lambda: drawing("less_1.signal > enter_long_1.when"),
        "Less than: connect a number to 'left'.",
    ),
    (
        "unconnected_input",
        lambda: drawing("all_of_1.signal > exit_long_1.when"),
        "AND: connect true or false to 'inputs'.",
    ),
    (
        "repeated_risk_block",
        lambda: with_blocks(placed("stop_loss_2", {})),
        "A strategy has at most one block 'Stop loss': remove 'stop_loss_1' or 'stop_loss_2'.",
    ),
    (
        "risk_needs_stop",
        lambda: drawing(also=("position_size_1",), params={"position_size_1": {"mode": "risk_percent"}}),
        "Position size risks a share of the equity up to the stop, so it needs a stop loss or trailing stop.",
    ),
    (
        "too_much_history",
        lambda: drawing(
            *(f"ema_{i}.value > ema_{i + 1}.source" for i in range(1, 100)),
            "ema_100.value > rising_1.source",
            "rising_1.signal > enter_long_1.when",
            params={f"ema_{i}": {"period": 500} for i in range(1, 101)},
        ),
        "'ema_81' and the blocks before it need 202,500 earlier bars; at most 200,000 are possible. "
        "Use shorter periods or fewer blocks in a row.",
    ),
]

NOTES: list[tuple[str, Callable[[], Strategy], str]] = [
    (
        "stray_layout",
        lambda: replace(DIP, layout={"rsi_9": (0.0, 0.0)}),
        "The layout has a position for 'rsi_9', but there is no such block. It changes nothing.",
    ),
    (
        "stray_layout",
        lambda: replace(DIP, reroutes={Wire("rsi_1", "value", "less_9", "left"): ((0.0, 0.0),)}),
        "There are points for a wire from 'rsi_1.value' to 'less_9.left', but there is no such wire. "
        "It changes nothing.",
    ),
    (
        "stray_layout",
        lambda: replace(DIP, dials=(("rsi_1", "lenght"),)),
        "There is a dial for 'rsi_1.lenght', but there is no such setting. It changes nothing.",
    ),
    (
        "nothing_enters",
        lambda: drawing(),
        "Nothing happens yet: place a block 'Enter long' or 'Enter short' and connect a condition to it.",
    ),
    (
        "nothing_enters",
        lambda: drawing(also=("enter_short_1",)),
        "Nothing happens yet: connect a condition to Enter short.",
    ),
    (
        "order_unconnected",
        lambda: with_blocks(placed("exit_long_1", {})),
        "Exit long has no condition yet, so it never acts.",
    ),
    (
        "unconnected_input",
        lambda: with_blocks(placed("rising_1", {})),
        "Rising: connect a number to 'source'.",
    ),
    (
        "leads_nowhere",
        lambda: with_blocks(placed("ema_1", {})),
        "EMA leads nowhere yet, so it changes nothing.",
    ),
    (
        "exit_without_entry",
        lambda: replace(
            drawing(
                "rsi_1.value > less_1.left", "less_1.signal > enter_long_1.when", "less_1.signal > exit_short_1.when"
            )
        ),
        "Exit short never acts, because nothing enters short.",
    ),
    (
        "no_exit",
        lambda: drawing("rsi_1.value > less_1.left", "less_1.signal > enter_short_1.when"),
        "Nothing ends a short position: once opened, it is held to the end.",
    ),
]

# Said while a file is read, before there is a drawing to check.
SHAPE: list[tuple[str, str | bytes, str]] = [
    ("empty", "", "The file is empty."),
    ("not_utf8", b"\xff\xfe{", "The file is not plain text in UTF-8. Export the strategy again and use that file."),
    (
        "too_large",
        " " * 1_048_577,
        "The file is larger than 1 MB, more than any strategy needs. Is it the right file?",
    ),
    ("too_deep", "[" * 65, "The file is nested far deeper than any strategy. Is it the right file?"),
    (
        "not_json",
        '{"format": 1,\n "name": }',
        "The file is damaged or not a strategy: it cannot be read at line 2, character 10.",
    ),
    (
        "duplicate_key",
        '{"name": 1, "name": 2}',
        "'name' stands twice in the same place of the file. Keep one of them.",
    ),
    ("bad_number", '{"format": 1e999}', "The number 1e999 is too large."),
    ("bad_text", '{"name": "\\ud800"}', "A text in the file holds half of a character. Type that text again."),
    (
        "too_many_entries",
        "{" + ",".join(f'"{i}": 1' for i in range(501)) + "}",
        "One part of the file has 501 entries; 500 are possible.",
    ),
    ("no_format", "{}", 'This is not a Blockbuilders strategy: a strategy file begins with "format": 2.'),
    (
        "newer_format",
        '{"format": 7}',
        "This file was made by a newer version of Blockbuilders (format 7). Update Blockbuilders to open it.",
    ),
    ("missing_field", '{"format": 1}', "The file: 'name' is missing."),
    ("unknown_field", '{"format": 1, "nmae": "x"}', "The file: 'nmae' does not belong here. Did you mean 'name'?"),
    ("wrong_type", '{"format": 1, "blocks": [7]}', "Block 1 must be an object in curly brackets."),
    (
        "bad_timeframe",
        '{"format": 1, "timeframe": "1y"}',
        "'1y' is not a timeframe from 1m to 1w; try 5m, 15m, 1h, 4h or 1d.",
    ),
    (
        "bad_wire",
        '{"format": 1, "wires": [{"from": "rsi_1", "to": "less_1.left"}]}',
        "Wire 1: 'rsi_1' is not a block and its port, such as 'rsi_1.value'.",
    ),
    (
        "bad_place",
        '{"format": 1, "layout": {"rsi_1": [1]}}',
        "The position of 'rsi_1' must be two numbers in square brackets, such as [120, 80].",
    ),
    (
        "bad_dial",
        '{"format": 2, "dials": ["rsi_1"]}',
        "Dial 1 must be a block and its setting, such as 'rsi_1.period'.",
    ),
    (
        "duplicate_reroute",
        '{"format": 2, "reroutes": ['
        + ",".join(['{"from": "a.value", "to": "b.left", "points": [[1, 2]]}'] * 2)
        + "]}",
        "Reroute 2: the same wire is led through points twice. Keep one of them.",
    ),
    (
        "wrong_type",
        '{"format": 2, "notes": [{"id": "note_1", "text": "", "at": [1], "size": [100, 100]}]}',
        "Note 1: 'at' must be two numbers in square brackets.",
    ),
    (
        "more_problems",
        '{"format": 1, "blocks": [' + ",".join(["1"] * 500) + '], "wires": [' + ",".join(["1"] * 600) + "]}",
        "There are 104 more problems like these.",
    ),
]
