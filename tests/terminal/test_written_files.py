"""What `--bars` and `--out` write: the engine's own arrays, whole files, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import json
import math
import tracemalloc
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.candle_file import rows, write_csv
from support.sample import sample_candles
from support.strategy_file import always_long, write_strategy

from app.engine.backtest import backtest
from app.engine.completed import completed
from app.engine.result import BacktestResult
from app.export import run_folder
from app.market.timeframe import DAY_MS, HOUR_MS, Timeframe
from app.results.funnel import funnels
from app.results.repeat import repeater
from app.results.verdict import verdict
from app.strategy import edits
from app.strategy.templates import all_templates, template
from app.terminal import tables

RANGE = ("--from", "2025-03-01", "--to", "2025-06-01")


def of_range(name: str) -> BacktestResult:
    strategy = template(name).strategy
    return backtest(strategy, sample_candles("RIVER/USD"), start=1740787200000, end=1748736000000)


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(newline="", encoding="utf-8") as stream:
        header, *lines = csv.reader(stream)
    return header, lines


def as_number(cell: str) -> float:
    return float(cell) if cell else math.nan


@pytest.mark.parametrize("name", ["rsi_long_short", "supertrend_follower", "golden_cross"])
def test_every_bar_is_a_row_of_what_the_engine_has_computed(blockbuilders: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / "bars.csv"
    assert blockbuilders("backtest", name, *RANGE, "--bars", path).code == 0
    result = of_range(name)
    header, lines = read(path)
    outputs = {f"{block}.{output}": values for (block, output), values in result.values.items()}
    orders = ["enter_long", "exit_long", "enter_short", "exit_short"]
    assert header == ["time", "open", "high", "low", "close", "volume", *outputs, *orders, "position", "equity"]
    columns = {title: [line[place] for line in lines] for place, title in enumerate(header)}
    assert [int(cell) for cell in columns["time"]] == result.bars.time.tolist()
    series = {name: getattr(result.bars, name) for name in ("open", "high", "low", "close", "volume")}
    series |= {title: values for title, values in outputs.items() if values.dtype == np.float64}
    for title, values in {**series, "equity": result.equity}.items():
        assert np.array_equal([as_number(cell) for cell in columns[title]], values, equal_nan=True), title
    signals = {title: values for title, values in outputs.items() if values.dtype == np.int8}
    for title, signal in {**signals, **result.orders}.items():
        assert [{"1": 1, "0": 0, "": -1}[cell] for cell in columns[title]] == signal.tolist(), title
    assert [int(cell) for cell in columns["position"]] == result.position.tolist()
    blocks = {title.split(".")[0] for title in outputs}
    assert blocks == {block.id for block in result.strategy.blocks if block.id.rsplit("_", 1)[0] not in SILENT}


SILENT = {
    *("enter_long", "exit_long", "enter_short", "exit_short", "position_size", "stop_loss", "take_profit"),
    *("trailing_stop", "time_exit", "cooldown"),
}


def test_a_dash_prints_the_bars_and_writes_no_file(
    blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bars.csv"
    blockbuilders("backtest", "rsi_dip", *RANGE, "--bars", path)
    answer = blockbuilders("backtest", "rsi_dip", *RANGE, "--bars", "-")
    assert (answer.code, answer.out) == (0, path.read_text())
    assert sorted(tmp_path.iterdir()) == [path]


def test_of_many_bars_few_are_text_at_once() -> None:
    start = 1740787200000
    strategy = edits.set_timeframe(template("rsi_long_short").strategy, Timeframe.parse("1m"))
    result = backtest(strategy, sample_candles("RIVER/USD"), start=start, end=start + 30 * DAY_MS)
    tracemalloc.start()
    try:
        lines = tables.bars_csv(result)
        next(lines), next(lines)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(1 for _ in lines) + 1 == len(result.bars) > 43_000
    assert most < 10_000_000


def test_an_unknown_signal_and_an_unknown_value_are_empty_cells(blockbuilders: Any, tmp_path: Path) -> None:
    blockbuilders("backtest", "rsi_dip", "--to", "2024-01-03", "--bars", tmp_path / "bars.csv")
    header, lines = read(tmp_path / "bars.csv")
    first = dict(zip(header, lines[0], strict=True))
    assert first["rsi_1.value"] == first["less_1.signal"] == first["enter_long"] == ""
    assert first["position"] == "0"


def test_a_folder_gets_every_file_and_they_agree(blockbuilders: Any, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "results"
    answer = blockbuilders("backtest", "rsi_long_short", *RANGE, "--out", folder, "--json")
    assert answer.code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        *("equity.csv", "equity.svg", "months.svg", "price.svg", "report.html", "report.txt", "result.json"),
        *("strategy.json", "trades.csv"),
    ]
    found = json.loads((folder / "result.json").read_text())
    assert found == answer.json()
    header, lines = read(folder / "trades.csv")
    assert header == [*found["trades"][0], "entry_utc", "exit_utc"]
    assert len(lines) == len(found["trades"]) > 10
    for line, trade in zip(lines, found["trades"], strict=True):
        times = [trade["entry_time"], trade["exit_time"]]
        assert line[-2:] == ["" if ms is None else f"{np.datetime64(ms, 'ms'):}"[:19] + "Z" for ms in times]
        assert line[:-2] == [
            "" if value is None else str(int(value) if value in (True, False) and isinstance(value, bool) else value)
            for value in trade.values()
        ]
    header, lines = read(folder / "equity.csv")
    result = of_range("rsi_long_short")
    assert header == ["time", "equity"]
    assert [(int(time), float(equity)) for time, equity in lines] == list(
        zip(result.bars.time.tolist(), result.equity.tolist(), strict=True)
    )
    assert blockbuilders("backtest", folder / "strategy.json", *RANGE, "--json").out == answer.out
    report = (folder / "report.txt").read_text()
    assert report == blockbuilders("backtest", "rsi_long_short", *RANGE).out
    assert "synthetic sample market" in report


def test_the_page_says_what_only_more_runs_can_tell(blockbuilders: Any, tmp_path: Path) -> None:
    blockbuilders("backtest", "rsi_dip", *RANGE, "--out", tmp_path)
    page = (tmp_path / "report.html").read_text()
    result = of_range("rsi_dip")
    assert f'value="{funnels(result)[0].stages[1].bars}"' in page
    judged = verdict(completed(result), repeater(result))
    assert judged.costs is not None
    assert judged.other is not None
    for finding in judged.findings:
        assert escape(finding.sentence) in page
    assert escape(judged.other.sentence) in page
    bar = blockbuilders("backtest", "rsi_dip", *RANGE, "--fill-model", "bar", "--json").json()
    assert judged.other.metrics["total_return"] == bar["metrics"]["total_return"]


def test_a_second_run_replaces_the_files_of_the_first_and_leaves_others(blockbuilders: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "trades.csv").write_text("old")
    blockbuilders("backtest", "rsi_dip", *RANGE, "--out", tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "trades.csv").read_text().startswith("side,")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_places_that_cannot_be_written(blockbuilders: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for option, place, words in (
        ("--out", tmp_path / "file", "is a file; name a folder."),
        ("--out", tmp_path / "file" / "below", "cannot be made a folder (not a directory)."),
        ("--out", "a\0b", "a?b cannot be made a folder (its name is not possible)."),
        ("--bars", tmp_path / "nowhere" / "x.csv", "cannot be written (no such file or directory)."),
        ("--bars", tmp_path, "is a folder; name a file."),
    ):
        answer = blockbuilders("backtest", "rsi_dip", *RANGE, option, place)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.rstrip().endswith(words)


def test_a_hostile_name_stays_text_in_every_file(blockbuilders: Any, tmp_path: Path) -> None:
    name = '=HYPERLINK("http://x") [bold]x[/bold] [/] {0} %s </script> 漢'
    strategy = write_strategy(tmp_path / "s.json", always_long(name=name))
    candles = write_csv(tmp_path / "c.csv", rows(100, HOUR_MS))
    answer = blockbuilders("backtest", strategy, "--candles", candles, "--out", tmp_path / "out")
    assert answer.code == 0
    assert name in answer.out
    assert json.loads((tmp_path / "out" / "result.json").read_text())["run"]["strategy"] == name
    for file in ("trades.csv", "equity.csv"):
        assert "HYPERLINK" not in (tmp_path / "out" / file).read_text()


def test_every_template_writes_its_bars(blockbuilders: Any, tmp_path: Path) -> None:
    for each in all_templates():
        path = tmp_path / f"{each.id}.csv"
        assert blockbuilders("backtest", each.id, *RANGE, "--bars", path, "--json").code == 0
        header, lines = read(path)
        assert len(header) == len(set(header))
        assert lines
        assert all(len(line) == len(header) for line in lines)


def test_an_older_result_goes_first_so_that_a_result_means_the_folder_is_complete(
    blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    assert blockbuilders("backtest", "rsi_dip", *RANGE, "--out", folder).code == 0
    for name in (".abcd_123.part", ".mine.part", "notes.part"):
        (folder / name).write_text("")
    monkeypatch.setattr(run_folder, "equity_csv", lambda run: (_ for _ in ()).throw(OSError(28, "No space left")))
    assert blockbuilders("backtest", "rsi_dip", *RANGE, "--out", folder).code != 0
    assert not (folder / "result.json").exists()
    assert {path.name for path in folder.glob("*.part")} | {path.name for path in folder.glob(".*.part")} == {
        ".mine.part",
        "notes.part",
    }


def test_a_folder_in_the_place_of_the_result_is_said(blockbuilders: Any, tmp_path: Path) -> None:
    (tmp_path / "out" / "result.json").mkdir(parents=True)
    answer = blockbuilders("backtest", "rsi_dip", *RANGE, "--out", tmp_path / "out")
    assert answer.code != 0
    assert "cannot be cleared" in answer.err
