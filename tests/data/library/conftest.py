"""Fixtures for the library."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library import opened

from app.data.library.library import Library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for a library; nothing is in it yet."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a library in which nothing is; to make one takes as long as many a test."""
    made = tmp_path_factory.mktemp("empty") / "data"
    opened(made).close()
    return made


@pytest.fixture
def library(folder: Path, _empty: Path) -> Iterator[Library]:
    """Return an open library."""
    shutil.copytree(_empty, folder)
    with opened(folder) as library:
        yield library
