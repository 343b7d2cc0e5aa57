"""Strategies from and to text."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.wired import drawing

from app.errors import StrategyInvalid
from app.strategy import codec, templates, upgrades
from app.strategy.document import Strategy
from app.strategy.edits import EditRefused, rename, set_note

DIP: dict[str, Any] = {
    "format": 1,
    "name": "RSI dip",
    "symbol": "BTC/USDT",
    "exchange": "binance",
    "timeframe": "1h",
    "blocks": [
        {"id": "rsi_1", "kind": "rsi", "params": {"period": 10}},
        {"id": "less_1", "kind": "less", "params": {"value": 30}},
        {"id": "enter_long_1", "kind": "enter_long"},
    ],
    "wires": [
        {"from": "rsi_1.value", "to": "less_1.left"},
        {"from": "less_1.signal", "to": "enter_long_1.when"},
    ],
    "layout": {"rsi_1": [120, 80.5]},
}


def refusal(data: bytes | str) -> StrategyInvalid:
    with pytest.raises(StrategyInvalid) as caught:
        codec.read(data)
    assert caught.value.problems
    return caught.value


def test_reading_fills_in_what_is_left_out_and_settles_values() -> None:
    strategy = codec.read(json.dumps(DIP))
    assert strategy.note == ""
    assert strategy.layout == {"rsi_1": (120.0, 80.5)}
    less = strategy.block("less_1")
    assert less is not None
    assert repr(less.params["value"]) == "30.0"
    whole = codec.read(json.dumps({**DIP, "blocks": [{"id": "rsi_1", "kind": "rsi"}], "wires": []}))
    assert whole.blocks[0].params == {"period": 14}


def test_a_byte_order_mark_is_accepted() -> None:
    text = json.dumps(DIP)
    assert codec.read(b"\xef\xbb\xbf" + text.encode()) == codec.read(text) == codec.read("\ufeff" + text)


def test_a_drawing_that_is_not_finished_opens() -> None:
    unfinished = drawing("all_of_1.signal > enter_long_1.when", also=("stop_loss_1", "stop_loss_2", "greater_1"))
    assert codec.read(codec.write(unfinished)) == unfinished


@pytest.mark.parametrize("template", templates.all_templates(), ids=lambda each: each.id)
def test_what_is_written_reads_the_same(template: templates.Template) -> None:
    strategy = template.strategy
    assert codec.read(codec.write(strategy)) == strategy
    assert codec.read(codec.canonical(strategy)) == strategy
    assert codec.write(codec.read(codec.write(strategy))) == codec.write(strategy)


def test_texts_of_any_script_survive() -> None:
    strategy = set_note(rename(drawing(), 'Größe "1" \\ 市場 👩‍💻'), "one\n\ttwo\r\nthree ✓")
    assert codec.read(codec.write(strategy)) == strategy
    assert codec.read(codec.canonical(strategy)) == strategy


def test_canonical_is_compact_sorted_and_says_every_param() -> None:
    strategy = codec.read(json.dumps({**DIP, "blocks": DIP["blocks"][:1], "wires": [], "layout": {}, "name": "é"}))
    assert codec.canonical(strategy).decode() == (
        '{"blocks":[{"id":"rsi_1","kind":"rsi","params":{"period":10}}],"dials":[],"exchange":"binance","format":2,'
        '"frames":[],"layout":{},"name":"é","note":"","notes":[],"reroutes":[],"symbol":"BTC/USDT","timeframe":"1h",'
        '"wires":[]}'
    )


def test_equal_strategies_have_equal_canonical_forms_whatever_their_numbers_look_like() -> None:
    one = drawing("close_1.value > less_1.left", params={"less_1": {"value": 0}}, layout={"less_1": (1, -0.0)})
    other = drawing("close_1.value > less_1.left", params={"less_1": {"value": -0.0}}, layout={"less_1": (1.0, 0.0)})
    assert one == other
    assert codec.canonical(one) == codec.canonical(other)


def test_a_former_id_of_a_kind_is_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.blocks import catalog

    present = catalog.kind
    monkeypatch.setattr(catalog, "kind", lambda name: present("rsi" if name == "strength" else name))
    old = {**DIP, "blocks": [{"id": "rsi_1", "kind": "strength"}], "wires": []}
    assert codec.read(json.dumps(old)).blocks[0].kind == "rsi"


def test_problems_of_shape_and_of_meaning_come_back_together() -> None:
    broken = {
        **DIP,
        "timeframe": "7x",
        "nmae": "?",
        "blocks": [
            {"id": "rsi_1", "kind": "rsl"},
            {"id": "less_1", "kind": "less", "params": {"value": "thirty"}},
            {"id": "enter_long_1"},
        ],
        "wires": [*DIP["wires"], {"from": "rsi_2.value", "to": "less_1.right"}, {"from": "rsi_1", "to": 7}],
    }
    found = {(problem.code, problem.block_id) for problem in refusal(json.dumps(broken)).problems}
    assert found == {
        ("bad_timeframe", ""),
        ("unknown_field", ""),
        ("missing_field", "enter_long_1"),
        ("wrong_type", ""),
        ("bad_wire", ""),
        ("unknown_kind", "rsi_1"),
        ("bad_param", "less_1"),
        ("unknown_block", "less_1"),
    }


def test_a_block_with_a_wrong_field_is_looked_at_all_the_same() -> None:
    blocks = [{"id": "rsi_1", "kind": "rsi", "color": "red", "params": {"period": 1}}, *DIP["blocks"][1:]]
    codes = [problem.code for problem in refusal(json.dumps({**DIP, "blocks": blocks})).problems]
    assert codes == ["unknown_field", "bad_param"]


def test_a_block_that_cannot_be_read_makes_no_further_problems() -> None:
    broken = {**DIP, "blocks": [*DIP["blocks"][:2], {"id": "enter_long_1", "kind": 3}]}
    assert [problem.code for problem in refusal(json.dumps(broken)).problems] == ["wrong_type"]


def test_the_words_of_the_parser_never_reach_the_trader() -> None:
    values: list[Any] = [None, True, 3, 1.5, "x", [], [1], {}, {"a": 1}]
    for field in DIP:
        for value in values:
            try:
                codec.read(json.dumps({**DIP, field: value}))
            except StrategyInvalid as error:
                said = str(error).lower()
                assert said
                for word in ("pydantic", "input should", "validation", "extra", "dict", "field required", "none"):
                    assert word not in said, (field, value, said)


# --- Hostile files ---


def _million_nodes() -> str:
    return json.dumps({**DIP, "blocks": [{"id": f"rsi_{i}", "kind": "rsi"} for i in range(25_000)]})


def _wrong_names() -> str:
    ids = [f"{'abcdefghij'[i % 10] * 30}_{i}" for i in range(500)]
    blocks = [{"id": name, "kind": name[::-1].strip("0123456789_")} for name in ids]
    wires = [{"from": f"{ids[i % 500]}x{i}.value", "to": f"{ids[i % 499]}y{i}.left"} for i in range(2_000)]
    return json.dumps({**DIP, "blocks": blocks, "wires": wires})


HOSTILE: dict[str, tuple[Callable[[], bytes | str], str]] = {
    "empty": (lambda: "", "empty"),
    "blank": (lambda: " \n\t", "empty"),
    "only a byte order mark": (lambda: b"\xef\xbb\xbf", "empty"),
    "not text": (lambda: bytes(range(256)), "not_utf8"),
    "half of a character": (lambda: '{"name": "\ud800"}', "not_utf8"),
    "half of a character, escaped": (lambda: json.dumps({**DIP, "name": "\ud800"}), "bad_text"),
    "half of a character in a key": (lambda: json.dumps({**DIP, "\udfff": 1}), "bad_text"),
    "two megabytes": (lambda: " " * 2_000_000, "too_large"),
    "one megabyte of wide characters": (lambda: json.dumps({"a": "€" * 400_000}, ensure_ascii=False), "too_large"),
    "brackets": (lambda: "[" * 1_000_000, "too_deep"),
    "braces": (lambda: '{"a":' * 200_000, "too_deep"),
    "65 levels": (lambda: "[" * 65 + "]" * 65, "too_deep"),
    "escapes": (lambda: '"' + "\\\\" * 500_000 + '"', "no_format"),
    "a list of lists": (lambda: "[" + "[]," * 340_000 + "1]", "no_format"),
    "cut off": (lambda: json.dumps(DIP)[:-20], "not_json"),
    "two documents": (lambda: json.dumps(DIP) * 2, "not_json"),
    "single quotes": (lambda: "{'format': 1}", "not_json"),
    "a comment": (lambda: "// mine\n" + json.dumps(DIP), "not_json"),
    "a line break in a text": (lambda: '{"format": 1, "name": "a\nb"}', "not_json"),
    "a bare NUL": (lambda: "\0", "not_json"),
    "NaN": (lambda: '{"format": NaN}', "bad_number"),
    "Infinity": (lambda: '{"format": -Infinity}', "bad_number"),
    "a huge exponent": (lambda: '{"format": 1e999999999}', "bad_number"),
    "2 to the 53rd": (lambda: '{"format": 9007199254740992}', "bad_number"),
    "a million digits": (lambda: '{"format": ' + "9" * 1_000_000 + "}", "bad_number"),
    "a million decimals": (lambda: '{"format": 0.' + "1" * 1_000_000 + "}", "bad_number"),
    "a key twice": (lambda: '{"format": 1, "format": 1}', "duplicate_key"),
    "a key twice, deep down": (lambda: '{"format": 1, "blocks": [{"id": "a", "id": "b"}]}', "duplicate_key"),
    "many keys": (lambda: json.dumps({str(i): i for i in range(60_000)}), "too_many_entries"),
    "no object": (lambda: "[1, 2]", "no_format"),
    "no format": (lambda: json.dumps({"name": "x"}), "no_format"),
    "format true": (lambda: json.dumps({**DIP, "format": True}), "no_format"),
    "format zero": (lambda: json.dumps({**DIP, "format": 0}), "no_format"),
    "format as text": (lambda: json.dumps({**DIP, "format": "1"}), "no_format"),
    "a newer format": (lambda: json.dumps({**DIP, "format": 7}), "newer_format"),
    "as many nodes as fit": (_million_nodes, "too_many_blocks"),
    "two thousand wrong names": (_wrong_names, "unknown_kind"),
    "a long name": (lambda: json.dumps({**DIP, "name": "x" * 1_000_000}), "bad_name"),
    "a long kind": (lambda: json.dumps({**DIP, "blocks": [{"id": "a", "kind": "k" * 900_000}]}), "unknown_kind"),
    "a long id": (lambda: json.dumps({**DIP, "blocks": [{"id": "a" * 900_000, "kind": "rsi"}]}), "bad_block_id"),
    "a long wire": (lambda: json.dumps({**DIP, "wires": [{"from": "a" * 900_000, "to": "b"}]}), "bad_wire"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_at_once_and_in_a_short_sentence(case: str) -> None:
    make, code = HOSTILE[case]
    data = make()
    codec.read(json.dumps(DIP))  # what is imported on first use is not the file's fault
    began = time.thread_time()
    problems = refusal(data).problems
    assert time.thread_time() - began < 3.0  # a third of it on a quiet machine; a busy one needs room
    assert code in {problem.code for problem in problems}
    assert len(problems) <= 1_001
    for problem in problems:
        assert len(problem.message) < 300
        assert problem.message.isprintable()
        assert problem.message.endswith((".", "?"))


@pytest.mark.parametrize("case", ["brackets", "as many nodes as fit", "two thousand wrong names", "a list of lists"])
def test_a_hostile_file_takes_little_memory(case: str) -> None:
    data = HOSTILE[case][0]()
    codec.read(json.dumps(DIP))
    tracemalloc.start()
    try:
        refusal(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000


def test_64_levels_are_a_matter_of_meaning_and_brackets_in_texts_are_not_levels() -> None:
    nested = json.dumps({**DIP, "note": "[{" * 100 + '\\"['})
    assert codec.read(nested).note.startswith("[{[{")
    deep = '{"format": 1, "note": ' + "[" * 63 + "]" * 63 + "}"
    assert "wrong_type" in {problem.code for problem in refusal(deep).problems}


def test_a_file_of_a_newer_version_says_so() -> None:
    assert str(refusal(json.dumps({**DIP, "format": 7, "blocks": "unknown"}))) == (
        "This file was made by a newer version of Blockbuilders (format 7). Update Blockbuilders to open it."
    )


@pytest.mark.parametrize(
    ("unknown", "words"), [(3, "There are 500 more problems like these."), (2, "There is one more problem like these.")]
)
def test_more_than_a_thousand_problems_are_counted(unknown: int, words: str) -> None:
    blocks = [{"id": f"rsi_{i}", "kind": "rsi", **dict.fromkeys("abc"[:unknown], 1)} for i in range(500)]
    document = {**DIP, "blocks": blocks, "wires": []}
    problems = refusal(json.dumps(document if unknown == 3 else {**document, "one": 1})).problems
    assert len(problems) == 1_001
    assert problems[-1].message == words


# --- Upgrades ---


def test_older_formats_are_upgraded_step_by_step() -> None:
    steps = {
        1: lambda document: {**document, "name": document["title"]},
        2: lambda document: {key: value for key, value in document.items() if key != "title"},
    }
    assert upgrades.upgraded({"format": 1, "title": "Dip"}, steps, newest=3) == {"format": 3, "name": "Dip"}
    assert upgrades.upgraded({"format": 2, "title": "Dip", "name": "x"}, steps, newest=3) == {"format": 3, "name": "x"}
    assert upgrades.upgraded({"format": 3, "name": "x"}, steps, newest=3) == {"format": 3, "name": "x"}


def test_there_is_one_step_for_every_older_format() -> None:
    assert sorted(upgrades.STEPS) == list(range(1, upgrades.FORMAT))


# --- Anything at all ---

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["rsi", "rsi_1", "less_1.left", "value", "1h", "all_of", "sample", 2**53, -(2**60), 1e300]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_strategy_or_a_refusal(data: bytes) -> None:
    refusal(data)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_file_gives_a_strategy_or_a_refusal(data: st.DataObject) -> None:
    raw = bytearray(codec.write(codec.read(json.dumps(DIP))).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    _strategy_or_refusal(bytes(raw))


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_document_with_junk_in_it_gives_a_strategy_or_a_refusal(data: st.DataObject) -> None:
    document = json.loads(json.dumps(DIP))
    for _ in range(data.draw(st.integers(1, 3))):
        _put_junk(document, data)
    _strategy_or_refusal(json.dumps(document))


def _put_junk(value: Any, data: st.DataObject) -> None:
    """Walk to some place in a JSON value and change, remove or add something there."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = data.draw(st.sampled_from([*keys, None])) if keys else None
    if key is not None and isinstance(value[key], dict | list) and data.draw(st.booleans()):
        _put_junk(value[key], data)
    elif key is None:
        new = data.draw(JUNK)
        value.append(new) if isinstance(value, list) else value.update({data.draw(st.text(max_size=6)): new})
    elif data.draw(st.booleans()):
        del value[key]
    else:
        value[key] = data.draw(JUNK)


def _strategy_or_refusal(data: bytes | str) -> None:
    try:
        strategy = codec.read(data)
    except StrategyInvalid:
        return
    assert isinstance(strategy, Strategy)
    assert codec.read(codec.write(strategy)) == strategy


def test_importing_the_room_does_not_import_pydantic() -> None:
    code = (
        "import sys, app.strategy.codec, app.strategy.edits, app.strategy.templates; print('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\nb", "a\0b", "right\u202eleft", "\ud800"])
def test_names_that_cannot_be_written_are_refused_by_edits_and_files_alike(name: str) -> None:
    with pytest.raises(EditRefused):
        rename(drawing(), name)
    codes = {problem.code for problem in refusal(json.dumps({**DIP, "name": name})).problems}
    assert codes <= {"bad_name", "bad_text"}
