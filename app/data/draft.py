"""The drawing on the screen, kept in a file while it changes, so that a crash costs seconds at most."""

from __future__ import annotations

import contextlib
from pathlib import Path

from app.data.strategy_file import read_strategy, write_whole
from app.errors import BlockbuildersError
from app.strategy import codec
from app.strategy.document import Strategy

FILE_NAME = "draft.json"


class Draft:
    """The draft in a folder, which is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME

    def read(self) -> Strategy | None:
        """Return the draft; None where there is none, or none that can be read."""
        try:
            return read_strategy(self._file)
        except BlockbuildersError:
            return None

    def write(self, strategy: Strategy) -> bool:
        """Keep a strategy as the draft; return whether that was possible."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, codec.canonical(strategy))
        except OSError:
            return False
        return True

    def forget(self) -> None:
        """Have no draft any more."""
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
