"""The object for other programs holds the run, in strict JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from support.runs import example, hostile, with_open_trade

from app.engine.completed import trade
from app.export.run_json import json_lines, json_text, run_object


def test_trades_are_those_of_the_engine_with_the_open_one_last() -> None:
    run = with_open_trade()
    trades = [*(trade(row) for row in run.trades), run.open_trade]
    known = [{name.removesuffix("_"): value for name, value in asdict(each).items()} for each in trades if each]
    found = run_object(run, "here")["trades"]
    assert found == known
    assert found[-1]["exit_time"] is None
    assert {type(value) for each in found for value in each.values()} <= {int, float, str, bool, type(None)}


def test_the_run_says_what_it_takes_to_repeat_it() -> None:
    run = example()
    found = run_object(run, "synthetic sample market")["run"]
    assert (found["result_hash"], found["engine_version"]) == (run.result_hash, run.engine_version)
    assert found["range"] == {"from": run.start, "to": run.end, "bars": len(run.bars)}
    assert found["dataset"]["fingerprint"] == run.dataset.fingerprint
    assert (found["dataset"]["source"], found["dataset"]["synthetic"]) == ("synthetic sample market", True)


def test_the_curve_is_there_when_asked_for() -> None:
    run = example()
    assert "equity" not in run_object(run, "")
    assert run_object(run, "", equity=True)["equity"][-1] == (int(run.bars.time[-1]), float(run.equity[-1]))


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_json_has_no_word_for_is_null(value: float) -> None:
    run = replace(example(), metrics={**example().metrics, "sharpe": value})
    found = json.loads(json_text(run_object(run, "")), parse_constant=pytest.fail)
    assert found["metrics"]["sharpe"] is None
    assert found["metrics"]["trades"] == example().metrics["trades"]
    assert found["trades"] == run_object(run, "")["trades"]


def test_names_come_back_as_they_were() -> None:
    run = hostile()
    text = json_text(run_object(run, "x"))
    assert text.isascii()
    assert json.loads(text)["run"]["strategy"] == run.strategy.name


def test_a_file_holds_the_same_object_with_a_line_for_each_trade_and_bar() -> None:
    nothing_closed = replace(example(), metrics={"sharpe": float("inf")}, trades=example().trades[:0])
    for run in (example(), hostile(), nothing_closed):
        found = run_object(run, "x", equity=True)
        lines = "".join(json_lines(found)).splitlines()
        assert json.loads("\n".join(lines)) == json.loads(json_text(found))
        entries = [line.strip().rstrip(",") for line in lines if line.startswith(("  {", "  ["))]
        assert entries == [json_text(row) for row in (*found["trades"], *found["equity"])]


def test_a_file_is_written_piece_by_piece() -> None:
    found = run_object(example(), "x", equity=True)
    assert max(map(len, json_lines(found))) < 2_000 < len(json_text(found)) / 20
