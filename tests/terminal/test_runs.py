"""`blockbuilders runs`: kept runs listed, shown, exported, compared."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.sample import sample_candles

from app import paths
from app.data import sample_market
from app.data.candle_cache import default_path
from app.data.library.library import Library
from app.data.library.records import RunRequest
from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.engine.completed import CompletedRun, completed
from app.market.candles import Candles
from app.market.resample import derive
from app.market.timeframe import Timeframe
from app.results.compare import compare
from app.results.numbers import money, percent
from app.results.repeat import repeater
from app.results.verdict import verdict
from app.strategy import edits, templates
from app.strategy.document import Strategy

Run = Callable[..., Any]
DAY = 86_400_000
START = 1_735_689_600_000
HOSTILE = "=HYPERLINK(1) <b>red"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blockbuilders: Run) -> Path:
    """Return the folder of the trader's own things, which is not there yet."""
    folder = tmp_path / "own"
    monkeypatch.setattr(paths, "data_folder", lambda: folder)
    return folder


def _keep(
    library: Library,
    strategy: Strategy,
    assumptions: Assumptions,
    candles: Candles | None = None,
    again_of: int | None = None,
) -> CompletedRun:
    """Run a month of a strategy and keep it."""
    revision = library.strategies.save(strategy)
    end = START + 60 * DAY
    request = RunRequest(revision.strategy_id, revision.id, START, end, None, assumptions)
    result = backtest(strategy, candles or sample_candles("RIVER/USD"), assumptions, start=START, end=end)
    run, run_id = completed(result), library.runs.begin(request, again_of)
    library.runs.complete(run_id, run, {"numpy": "2"}, {"source": "synthetic sample market"})
    return run


@pytest.fixture
def kept(data: Path) -> tuple[CompletedRun, CompletedRun]:
    """Keep run 1, run 2 of another period of RSI and fee, and run 3, which failed."""
    strategy = edits.rename(templates.template("rsi_dip").strategy, "Dips")
    other = edits.set_param(edits.rename(strategy, HOSTILE), "rsi_1", "period", 7)
    with Library.open(data) as library:
        first = _keep(library, strategy, Assumptions())
        second = _keep(library, other, Assumptions(fee_rate=0.002))
        library.runs.fail(library.runs.begin(library.runs.request(1)), "There are no candles.")
        library.runs.pin(1)
        library.runs.note(1, "the first idea")
        library.runs.note(2, "\x1b[31mred")
        library.runs.remember(1, "look_ahead", {"sentence": "Nothing in this run looks ahead.", "cuts": 20})
    return first, second


def test_without_a_library_none_is_made(data: Path, blockbuilders: Run) -> None:
    answer = blockbuilders("runs", "list")
    assert answer.code == 0
    assert answer.out.startswith("No runs are kept yet.")
    assert blockbuilders("runs", "list", "--json").json() == []
    assert blockbuilders("runs", "show", "1").code == 2
    assert not data.exists()


