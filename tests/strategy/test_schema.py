"""The published schema says what the reader accepts."""

from __future__ import annotations

import copy
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.json_schema import accepts

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.blocks.params import Param
from app.errors import StrategyInvalid
from app.market.timeframe import Timeframe
from app.strategy import codec, templates
from app.strategy.schema import json_schema, schema_text

PUBLISHED = Path(__file__).parents[2] / "docs" / "strategy.schema.json"
SCHEMA = json_schema()

# What a schema cannot say, and so leaves to the reader.
BEYOND = {
    *("duplicate_block_id", "unknown_block", "unknown_output", "unknown_input", "type_mismatch", "input_taken"),
    *("duplicate_sheet_id", "duplicate_reroute"),
    *("cycle", "bad_number", "bad_text", "too_many_params", "too_many_entries"),
    *("unconnected_input", "repeated_risk_block", "risk_needs_stop"),
}


def document(**fields: Any) -> dict[str, Any]:
    return {**json.loads(codec.canonical(templates.template("rsi_dip").strategy)), **fields}


def problems(value: Any) -> set[str]:
    try:
        codec.read(json.dumps(value))
    except StrategyInvalid as error:
        return {problem.code for problem in error.problems}
    return set()


def agree(value: Any) -> bool:
    """Return whether the schema accepts the value, having checked that the reader says the same where a schema can."""
    found = problems(value)
    accepted = accepts(SCHEMA, value)
    assert accepted == (found <= BEYOND), (value, found)
    return accepted


def test_the_published_schema_is_up_to_date() -> None:
    assert PUBLISHED.read_text("utf-8") == schema_text(), "run: blockbuilders schema > docs/strategy.schema.json"


@pytest.mark.parametrize("each", templates.all_templates(), ids=lambda each: each.id)
def test_every_template_fits(each: templates.Template) -> None:
    assert agree(json.loads(codec.write(each.strategy)))


@pytest.mark.parametrize(
    "change",
    [
        {"format": 3},
        {"format": True},
        {"name": ""},
        {"name": " "},
        {"name": "x" * 121},
        {"name": "a\nb"},
        {"name": 1},
        {"symbol": ""},
        {"exchange": "x" * 61},
        {"timeframe": "0m"},
        {"timeframe": "2w"},
        {"timeframe": 60},
        {"note": "x" * 10_001},
        {"note": "\0"},
        {"blocks": {}},
        {"blocks": [{"id": "a", "kind": "rsl"}]},
        {"blocks": [{"id": "A", "kind": "rsi"}]},
        {"blocks": [{"id": "a" * 41, "kind": "rsi"}]},
        {"blocks": [{"id": "a"}]},
        {"blocks": [{"id": "a", "kind": "rsi", "color": "red"}]},
        {"blocks": [{"id": "a", "kind": "rsi", "params": {"period": 1}}]},
        {"blocks": [{"id": "a", "kind": "rsi", "params": {"period": 14.5}}]},
        {"blocks": [{"id": "a", "kind": "rsi", "params": {"lenght": 14}}]},
        {"blocks": [{"id": "a", "kind": "stop_loss", "params": {"mode": "points"}}]},
        {"wires": [{"from": "rsi_1", "to": "less_1.left"}]},
        {"wires": [{"from": "rsi_1.value"}]},
        {"layout": {"rsi_1": [1]}},
        {"layout": {"rsi_1": [1, "2"]}},
        {"layout": {"RSI 1": [1, 2]}},
        {"blocks": [{"id": "a", "kind": "rsi", "muted": 1}]},
        {"blocks": [{"id": "a", "kind": "rsi", "collapsed": None}]},
        {"frames": {}},
        {"frames": [7]},
        {"frames": [{"id": "frame_1", "at": [0, 0]}]},
        {"frames": [{"id": "Frame", "at": [0, 0], "size": [100, 100]}]},
        {"frames": [{"id": "frame_1", "at": [0, 0], "size": [100, 15]}]},
        {"frames": [{"id": "frame_1", "at": [0, 1e7], "size": [100, 100]}]},
        {"frames": [{"id": "frame_1", "at": [0, 0], "size": [100, 1e6]}]},
        {"frames": [{"id": "frame_1", "at": [0], "size": [100, 100]}]},
        {"frames": [{"id": "frame_1", "at": [0, True], "size": [100, 100]}]},
        {"frames": [{"id": "frame_1", "at": [0, 0], "size": [100, 100], "color": "#fff"}]},
        {"frames": [{"id": "frame_1", "at": [0, 0], "size": [100, 100], "title": "a\nb"}]},
        {"frames": [{"id": f"frame_{number}", "at": [0, 0], "size": [100, 100]} for number in range(101)]},
        {"notes": [{"id": "note_1", "at": [0, 0], "size": [100, 100]}]},
        {"notes": [{"id": "note_1", "at": [0, 0], "size": [100, 100], "text": "x" * 2_001}]},
        {"notes": [{"id": "note_1", "at": [0, 0], "size": [100, 100], "text": "\u202e"}]},
        {"reroutes": [{"from": "rsi_1.value", "to": "less_1.left"}]},
        {"reroutes": [{"from": "rsi_1", "to": "less_1.left", "points": []}]},
        {"reroutes": [{"from": "rsi_1.value", "to": "less_1.left", "points": [[0, 0, 0]]}]},
        {"reroutes": [{"from": "rsi_1.value", "to": "less_1.left", "points": [[0, 0]] * 21}]},
        {"reroutes": [{"from": "rsi_1.value", "to": "less_1.left", "points": [[0, -1e9]]}]},
        {"dials": ["rsi_1"]},
        {"dials": [7]},
        {"dials": ["rsi_1.period"] * 51},
        {"color": "red"},
    ],
    ids=str,
)
def test_what_the_reader_refuses_the_schema_refuses(change: dict[str, Any]) -> None:
    value = document(wires=[], layout={}, **change) if "blocks" in change else document(**change)
    assert not agree(value)


