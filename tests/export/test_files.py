"""Files are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.export import files
from app.export.files import CannotWrite


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")

    def lines() -> Any:
        yield "half of it"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.write_file(path, lines())
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    files.write_file(path, ["after\n"])
    assert path.read_bytes() == b"after\n"


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match=r"cannot be written \(no space left on device\)"):
        files.write_file(path, ["after"])
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="this system has no /dev/null")
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    files.write_file(Path("/dev/null"), ["gone"])
    assert not Path("/dev/null").is_file()
    link = tmp_path / "link"
    link.symlink_to("/dev/null")
    files.write_file(link, ["gone"])
    assert link.is_symlink()
