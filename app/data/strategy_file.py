"""Strategies in files that people keep and send each other."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from app.errors import BlockbuildersError
from app.strategy import codec, limits
from app.strategy.document import Strategy


class FileUnavailable(BlockbuildersError):
    """A file cannot be read or written; another one, or another folder, is needed."""


def read_strategy(path: Path) -> Strategy:
    """Return the strategy in a file. Raises FileUnavailable, or StrategyInvalid when it holds none."""
    try:
        # Opening a pipe would wait for somebody to write to it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileUnavailable(f"{path.name} cannot be opened (it is not a file).")
        with path.open("rb") as stream:
            # One byte more than allowed is enough to be refused, so a huge file costs nothing.
            return codec.read(stream.read(limits.MAX_BYTES + 1))
    except OSError as error:
        raise FileUnavailable(f"{path.name} cannot be opened ({_reason(error)}).") from None


def write_strategy(path: Path, strategy: Strategy) -> None:
    """Write a strategy to a file, which is there whole or as it was before. Raises FileUnavailable."""
    try:
        write_whole(path, codec.write(strategy).encode())
    except OSError as error:
        raise FileUnavailable(f"{path.name} cannot be written ({_reason(error)}); choose another folder.") from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it holds all of `data` or all of what it held before. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