def test_the_list_names_every_run_the_newest_first(kept: tuple[CompletedRun, CompletedRun], blockbuilders: Run) -> None:
    answer = blockbuilders("runs", "list")
    lines = answer.out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["3", "2", "1"]
    assert "failed" in lines[1]
    assert "* Dips" in lines[3]
    assert "3 runs" in answer.out
    assert "\x1b" not in answer.out
    assert all(len(line) <= 80 for line in lines)
    total = kept[0].metrics["total_return"]
    assert total is not None
    assert f"{100 * total:+.1f} %" in lines[3]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_no_figure_of_a_kept_run_is_cut_in_a_narrow_terminal(
    data: Path, blockbuilders: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    with Library.open(data) as library:
        run = _keep(library, templates.template("rsi_dip").strategy, Assumptions(capital=1e15))
    shown = blockbuilders("runs", "show", "1").out
    assert money(run.metrics["fees_paid"]) in shown
    assert "…" not in shown
    _, line, *_ = listed = blockbuilders("runs", "list").out.splitlines()
    assert line.split()[0] == "1"
    assert line.split()[-1] == str(run.metrics["trades"])
    assert percent(run.metrics["total_return"], sign=True) in line
    assert max(map(len, [*listed, *shown.splitlines()])) <= columns


def test_the_list_as_json_has_the_figures_of_the_engine(
    kept: tuple[CompletedRun, CompletedRun], blockbuilders: Run
) -> None:
    found = blockbuilders("runs", "list", "--json", "--order", "oldest").json()
    assert [run["id"] for run in found] == [1, 2, 3]
    assert found[0]["total_return"] == kept[0].metrics["total_return"]
    assert found[0]["result_hash"] == kept[0].result_hash
    assert found[0]["note"] == "the first idea"
    assert found[1]["assumptions"]["fee_rate"] == 0.002
    assert found[2]["reason"] == "There are no candles."


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        (["first", "idea"], [1]),
        (["--state", "failed"], [3]),
        (["--pinned"], [1]),
        (["--symbol", "BTC/USDT"], []),
        (["--limit", "1"], [3]),
        (["--from", "2000-01-01", "--to", "2001-01-01"], []),
        (["--least-trades", "0"], [2, 1]),
        (["--least-return", "1000%"], []),
        (["--tested-from", "2000-01-01", "--tested-to", "2001-01-01"], []),
        (["--tested-from", "2000-01-01"], [3, 2, 1]),
        (["--most-drawdown", "0"], []),
        (["--most-drawdown", "100%"], [2, 1]),
    ],
)
def test_the_list_is_filtered(kept: object, blockbuilders: Run, typed: list[str], ids: list[int]) -> None:
    assert [run["id"] for run in blockbuilders("runs", "list", "--json", *typed).json()] == ids


def test_the_list_says_which_prices_are_made_up(kept: object, blockbuilders: Run) -> None:
    assert blockbuilders("runs", "list").out.endswith("\nRIVER/USD: synthetic sample market, no real prices.\n")


def test_nothing_found_is_said(kept: object, blockbuilders: Run) -> None:
    assert blockbuilders("runs", "list", "nowhere").out == "No run is like that.\n"


def test_show_says_what_a_run_gave_and_what_to_doubt(kept: object, blockbuilders: Run) -> None:
    out = blockbuilders("runs", "show", "#1").out
    assert out.startswith("Run 1: Dips\n")
    for text in ("Note: the first idea", "Total return", "Before you believe it", "Nothing in this run looks ahead."):
        assert text in out
    assert "a fee of 0.1 %" in out


def test_what_could_steer_a_terminal_is_shown_as_a_question_mark(kept: object, blockbuilders: Run) -> None:
    out = blockbuilders("runs", "show", "2").out
    assert "Note: ?[31mred" in out
    assert "\x1b" not in out


def test_a_kept_run_is_judged_as_a_new_one_is(kept: tuple[CompletedRun, CompletedRun], blockbuilders: Run) -> None:
    strategy, run = templates.template("rsi_dip").strategy, kept[0]
    again = backtest(strategy, sample_candles("RIVER/USD"), run.assumptions, start=run.start, end=run.end)
    wanted = verdict(run, repeater(again), quality=None, variants_tried=2)
    costs = {each.code for each in wanted.findings} - {each.code for each in verdict(run, variants_tried=2).findings}
    assert costs
    found = blockbuilders("runs", "show", "1", "--json").json()["findings"]
    assert [each["code"] for each in found] == [each.code for each in wanted.findings]


def test_what_could_not_be_judged_is_said_with_the_reason(
    kept: object, blockbuilders: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_market, "sample_candles", lambda symbol: sample_candles(symbol).rows(0, 9))
    out = " ".join(blockbuilders("runs", "show", "1").out.split())
    reason = "Other costs and the other fill model were not tried. The sample market is made in another way by now."
    assert reason in out
    page = tmp_path / "report.html"
    assert blockbuilders("runs", "export", "1", "--html", str(page)).code == 0
    assert reason in page.read_text(encoding="utf-8")


