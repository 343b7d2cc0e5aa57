"""What cannot be done is said in one sentence on standard error, with exit code 2 and nothing on standard output."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from support.candle_file import rows, write_csv, write_parquet
from support.strategy_file import always_long, write_strategy

from app.market.timeframe import HOUR_MS
from app.terminal.arguments import UsageError, moment, parse


def sentence(answer: Any) -> str:
    """Return the one sentence of a refusal, without the name of the program."""
    assert (answer.code, answer.out) == (2, "")
    text: str = answer.err
    assert text.startswith("blockbuilders: ")
    assert text.endswith(("\n",))
    assert text.count("\n") == 1
    return text.removeprefix("blockbuilders: ").rstrip("\n")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["bactest"], "There is no command 'bactest'. Did you mean backtest?"),
        (["frobnicate"], "There is no command 'frobnicate'. There are backtest, validate, explain, schema, "),
        (["x\x1b[31m\n"], "There is no command 'x?[31m?'."),
        (["backtest"], "STRATEGY is missing. Try blockbuilders backtest --help."),
        (["candles"], "ACTION is missing. Try blockbuilders candles --help."),
        (["candles", "inspect"], "FILE is missing. Try blockbuilders candles inspect --help."),
        (["backtest", "rsi_dip", "--candels", "x"], "There is no option '--candels' here. Did you mean --candles?"),
        (["backtest", "rsi_dip", "--fillmodel=bar"], "Did you mean --fill-model?"),
        (["backtest", "rsi_dip", "more"], "'more' is one thing too many. Try blockbuilders backtest --help."),
        (["schema", "--json"], "There is no option '--json' here."),
        (["backtest", "rsi_dip", "--capital", "lots"], "--capital: 'lots' is not an amount; write for example 10000."),
        (["backtest", "rsi_dip", "--capital"], "--capital needs something after it. Try"),
        (["candles", "fetch", "BTC/USDT", "--form", "x"], "There is no option '--form' here. Did you mean --from?"),
        (["runs", "compare", "1", "2", "-x"], "'-x' here. Try blockbuilders runs compare --help."),
        (["candles", "stat"], "ACTION: 'stat' is not possible; did you mean status?"),
        (["candles", "frobnicate"], "ACTION: 'frobnicate' is not possible; choose from inspect, fetch, "),
        (["backtest", "rsi_dip", "--out", ""], "--out: the name is empty; give one."),
        (["backtest", "rsi_dip", "--candles", ""], "--candles: the name is empty; give one."),
        (["backtest", "rsi_dip", "--instrument", ""], "--instrument: the name is empty; give one."),
        (["backtest", "rsi_dip", "--exchange", " "], "--exchange: the name is empty; give one."),
        (["backtest", "rsi_dip", "--sample", ""], "--sample: the name is empty; give one."),
        (["explain", ""], "STRATEGY: the name is empty; give one."),
        (["candles", "fetch", " "], "SYMBOL: the name is empty; give one."),
        (["candles", "delete", ""], "SYMBOL: the name is empty; give one."),
        (["candles", "status", ""], "SYMBOL: the name is empty; give one."),
        (["candles", "import", "x.csv", "--symbol", ""], "--symbol: the name is empty; give one."),
        (["runs", "list", "--symbol", ""], "--symbol: the name is empty; give one."),
        (["runs", "export", "1", "--out", ""], "--out: the name is empty; give one."),
        (["backtest", "rsi_dip", "--capital", "0"], "The capital must be above 0 and at most 1e15, not 0.0."),
        (["backtest", "rsi_dip", "--capital", "nan"], "The capital must be above 0"),
        (["backtest", "rsi_dip", "--fee", "0.1"], "The fee must be between 0 and 5 % (0 to 0.05), not 0.1."),
        (["backtest", "rsi_dip", "--slippage=-0.1"], "The slippage must be between 0 and 5 %"),
        (["backtest", "rsi_dip", "--fill-model", "tick"], "--fill-model: 'tick' is not possible; choose from "),
        (["backtest", "rsi_dip", "--timeframe", "fast"], "'fast' is not a timeframe from 1m to 1w; try 5m, "),
        (["backtest", "rsi_dip", "--timeframe", "2w"], "'2w' is not a timeframe from 1m to 1w"),
        (["backtest", "rsi_dip", "--from", "01.02.2018"], "--from: '01.02.2018' is not a date; write 2018-02-01 or "),
        (["backtest", "rsi_dip", "--to", "2018-02-30"], "--to: '2018-02-30' is not a date"),
        (["backtest", "rsi_dip", "--from", "2025-02-01", "--to", "2025-02-01"], "--from has to be before --to."),
        (["runs", "list", "--from", "2025-02-01", "--to", "2025-01-01"], "--from has to be before --to."),
        (["candles", "export", "X", "x.csv", "--from", "2025-02-01", "--to", "2025-01-01"], "--from has to be before"),
        (
            ["runs", "list", "--tested-from", "2025-02-01", "--tested-to", "2025-01-01"],
            "--tested-from has to be before --tested-to.",
        ),
        (["backtest", "rsi_dip", "--from", "2030-01-01"], "There is no whole bar in the range asked for"),
        (
            ["backtest", "rsi_dip", "--to", "2024-01-01T00:59"],
            "choose a longer range inside that, or a shorter timeframe.",
        ),
        (["backtest", "rsi_dip", "--sample", "X", "--candles", "y"], "--candles does not go with --sample."),
        (["backtest", "rsi_dip", "--sample", "BTC/USDT"], "The synthetic sample market has no 'BTC/USDT'"),
        (["backtest", "rsi_dip", "--equity"], "--equity goes with --json or --out; "),
        (["backtest", "rsi_dip", "--bars", "-", "--json"], "--bars - and --json would both be printed; "),
        (["templates", "golden_crss"], "There is no template called 'golden_crss'. Did you mean golden_cross?"),
        (["templates", "???"], "There is no template called '???'. There are "),
        (["example", "rsi_dip"], "'rsi_dip' is one thing too many. Try blockbuilders example --help."),
    ],
)
def test_what_is_typed_wrong(blockbuilders: Any, typed: list[str], words: str) -> None:
    assert words in sentence(blockbuilders(*typed))


@pytest.mark.parametrize("command", ["backtest", "validate", "explain"])
def test_a_strategy_that_is_not_there_names_the_nearest(
    blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_strategy(tmp_path / "breakout.json")
    assert "no template called 'rsi_dib'. Did you mean rsi_dip?" in sentence(blockbuilders(command, "rsi_dib"))
    assert "Did you mean breakout.json?" in sentence(blockbuilders(command, "brekout.json"))
    assert "Did you mean breakout.json?" in sentence(blockbuilders(command, "brekout"))
    assert "Did you mean rsi_dip?" in sentence(blockbuilders(command, "rsi_dip.json"))
    assert "Templates are " in sentence(blockbuilders(command, "bear.json"))
    assert "Templates are " in sentence(blockbuilders(command, "zzzzzzz"))
    assert "is a folder; name a strategy file inside it." in sentence(blockbuilders(command, "."))
    if sys.platform != "win32":
        (tmp_path / "link.json").symlink_to("gone.json")
        assert "'link.json' is a link that leads nowhere" in sentence(blockbuilders(command, "link.json"))
    assert "no strategy file" in sentence(blockbuilders(command, "a\0b"))
    assert len(sentence(blockbuilders(command, "y" * 100_000))) < 600


def test_a_file_comes_before_a_template_of_the_same_name(
    blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_strategy(tmp_path / "rsi_dip")
    assert "Always long" in blockbuilders("validate", "rsi_dip").out


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"format": 99}',
        b"[" * 200_000,
        b'{"a": NaN}',
        b"PK\x03\x04",
        b"\0" * 2_000_000,
    ],
)
@pytest.mark.parametrize("command", ["backtest", "validate", "explain"])
def test_a_file_that_holds_no_strategy(blockbuilders: Any, tmp_path: Path, command: str, content: bytes) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    assert sentence(blockbuilders(command, path)).endswith((".", "?"))


def test_candles_in_the_place_of_a_strategy_are_told_apart(blockbuilders: Any, tmp_path: Path) -> None:
    for path in (write_csv(tmp_path / "x.csv", rows(2)), write_parquet(tmp_path / "x.parquet", rows(2))):
        assert sentence(blockbuilders("backtest", path)) == f"{path.name} is a file of candles; put it after --candles."


@pytest.mark.parametrize("typed", [["candles", "inspect"], ["backtest", "rsi_dip", "--candles"]])
def test_candles_in_another_layout_may_still_be_imported(blockbuilders: Any, tmp_path: Path, typed: list[str]) -> None:
    hint = " Or see whether 'blockbuilders candles import FILE' takes it as it is."
    german = write_csv(tmp_path / "german.csv", [(1, "1,5", "2,5", "0,5", "1,5", 1)], between=";")
    iso = write_csv(tmp_path / "iso.csv", [("2024-01-01T00:00", 1, 1, 1, 1, 1)])
    named = write_csv(tmp_path / "named.csv", rows(2), ("time", "open", "high", "low", "close", "volume"))
    for path in (german, iso, named):
        assert sentence(blockbuilders(*typed, path)).endswith(hint)
    # No import makes a price of nothing.
    empty = write_csv(tmp_path / "empty.csv", [(*rows(1)[0][:4], None, 1)])
    assert hint not in sentence(blockbuilders(*typed, empty))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_strategy_without_permission(blockbuilders: Any, tmp_path: Path) -> None:
    path = write_strategy(tmp_path / "s.json")
    path.chmod(0)
    assert "cannot be opened (permission denied)" in sentence(blockbuilders("validate", path))


@pytest.mark.parametrize("command", ["backtest", "validate", "explain"])
def test_all_problems_are_listed_one_per_line_with_their_block(
    blockbuilders: Any, tmp_path: Path, command: str
) -> None:
    blocks = [
        {"id": "rsi_1", "kind": "rsl"},
        {"id": "sma_1", "kind": "sma", "params": {"period": 0}},
        {"id": "enter_long_1", "kind": "enter_long"},
    ]
    wires = [{"from": "sma_1.value", "to": "enter_long_1.when"}]
    answer = blockbuilders(command, write_strategy(tmp_path / "s.json", always_long(blocks=blocks, wires=wires)))
    assert (answer.code, answer.out) == (2, "")
    first, *lines = answer.err.splitlines()
    assert first == f"blockbuilders: There are {len(lines)} problems with this strategy."
    assert len(lines) == 3
    for line, words in zip(lines, ("rsi_1", "sma_1", "enter_long_1"), strict=True):
        assert words in line
    assert "'rsi'" in lines[0]


def test_very_many_problems_are_counted_like_everything_else(blockbuilders: Any, tmp_path: Path) -> None:
    wires = [{"from": f"close_{number}.value", "to": "enter_long_1.when"} for number in range(1_200)]
    answer = blockbuilders("validate", write_strategy(tmp_path / "s.json", always_long(wires=wires)))
    assert re.search(r"There are \d,\d{3} problems with this strategy\.", answer.err)


def test_a_name_as_long_as_a_file_is_cut_in_every_problem(blockbuilders: Any, tmp_path: Path) -> None:
    document = always_long(blocks=[{"id": "a" * 300_000, "kind": "b" * 300_000}], wires=[])
    found = blockbuilders("validate", write_strategy(tmp_path / "s.json", document)).err
    assert f"  {'a' * 40}…: There is no block called" in found
    assert len(found) < 1_000


def test_names_in_problems_cannot_steer_the_terminal(blockbuilders: Any, tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07[bold red]\u202e\n"
    document = always_long(blocks=[{"id": hostile, "kind": hostile}], wires=[{"from": hostile, "to": hostile}])
    answer = blockbuilders("validate", write_strategy(tmp_path / "s.json", document))
    assert answer.code == 2
    assert "\x1b" not in answer.err
    assert "\u202e" not in answer.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.csv", "missing.csv is not there"),
        ("seconds.csv", "seconds.csv has times that look like seconds"),
        ("text.csv", "text.csv has 'abc' where the number for close should be, in line 3."),
        ("cut.parquet", "cut.parquet is cut off"),
        ("page.parquet", "page.parquet is not a Parquet file"),
        ("folder", "folder is a folder"),
    ],
)
def test_candles_that_cannot_be_used(blockbuilders: Any, tmp_path: Path, name: str, words: str) -> None:
    write_csv(tmp_path / "seconds.csv", [(1_704_067_200 + 60 * place, *row[1:]) for place, row in enumerate(rows(3))])
    write_csv(tmp_path / "text.csv", [rows(2)[0], (*rows(2)[1][:4], "abc", 1)])
    (tmp_path / "cut.parquet").write_bytes(write_parquet(tmp_path / "x.parquet", rows(9)).read_bytes()[:-50])
    (tmp_path / "page.parquet").write_text("<html>")
    (tmp_path / "folder").mkdir()
    assert words in sentence(blockbuilders("backtest", "rsi_dip", "--candles", tmp_path / name))
    assert words in sentence(blockbuilders("candles", "inspect", tmp_path / name))


def test_candles_longer_than_the_strategys_bars(blockbuilders: Any, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", rows(20, HOUR_MS))
    text = sentence(blockbuilders("backtest", "rsi_dip", "--candles", path, "--timeframe", "30m"))
    assert "The strategy works on 30m bars, which cannot be made of 1h candles. Choose 1h or 2h" in text


def test_nothing_is_written_when_something_is_wrong(blockbuilders: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for typed in (("--fee", 0.2), ("--from", "2030-01-01"), ("--candles", "nowhere.csv"), ("--sample", "DELTA/USD")):
        assert blockbuilders("backtest", "rsi_dip", *typed, "--out", out, "--bars", tmp_path / "bars.csv").code == 2
        assert not (tmp_path / "bars.csv").exists()
        assert not out.exists()


def test_dates_are_utc_milliseconds() -> None:
    assert moment("1970-01-02") == 86_400_000
    assert moment("1970-01-01T00:00:00.250+00:00") == 250
    assert moment("1970-01-01T01:00+01:00") == 0
    assert moment("1969-12-31") == -86_400_000
    assert moment("2018-02-01T12:00Z") == moment("2018-02-01T13:00+01:00") == moment("2018-02-01T12:00")
    assert moment("9999-12-31") > moment("0001-01-01")


def test_options_are_never_guessed_from_their_beginning() -> None:
    with pytest.raises(UsageError, match="no option '--cap'"):
        parse(["backtest", "rsi_dip", "--cap", "5"])


def test_json_stays_empty_on_a_refusal(blockbuilders: Any) -> None:
    answer = blockbuilders("backtest", "rsi_dip", "--json", "--fee", 1)
    assert (answer.code, answer.out) == (2, "")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_candles_in_the_place_of_the_strategy_are_told_where_they_belong(blockbuilders: Any, tmp_path: Path) -> None:
    for name, start, words in (
        ("btc.parquet", b"PAR1", "btc.parquet is a file of candles; put it after --candles."),
        ("btc.zip", b"PK\x03\x04", "unpack it and put the file inside after --candles."),
    ):
        (tmp_path / name).write_bytes(start + bytes(20))
        answer = blockbuilders("backtest", tmp_path / name)
        assert answer.code == 2
        assert words in answer.err