@pytest.mark.parametrize(
    "change",
    [
        {"note": "two\nlines"},
        {"name": "Größe 市場 👩‍💻"},
        {"timeframe": "90m"},
        {"layout": {"gone_1": [1, 2]}},
        {"frames": [{"id": "frame_1", "at": [0, 0], "size": [16, 100_000], "color": "blue", "title": "Entry"}]},
        {"frames": [{"id": "frame_1", "at": [0.5, -8], "size": [100, 100]}], "notes": []},
        {"notes": [{"id": "note_1", "at": [0, 0], "size": [100, 100], "text": "two\nlines", "color": "red"}]},
        {"reroutes": [{"from": "rsi_1.value", "to": "gone_1.left", "points": [[0, 0], [8.5, 16]]}]},
        {"dials": ["rsi_1.period", "gone_1.period"]},
        {"blocks": [{"id": "a", "kind": "rsi", "muted": True, "collapsed": False}], "wires": [], "layout": {}},
        {"blocks": [], "wires": [], "layout": {}},
        {"blocks": [{"id": "a", "kind": "rsi"}], "wires": [], "layout": {"a": [-5, 1e5]}},
        {"blocks": [{"id": "a", "kind": "less", "params": {"value": 30}}], "wires": [], "layout": {}},
    ],
    ids=str,
)
def test_what_the_reader_accepts_the_schema_accepts(change: dict[str, Any]) -> None:
    assert agree(document(**change))


def test_parts_that_may_be_left_out_are_the_same() -> None:
    full = document()
    optional = {field for field in full if agree({key: value for key, value in full.items() if key != field})}
    assert optional == {"note", "layout", "frames", "notes", "reroutes", "dials"}


def test_every_timeframe_up_to_a_week_fits_and_nothing_else() -> None:
    pattern = SCHEMA["properties"]["timeframe"]["pattern"]
    for count in [*range(-1, 200), *range(995, 1010), *range(9_990, 10_090), 99_999, 100_000]:
        for unit in "smhdwM":
            text = f"{count}{unit}"
            try:
                Timeframe.parse(text)
                parses = True
            except ValueError:
                parses = False
            assert (re.search(pattern, text) is not None) == parses, text


def _values(param: Param) -> list[Any]:
    bounds = [bound for bound in (param.low, param.high) if math.isfinite(bound)]
    around = [bound + step for bound in bounds for step in (-1, 0, 1)]
    return [*around, *param.options, param.default, "nonsense", None, True, 0, 0.5, [], param.settle(param.default)]


@pytest.mark.parametrize("kind", catalog.KINDS, ids=lambda kind: kind.id)
def test_the_bounds_of_every_setting_are_those_of_the_reader(kind: BlockKind) -> None:
    for param in kind.params:
        for value in _values(param):
            if isinstance(value, float) and value.is_integer() and param.type == "whole":
                value = int(value)
            placed = [{"id": "a", "kind": kind.id, "params": {param.name: value}}]
            agree(document(blocks=placed, wires=[], layout={}))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_reader_and_schema_agree_on_damaged_documents(data: st.DataObject) -> None:
    names = [each.id for each in templates.all_templates()]
    value = json.loads(codec.write(templates.template(data.draw(st.sampled_from(names))).strategy))
    for _ in range(data.draw(st.integers(1, 2))):
        _damage(value, data)
    agree(value)


_REPLACEMENTS = st.sampled_from(
    [None, True, 0, 1, -1, 0.5, 1_000_001, "", "x", "rsi", "rsi_1.value", "1h", [], {}, [1, 2], {"value": 1}, "a.b"]
)


def _damage(value: Any, data: st.DataObject) -> None:
    """Change, remove, repeat or add something at some place of a document."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    what = data.draw(st.sampled_from(["deeper", "deeper", "deeper", "replace", "remove", "repeat", "add"]))
    if what == "deeper" and isinstance(value[key], dict | list):
        _damage(value[key], data)
    elif what == "remove":
        del value[key]
    elif what == "repeat" and isinstance(value, list):
        value.append(copy.deepcopy(value[key]))
    elif what == "add" and isinstance(value, dict):
        value[data.draw(st.sampled_from(["x", "period", "params", "note"]))] = data.draw(_REPLACEMENTS)
    else:
        value[key] = data.draw(_REPLACEMENTS)
