"""Fixtures for the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library import opened

from app.data.library.library import Library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for a library; nothing is in it yet."""
    return tmp_path / "data"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    """Return an open library."""
    with opened(folder) as library:
        yield library
