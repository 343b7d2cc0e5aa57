"""Loops compiled once for all tests."""

from __future__ import annotations

from pathlib import Path

from app import paths


def lay_compiled_code(caches: Path) -> None:
    """Have a cache folder of tests share this computer's compiled code.

    What is compiled from these very sources is the same wherever it is kept, and takes ten seconds to make.
    """
    kept = paths.cache_folder() / "compiled"
    kept.mkdir(parents=True, exist_ok=True)
    (caches / kept.name).symlink_to(kept)
