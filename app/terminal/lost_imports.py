"""Imports that the cache has lost, made again from the kept files whenever the cache is opened."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app import paths
from app.errors import CandlesUnavailable
from app.terminal import screen

if TYPE_CHECKING:
    from app.data.candle_cache import CandleCache

NOTHING = "No candles are stored yet. To fetch a year of them: blockbuilders candles fetch BTC/USDT"


def anything_stored() -> bool:
    """Say whether there are candles: a cache, or at least kept files of which one can be made."""
    from app.data.candle_cache import default_path

    return default_path().exists() or any((paths.data_folder() / "imports").glob("*.json"))


def need_anything_stored() -> None:
    """Raise CandlesUnavailable when there are no candles."""
    if not anything_stored():
        raise CandlesUnavailable(NOTHING)


def make_again(cache: CandleCache) -> None:
    """Make lost imports again and say which; where nothing was ever imported this costs nothing."""
    if not (paths.data_folder() / "imports").exists():
        return
    from app.data.importing.originals import Originals, default_folder
    from app.data.importing.storing import Shelf, rebuild

    for sentence in rebuild(Shelf(cache, Originals(default_folder())), now_ms=time.time_ns() // 1_000_000):
        screen.complain(screen.shown(sentence))
