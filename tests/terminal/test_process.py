"""Blockbuilders as a process of its own: exit codes, pipes, signals, and what is loaded."""

from __future__ import annotations

import errno
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from app.data import duck
from app.terminal import command_line

ROOT = Path(__file__).parents[2]
POSIX = os.name == "posix"


def start(cache: Path, *typed: str, **changes: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "COLUMNS": "80", **changes.pop("environment", {})}
    # Output in blocks, as a process of its own has it.
    environment.pop("PYTHONUNBUFFERED", None)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **changes}
    return subprocess.Popen([sys.executable, "-m", "app", *typed], cwd=ROOT, env=environment, **pipes)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    out, err = process.communicate(timeout=60)
    assert b"Traceback" not in (err or b"")
    assert b"Exception ignored" not in (err or b"")
    return process.returncode, out, err


def test_exit_codes_and_streams_of_a_process(cache: Path) -> None:
    code, out, err = finish(start(cache, "explain", "rsi_dip"))
    assert (code, err) == (0, b"")
    assert out.startswith(b"This strategy trades")
    code, out, err = finish(start(cache, "explain", "rsi_dib"))
    assert (code, out) == (2, b"")
    assert err.startswith(b"blockbuilders: There is no strategy file and no template called 'rsi_dib'.")


def test_without_arguments_and_without_a_terminal_the_example_runs(cache: Path) -> None:
    environment = {"PYTHONIOENCODING": "ascii", "TERM": "dumb"}
    code, out, err = finish(start(cache, environment=environment, stdin=subprocess.DEVNULL))
    assert (code, err) == (0, b"")
    assert out.isascii()
    assert b"synthetic sample market" in out
    assert b"\x1b" not in out


@pytest.mark.parametrize(("in_checkout", "start"), [(True, "./run templates"), (False, "blockbuilders templates")])
def test_the_example_says_how_to_go_on_wherever_one_is(
    blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_checkout: bool, start: str
) -> None:
    monkeypatch.chdir(ROOT if in_checkout else tmp_path)
    assert start in blockbuilders("example").out