def test_judging_a_run_makes_no_store_of_candles(kept: object, blockbuilders: Run, data: Path) -> None:
    with Library.open(data) as library:
        strategy = edits.set_instrument(templates.template("rsi_dip").strategy, "BTC/USDT", "binance")
        _keep(library, strategy, Assumptions())
    out = " ".join(blockbuilders("runs", "show", "4").out.split())
    assert "not tried. The candles of this run are not on this computer." in out
    assert not default_path().exists()


def test_show_as_json_equals_the_run_that_was_kept(kept: tuple[CompletedRun, CompletedRun], blockbuilders: Run) -> None:
    found = blockbuilders("runs", "show", "2", "--json").json()
    assert found["run"]["result_hash"] == kept[1].result_hash
    assert found["metrics"] == kept[1].metrics
    assert len(found["trades"]) == len(kept[1].trades) + (kept[1].open_trade is not None)
    assert found["summary"]["id"] == 2
    assert found["libraries"] == {"numpy": "2"}


def test_a_run_on_hours_alone_is_not_said_to_watch_minutes(data: Path, blockbuilders: Run) -> None:
    hours = derive(sample_candles("RIVER/USD"), Timeframe.parse("1h")).bars
    with Library.open(data) as library:
        _keep(library, templates.template("rsi_dip").strategy, Assumptions(), hours)
    out = " ".join(blockbuilders("runs", "show", "1").out.split())
    assert "watched on 1h candles, the finest there are" in out
    assert "minute by minute" not in out


def test_a_run_without_a_result_says_why(kept: object, blockbuilders: Run) -> None:
    assert "it is failed. There are no candles." in " ".join(blockbuilders("runs", "show", "3").out.split())
    answer = blockbuilders("runs", "export", "3", "--html", "x.html")
    assert answer.code == 2
    assert "no result" in answer.err
    for typed in (["show", "99"], ["compare", "1", "99"], ["export", "99", "--csv", "x.csv"]):
        answer = blockbuilders("runs", *typed)
        assert answer.code == 2
        assert answer.err == "blockbuilders: Run 99 is not in the history; blockbuilders runs list tells what is.\n"


def test_a_run_without_a_trade_is_shown_with_its_funnel(data: Path, blockbuilders: Run) -> None:
    with Library.open(data) as library:
        never = edits.set_param(templates.template("rsi_dip").strategy, "less_1", "value", 1.0)
        _keep(library, never, Assumptions())
    out = " ".join(blockbuilders("runs", "show", "1").out.split())
    assert "No trade was made in 1,440 bars. Look at the funnel" in out
    assert "The funnel of 'enter_long_1': 1,440 bars; the 14-bar RSI of close is below 1: 0;" in out


def test_export_writes_what_was_asked_for(
    kept: tuple[CompletedRun, CompletedRun], blockbuilders: Run, tmp_path: Path
) -> None:
    html, table, whole, folder = (tmp_path / name for name in ("r.html", "t.csv", "r.json", "all"))
    answer = blockbuilders("runs", "export", "2", "--html", html, "--csv", table, "--json", whole, "--out", folder)
    assert answer.code == 0
    assert answer.out.count("Written: ") == 4
    page = html.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "HYPERLINK(1) &lt;b&gt;red" in page
    assert "HYPERLINK(1) <b>" not in page
    assert '<div class="stage condition">' in page
    with table.open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) >= len(kept[1].trades)
    assert json.loads(whole.read_text())["run"]["result_hash"] == kept[1].result_hash
    assert {"report.html", "trades.csv", "result.json", "equity.svg"} <= {path.name for path in folder.iterdir()}


