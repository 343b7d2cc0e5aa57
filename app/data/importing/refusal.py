"""Why a file cannot be imported, in words."""

from __future__ import annotations

from typing import NoReturn

from app.data.candle_columns import plain
from app.errors import BlockbuildersError


class ImportRefused(BlockbuildersError):
    """A file was not imported, and nothing that was kept before has changed."""


def refuse(name: str, what: str) -> NoReturn:
    """Raise ImportRefused with a sentence: the file's name, then what is wrong with it."""
    raise ImportRefused(f"{plain(name) or 'The file'} {what}{'' if what.endswith('?') else '.'}")
