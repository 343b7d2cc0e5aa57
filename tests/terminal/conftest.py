"""The command line inside the test's own process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.compiled_code import lay_compiled_code
from support.sample import sample_candles

from app import compiled, paths
from app.__main__ import main
from app.data import sample_market


@dataclass(frozen=True)
class Answer:
    """What a command gave: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return standard output as strict JSON."""

        def refuse(name: str) -> None:
            raise ValueError(f"{name} is no JSON")

        return json.loads(self.out, parse_constant=refuse)


Run = Callable[..., Answer]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder for all tests of the terminal, so that the sample market is made once."""
    folder = tmp_path_factory.mktemp("cache")
    lay_compiled_code(folder)
    return folder


@pytest.fixture
def blockbuilders(
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Give what runs a command line; a failure that is the user's to mend is one without a traceback."""
    monkeypatch.setattr(paths, "cache_folder", lambda: cache)
    monkeypatch.setattr(paths, "data_folder", lambda: cache / "data")
    monkeypatch.setattr(sample_market, "sample_candles", sample_candles)
    monkeypatch.setattr(compiled, "_enabled", False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*typed: object) -> Answer:
        capsys.readouterr()
        code = main([str(part) for part in typed])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Answer(code, captured.out, captured.err)

    return run
