"""A bar on a terminal when the work is long, and nothing anywhere else."""

from __future__ import annotations

import sys

import pytest

from app.terminal import progress
from app.terminal.progress import long_work


def test_without_a_terminal_nobody_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with long_work("Testing") as report:
        assert report is None
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("patience", "drawn"), [(0.0, True), (60.0, False)])
def test_on_a_terminal_only_long_work_draws_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, patience: float, drawn: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    with long_work("Testing") as report:
        assert report is not None
        report(0.5)
        report(1.0)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("Testing" in captured.err) == drawn


def test_work_that_fails_takes_the_bar_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm")

    def work() -> None:
        with long_work("Testing") as report:
            assert report is not None
            report(0.1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    # The cursor is shown again.
    assert "\x1b[?25h" in capsys.readouterr().err
