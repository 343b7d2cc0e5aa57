from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.candle_text import rows, stamp, table

from app import paths

Run = Callable[..., Any]
LOCAL = stamp("%Y.%m.%d,%H:%M")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, blockbuilders: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test an empty cache and an empty folder of imported files."""
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(paths, "data_folder", lambda: tmp_path / "data")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "BTCUSD.csv"
    path.write_text(table(rows(120)))
    return path


def test_an_import_shows_what_was_found_and_says_what_it_did(blockbuilders: Run, file: Path) -> None:
    done = blockbuilders("candles", "import", file)

    assert (done.code, done.err) == (0, "")
    for words in ("Layout", "a table of candles", "Time zone", "First rows", "What would be stored", "120"):
        assert words in done.out
    assert "2019-01-07 08:00" in done.out
    assert done.out.endswith(
        "Imported as BTC/USD file: 120 new candles of 1m.\n"
        "The original file is kept as well, so that the candles can be made again.\n"
    )
    assert max(map(len, done.out.splitlines())) <= 80


@pytest.mark.parametrize("columns", [40, 60])
def test_no_price_of_the_first_rows_is_cut_in_a_narrow_terminal(
    blockbuilders: Run, file: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = blockbuilders("candles", "import", file, "--dry-run").out
    titles, first, *_ = out.split("First rows\n")[1].splitlines()
    assert ("Close" in titles, "High" in titles) == (True, columns == 60)
    assert first.split()[:2] == ["2019-01-07", "08:00"]
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= columns


def test_the_same_file_again_changes_nothing_and_says_so(blockbuilders: Run, file: Path) -> None:
    blockbuilders("candles", "import", file)

    again = blockbuilders("candles", "import", file)

    assert again.code == 0
    assert "imported before, in the same way, as BTC/USD file: nothing has changed." in again.out


def test_a_dry_run_stores_nothing(blockbuilders: Run, file: Path, tmp_path: Path) -> None:
    tried = blockbuilders("candles", "import", file, "--dry-run")

    assert tried.code == 0
    assert "What would be stored" in tried.out
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / "data").exists()


def test_json_says_the_same_to_programs(blockbuilders: Run, file: Path) -> None:
    tried = blockbuilders("candles", "import", file, "--dry-run", "--json").json()
    done = blockbuilders("candles", "import", file, "--json").json()

    assert tried["imported"] is None
    assert done["imported"] == {"added": 120, "changed": 0, "removed": 0, "again": False, "notes": []}
    assert {**done, "imported": None} == {**tried, "report": {**tried["report"], "overlap": done["report"]["overlap"]}}
    assert done["series"] == {"source": "import", "market": "crypto", "symbol": "BTC/USD file", "step_ms": 60_000}
    assert (done["report"]["rows"], done["report"]["candles"], len(done["preview"])) == (120, 120, 20)


def test_an_open_question_is_asked_and_nothing_is_stored(blockbuilders: Run, tmp_path: Path) -> None:
    file = tmp_path / "EURUSD1.csv"
    file.write_text(table(rows(60), LOCAL, header=None))

    asked = blockbuilders("candles", "import", file, "--yes")
    answered = blockbuilders("candles", "import", file, "--zone", "America/New_York+7")

    assert (asked.code, answered.code) == (2, 0)
    assert asked.err.startswith("blockbuilders: In which time zone is the file?")
    assert "Imported" not in asked.out
    assert "Imported as EUR/USD MT4" in answered.out
    assert "In file" in answered.out


def test_a_broken_file_is_refused_with_lines_and_reasons(blockbuilders: Run, tmp_path: Path) -> None:
    file = tmp_path / "BTCUSD.csv"
    candles = rows(60)
    file.write_text(table([*candles[:5], (candles[5][0], 1.0, 0.5, 2.0, 1.0, 1.0), *candles[6:]]))

    refused = blockbuilders("candles", "import", file)

    assert refused.code == 2
    assert "line 7 has a high below its low" in refused.out
    assert "BTCUSD.csv cannot be imported: 1 row is bad of 60" in refused.err


def test_a_minute_whose_row_was_refused_is_not_said_to_be_one_without_a_trade(
    blockbuilders: Run, tmp_path: Path
) -> None:
    file = tmp_path / "BTCUSD.csv"
    candles = rows(200)
    file.write_text(table([*candles[:5], (candles[5][0], 1.0, 0.5, 2.0, 1.0, 1.0), *candles[6:]]))

    done = blockbuilders("candles", "import", file)

    assert (done.code, done.err) == (0, "")
    assert "1 quiet or refused (1m candles missing)" in done.out
    said = "1 gap of 1 candle quiet (nobody traded, or the row in the file was refused)"
    assert said in blockbuilders("candles", "status").out
    file.write_text(table([*candles[:5], *candles[6:]]))
    assert "1 quiet (1m candles missing)" in blockbuilders("candles", "import", file, "--dry-run").out


def test_columns_and_names_are_taken_as_typed(blockbuilders: Run, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    lines = table(rows(60), header="when,first,top,bottom,last,amount").replace("when", "when")
    file.write_text(lines)

    done = blockbuilders(
        *("candles", "import", file, "--map", "time=when,open=first,high=top,low=bottom,close=last"),
        *("--symbol", "ETHUSD", "--name", "my source"),
    )

    assert done.code == 0
    assert "Imported as ETH/USD my source: 60 new candles" in done.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--zone", "Mars"), "'Mars' is not a time zone"),
        (("--map", "time"), "--map is written like"),
        (("--map", "time=nothing"), "has no column 'nothing' for time"),
        (("--symbol", "€uro!"), "is not a symbol"),
        (("--name", "/etc"), "is not a name for candles"),
        (("--dates", "ymd"), "is not possible; choose from"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_in_words(
    blockbuilders: Run, file: Path, options: tuple[str, str], words: str
) -> None:
    refused = blockbuilders("candles", "import", file, *options)

    assert refused.code == 2
    assert words in refused.err
    assert refused.out == ""


@pytest.mark.parametrize(
    ("answer", "imported"), [("\n", True), ("y\n", True), ("n\n", False), ("", False), ("?\n", False)]
)
def test_on_a_terminal_it_asks_once(
    blockbuilders: Run, file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, imported: bool
) -> None:
    typed = io.StringIO(answer)
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")

    done = blockbuilders("candles", "import", file)

    assert "Import these 120 candles? [Y/n] " in done.out
    assert ("Imported as" in done.out) is imported
    assert ("Nothing was imported." in done.out) is not imported


def test_with_yes_it_does_not_ask(blockbuilders: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    assert "[Y/n]" not in blockbuilders("candles", "import", file, "--yes").out


def test_a_file_name_cannot_steer_the_terminal(blockbuilders: Run, tmp_path: Path) -> None:
    file = tmp_path / "BTCUSD\x1b[31m.csv"
    file.write_text(table(rows(60)))

    assert "\x1b" not in blockbuilders("candles", "import", file).out


def test_a_backtest_runs_on_imported_candles_even_after_the_cache_was_lost(
    blockbuilders: Run, tmp_path: Path, file: Path
) -> None:
    file.write_text(table(rows(3_000)))
    blockbuilders("candles", "import", file, "--name", "mine")

    typed = ("backtest", "buy_and_hold", "--exchange", "import", "--json", "--instrument")
    named = blockbuilders(*typed, "BTC/USD").json()
    for part in (tmp_path / "cache").iterdir():
        part.unlink()
    anew = blockbuilders(*typed, "btcusd mine")

    assert named["run"]["instrument"] == {"symbol": "BTC/USD mine", "exchange": "import"}
    assert anew.json()["run"]["result_hash"] == named["run"]["result_hash"]
    assert "BTC/USD mine was made again from BTCUSD.csv." in anew.err


def test_an_import_that_is_not_there_names_the_nearest(blockbuilders: Run, file: Path) -> None:
    blockbuilders("candles", "import", file, "--name", "mine")

    wrong = blockbuilders("backtest", "buy_and_hold", "--exchange", "import", "--instrument", "BTC/USDT mine")

    assert wrong.code == 2
    assert 'Did you mean "BTC/USD mine"?' in wrong.err
