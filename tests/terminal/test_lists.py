"""Commands that say what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.candle_file import rows, write_csv
from support.strategy_file import always_long, write_strategy

from app.blocks.catalog import KINDS
from app.market.timeframe import HOUR_MS
from app.strategy import codec
from app.strategy.explain import explain
from app.strategy.schema import json_schema
from app.strategy.templates import all_templates


def test_help_names_every_command_and_every_command_has_help(blockbuilders: Any) -> None:
    answer = blockbuilders("--help")
    assert answer.code == 0
    for command in ("backtest", "validate", "explain", "schema", "blocks", "templates", "example", "candles"):
        assert re.search(rf"^ +{command}\b", answer.out, re.MULTILINE)
        assert blockbuilders(command, "--help").code == 0
    out = blockbuilders("backtest", "--help").out
    for option in ("--candles", "--timeframe", "--from", "--to", "--capital", "--fee", "--slippage", "--fill-model"):
        assert option in out
    assert "open time of the bar in ms" in " ".join(out.split())


def test_the_version_is_that_of_the_package(blockbuilders: Any) -> None:
    answer = blockbuilders("--version")
    assert answer.code == 0
    assert re.fullmatch(r"blockbuilders \d+\.\d+\.\d+\n", answer.out)


def test_a_sound_strategy_is_said_to_be_one(blockbuilders: Any, tmp_path: Path) -> None:
    for each in all_templates():
        answer = blockbuilders("validate", each.id)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith(f"{each.strategy.name}: nothing is wrong with it.\n")
    answer = blockbuilders("validate", write_strategy(tmp_path / "s.json"))
    assert answer.out.splitlines()[0] == "Always long: nothing is wrong with it."
    assert "Worth knowing: " in answer.out


def test_explain_prints_the_sentences(blockbuilders: Any) -> None:
    for each in all_templates():
        answer = blockbuilders("explain", each.id)
        assert (answer.code, answer.out) == (0, explain(each.strategy))


def test_schema_prints_the_published_schema(blockbuilders: Any) -> None:
    assert blockbuilders("schema").json() == json_schema()


def test_blocks_lists_every_kind_by_group(blockbuilders: Any) -> None:
    out = blockbuilders("blocks").out
    for kind in KINDS:
        assert re.search(rf"^{kind.id}\b", out, re.MULTILINE), kind.id
    groups = [line for line in out.splitlines() if line in {kind.group for kind in KINDS}]
    assert groups == ["Inputs", "Indicators", "Maths", "Comparison", "Logic", "Orders", "Risk"]


def test_blocks_as_json_say_what_a_drawing_needs(blockbuilders: Any) -> None:
    found = {kind["id"]: kind for kind in blockbuilders("blocks", "--json").json()}
    assert list(found) == [kind.id for kind in KINDS]
    rsi = found["rsi"]
    assert rsi["inputs"] == [
        {"name": "source", "type": "series", "many": False, "required": False, "otherwise": "close"}
    ]
    assert rsi["outputs"] == [{"name": "value", "type": "series"}]
    assert rsi["params"] == [{"name": "period", "type": "whole", "default": 14, "low": 2, "high": 500, "unit": "bars"}]
    assert found["greater"]["inputs"][0]["required"] is True
    mode = next(param for param in found["stop_loss"]["params"] if param["name"] == "mode")
    assert mode["options"] == ["percent", "price", "atr"]


def test_templates_are_listed_with_idea_and_failure(blockbuilders: Any) -> None:
    out = " ".join(blockbuilders("templates").out.split())
    for each in all_templates():
        for words in (each.id, each.title, each.idea, f"Fails when: {each.fails_when}"):
            assert words in out


def test_a_template_is_printed_as_a_file_that_gives_the_same_strategy(blockbuilders: Any, tmp_path: Path) -> None:
    for each in all_templates():
        for name in (each.id, each.title.upper()):
            answer = blockbuilders("templates", name)
            assert (answer.code, answer.err) == (0, "")
            assert codec.read(answer.out) == each.strategy
    own = tmp_path / "my.json"
    own.write_text(blockbuilders("templates", "golden_cross").out)
    assert blockbuilders("explain", own).out == blockbuilders("explain", "golden_cross").out


def test_inspect_says_what_a_file_holds_and_lacks(blockbuilders: Any, tmp_path: Path) -> None:
    lines = [row for place, row in enumerate(rows(20, HOUR_MS)) if place not in (5, 6, 7, 12)]
    lines[3] = (*lines[3][:5], 0.0)
    answer = blockbuilders("candles", "inspect", write_csv(tmp_path / "x.csv", [*lines[::-1], lines[0]]))
    assert answer.code == 0
    text = re.sub(r" {2,}", " | ", answer.out)
    for line in (
        "x.csv",
        "Candles | 16 of 1h",
        "First, last | 2024-01-01 00:00 to 2024-01-01 19:00 UTC",
        "Present | 80.00 % of the candles in between",
        "Gaps | 2",
        "Longest gap | 3 candles after 2024-01-01 04:00",
        "Biggest jump | +24.1 % over the gap after 2024-01-01 04:00",
        "Zero volume | 1 candle",
        "Repeated | 1 row there twice, counted once",
        "Order | the rows were not in order of time and have been sorted",
    ):
        assert line in text.splitlines(), line


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("bitfinex_BTCUSD_1m_2018", ("520,499 of 1m", "99.03 %", "3,992", "67 candles after 2018-06-05 13:33")),
        ("bitfinex_ETHUSD_1m_2019", ("455,968 of 1m", "86.75 %", "46,729", "257 candles after 2019-01-07 10:00")),
        (
            "histdata_EURUSD_1m_2017-01_2017-04",
            ("122,100 of 1m", "71.33 %", "2,881 candles after 2017-03-31 20:58", "the file gives no volume"),
        ),
        ("oanda_XAUUSD_1h_2015_2019", ("23,823 of 1h", "65.47 %", "928", "151 candles after 2016-12-09 21:00")),
        ("mt5_XAUUSD_1m_2026-03_2026-05", ("54,270 of 1m", "40", "4,382 candles after 2026-04-02 20:57")),
    ],
)
def test_inspect_on_real_files(blockbuilders: Any, shared_data: Path, name: str, facts: tuple[str, ...]) -> None:
    out = blockbuilders("candles", "inspect", shared_data / f"{name}.parquet").out
    for fact in facts:
        assert fact in out


def test_markup_in_a_name_is_shown_as_it_is(blockbuilders: Any, tmp_path: Path) -> None:
    name = "[red]x[/red] :smile: [/] [link=file:///]y"
    path = write_strategy(tmp_path / "s.json", always_long(name=name))
    assert name in blockbuilders("validate", path).out
    odd = tmp_path / "[red]x[bold].csv"
    assert "[red]x[bold].csv" in blockbuilders("candles", "inspect", write_csv(odd, rows(3))).out
    assert json.loads(path.read_text())["name"] == name


def test_a_template_is_found_by_its_title_too_however_it_is_typed(blockbuilders: Any) -> None:
    for each in all_templates():
        for typed in (each.title, each.title.upper(), each.id.upper(), each.id):
            assert blockbuilders("validate", typed).out.startswith(f"{each.strategy.name}: "), typed


def test_a_drawing_without_entries_does_nothing_yet_and_names_a_loose_block_once(
    blockbuilders: Any, tmp_path: Path
) -> None:
    blocks = [{"id": "greater_1", "kind": "greater"}, {"id": "rsi_1", "kind": "rsi"}]
    answer = blockbuilders("validate", write_strategy(tmp_path / "own.json", always_long(blocks=blocks, wires=[])))
    first, *others = answer.out.splitlines()
    assert (answer.code, first) == (0, "Always long: it does nothing yet.")
    assert sum("Greater than" in line for line in others) == 1
    assert sum("RSI leads nowhere" in line for line in others) == 1