def test_export_prints_one_file_and_nothing_else(
    kept: tuple[CompletedRun, CompletedRun], blockbuilders: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert blockbuilders("runs", "export", "2", "--csv", "t.csv", "--html", "r.html").code == 0
    assert blockbuilders("runs", "export", "2", "--csv", "-").out == Path("t.csv").read_text(encoding="utf-8")
    assert blockbuilders("runs", "export", "2", "--html", "-").out == Path("r.html").read_text(encoding="utf-8")
    out = blockbuilders("runs", "export", "2", "--json", "-", "--csv", "other.csv").out
    assert json.loads(out)["run"]["result_hash"] == kept[1].result_hash
    assert Path("other.csv").exists()
    assert not Path("-").exists()
    answer = blockbuilders("runs", "export", "2", "--json", "-", "--csv", "-")
    assert answer.code == 2
    assert answer.out == ""
    assert "--csv and --json would all be printed; give a name to all but one." in answer.err


def test_export_without_a_target_or_to_no_place_is_a_sentence(kept: object, blockbuilders: Run, tmp_path: Path) -> None:
    answer = blockbuilders("runs", "export", "1")
    assert answer.code == 2
    assert "--html FILE" in answer.err
    assert "cannot be written" in blockbuilders("runs", "export", "1", "--csv", tmp_path / "no" / "t.csv").err


def test_compare_says_what_differs(kept: tuple[CompletedRun, CompletedRun], blockbuilders: Run) -> None:
    out = " ".join(blockbuilders("runs", "compare", "1", "2").out.split())
    assert "RSI: period was 14 and is 7." in out
    assert "The fee was 0.1000 % and is 0.2000 % a fill." in out
    assert "Under a figure: how far it is from that of run 1." in out
    both, alone = compare(kept).trades.shared, len(compare(kept).trades.only[0])
    assert f"{both} trades in both of these runs." in out
    assert f"{alone} trades in run 1 alone." in out
    found = blockbuilders("runs", "compare", "1", "2", "--json").json()
    assert found["figures"]["total_return"] == [run.metrics["total_return"] for run in kept]
    shared, only = found["trades"]["shared"], found["trades"]["only"]
    assert shared + len(only["1"]) == len(kept[0].trades)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_compare_cuts_no_figure_however_narrow_the_terminal(
    kept: tuple[CompletedRun, CompletedRun],
    data: Path,
    blockbuilders: Run,
    columns: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Library.open(data) as library:
        for period in (10, 20, 30, 40):
            strategy = edits.set_param(templates.template("rsi_dip").strategy, "rsi_1", "period", period)
            _keep(library, strategy, Assumptions(capital=123_456_789_012.0))
    monkeypatch.setenv("COLUMNS", str(columns))
    numbers = ("1", "2", "4", "5", "6", "7")
    out = blockbuilders("runs", "compare", *numbers).out
    assert max(map(len, out.splitlines())) <= columns
    assert "…" not in out
    assert all(f"Run {number}" in out for number in numbers)
    rows = blockbuilders("runs", "compare", *numbers, "--json").json()["figures"]
    assert all(money(value) in out for value in rows["fees_paid"])


@pytest.mark.parametrize("typed", [["1"], ["1", "1"], ["1", "2", "3", "4", "5", "6", "7"]])
def test_compare_wants_two_to_six_different_runs(kept: object, blockbuilders: Run, typed: list[str]) -> None:
    answer = blockbuilders("runs", "compare", *typed)
    assert answer.code == 2
    assert "2 to 6 different runs" in answer.err


def test_a_run_is_named_by_a_number(kept: object, blockbuilders: Run) -> None:
    answer = blockbuilders("runs", "show", "newest")
    assert answer.code == 2
    assert "a run is named by its number" in answer.err


def test_while_the_window_holds_the_runs_that_is_a_sentence(kept: object, data: Path, blockbuilders: Run) -> None:
    with Library.open(data):
        answer = blockbuilders("runs", "list")
    assert answer.code == 2
    assert "The window of Blockbuilders is open and holds the runs." in answer.err
    assert blockbuilders("runs", "list").code == 0


def test_a_run_again_names_the_one_before(kept: object, data: Path, blockbuilders: Run) -> None:
    with Library.open(data) as library:
        strategy = library.strategies.read(library.runs.request(1).revision_id)
        _keep(library, replace(strategy, note="again"), Assumptions(), again_of=1)
    assert "Run again after run 1." in blockbuilders("runs", "show", "4").out