@pytest.mark.skipif(os.name == "nt", reason="a folder that is used cannot be removed there")
def test_the_example_runs_in_a_folder_that_is_gone(
    blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "blockbuilders templates" in blockbuilders("example").out


@pytest.mark.skipif(not POSIX, reason="pipes break differently there")
def test_a_broken_pipe_is_quiet(cache: Path) -> None:
    reader, writer = os.pipe()
    process = start(cache, "blocks", "--json", stdout=writer)
    os.close(reader)
    os.close(writer)
    code, _, err = finish(process)
    assert (code, err) == (command_line.NOBODY_READS, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_an_output_that_is_full_is_said(cache: Path) -> None:
    with open("/dev/full", "wb") as full:
        code, _, err = finish(start(cache, "schema", stdout=full))
    assert code == 1
    assert err == b"blockbuilders: The output cannot be written (no space left on device).\n"


@pytest.mark.skipif(not POSIX, reason="there is no such signal")
def test_ctrl_c_stops_quietly_and_leaves_no_half_file(cache: Path, tmp_path: Path) -> None:
    # A row for each of a million minutes takes many seconds, so the signal comes in the middle.
    typed = ("backtest", "rsi_long_short", "--timeframe", "1m", "--json", "--bars", str(tmp_path / "bars.csv"))
    # A shell that runs the tests in the background has its children ignore the signal.
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = start(cache, *typed, environment={"BLOCKBUILDERS_COMPILE": "0"}, preexec_fn=heard)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    assert finish(process) == (130, b"", b"")
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_duckdb_is_at_work_is_no_failure_of_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    def long_question(_: object) -> int:
        # A shell that runs the tests in the background has its children ignore the signal.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with duck.Duck() as asked:
                timer.start()
                return asked.numbers(10**10)
        finally:
            signal.signal(signal.SIGINT, before)

    def numbers(self: duck.Duck, most: int) -> int:
        return int(self.ask(lambda: self._connection.sql(f"SELECT sum(range % 7) FROM range({most})").fetchone())[0])

    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    monkeypatch.setattr(duck.Duck, "numbers", numbers, raising=False)
    monkeypatch.setattr(command_line, "_list", long_question)
    assert main(["schema"]) == command_line.STOPPED


@pytest.mark.skipif(not POSIX, reason="streams are closed differently there")
def test_streams_that_are_closed(cache: Path) -> None:
    def without(stream: int) -> subprocess.Popen[bytes]:
        return start(cache, "explain", "rsi_dip" if stream == 1 else "rsi_dib", preexec_fn=lambda: os.close(stream))

    closed = b"blockbuilders: The output cannot be written (it is closed).\n"
    assert finish(without(1)) == (command_line.BUG, b"", closed)
    assert finish(without(2)) == (command_line.REFUSED, b"", b"")
    tested = start(cache, "backtest", "buy_and_hold", "--timeframe", "1d", preexec_fn=lambda: os.close(2))
    assert finish(tested)[0] == command_line.DONE


def test_a_bug_is_one_sentence_and_a_log(blockbuilders: Any, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a detail for developers")

    monkeypatch.setattr("app.strategy.explain.explain", broken)
    answer = blockbuilders("explain", "rsi_dip")
    log = cache / "last-failure.log"
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (f"blockbuilders: Something is wrong with the app itself, sorry. The details are in {log}.\n")
    text = log.read_text()
    assert "explain" in text.splitlines()[0]
    assert "RuntimeError: a detail for developers" in text


def test_a_library_that_is_missing_is_named(blockbuilders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "_list", lambda _: __import__("numpi"))
    answer = blockbuilders("schema")
    assert answer.code == 1
    assert answer.err.startswith("blockbuilders: The library numpi is not installed here. ./run")


def test_a_bug_where_no_log_can_be_kept_is_still_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import paths

    (tmp_path / "file").write_text("")
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "file")
    monkeypatch.setattr(command_line, "_list", lambda _: 1 // 0)
    assert main(["schema"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "failure",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("can't start new thread"),
        ImportError("/a/library.so: failed to map segment from shared object"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_running_out_of_memory_is_said(blockbuilders: Any, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def hungry(_: object) -> int:
        raise failure

    monkeypatch.setattr(command_line, "_list", hungry)
    answer = blockbuilders("schema")
    assert answer.code == 1
    assert answer.err.startswith("blockbuilders: There is not enough memory for this.")


def test_a_file_is_not_blamed_where_memory_is_short(
    blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.csv"
    rows = (f"{1_704_067_200_000 + 60_000 * row},1,1,1,1,1\n" for row in range(1000))
    file.write_text("ts,open,high,low,close,volume\n" + "".join(rows))
    monkeypatch.setattr(duck, "connect", functools.partial(duck.connect, memory_limit="1MB", temp_directory=""))
    answer = blockbuilders("backtest", "buy_and_hold", "--candles", file)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("blockbuilders: There is not enough memory for this.")


@pytest.mark.parametrize(
    ("typed", "heavy"),
    [
        (["--help"], {"numpy", "rich", "duckdb", "pydantic", "talib", "numba", "pandas"}),
        (["candles", "inspect", "nowhere.csv"], {"pydantic", "talib", "numba", "pandas"}),
        (["explain", "rsi_dip"], {"rich", "duckdb", "numba", "pandas"}),
        (["backtest", "rsi_dip", "--json"], {"rich", "duckdb", "numba", "pandas"}),
        (["backtest", "rsi_dip"], {"duckdb", "numba", "pandas"}),
    ],
)
def test_a_command_loads_only_what_it_needs(cache: Path, typed: list[str], heavy: set[str]) -> None:
    code = (
        "import sys\nfrom app.__main__ import main\nmain(sys.argv[1:])\n"
        "print('\\nloaded', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *typed],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(run.stdout.splitlines()[-1].split()[1:])
    assert "app" in loaded
    assert not loaded & heavy


def test_a_result_does_not_depend_on_the_process(cache: Path) -> None:
    typed = ("backtest", "rsi_long_short", "--sample", "STORM/USD", "--json", "--equity")
    one, other = (finish(start(cache, *typed, environment={"PYTHONHASHSEED": seed}))[1] for seed in ("1", "2"))
    assert one == other
    assert len(one) > 100_000
