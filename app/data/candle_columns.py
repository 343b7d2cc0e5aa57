"""The columns of a candle file before they are candles: found by name, refused in words."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

import numpy as np

from app.errors import CandlesUnavailable
from app.market.candles import COLUMNS as VALUES
from app.market.candles import PRICES

NAMES = ("ts", *VALUES)
MAX_ROWS = 15_000_000

_ALSO_CALLED = {
    "ts": ("time", "timestamp", "date", "datetime", "open_time", "opentime", "unix", "time_utc", "gmt time"),
    "open": ("o", "open_price"),
    "high": ("h", "high_price"),
    "low": ("l", "low_price"),
    "close": ("c", "close_price"),
    "volume": ("v", "vol", "tick_volume", "tickvol", "volume_btc", "amount"),
}


class OtherLayout(CandlesUnavailable):
    """The file is written in another way than this reads; importing it may take it as it is."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns as read: `time` in milliseconds, `values` by name in the order of candles, NaN where a cell is empty.

    `where` turns a row number from 0 into words: `row 1` of a Parquet file, `line 2` of a text file.
    """

    file: Path
    time: np.ndarray
    values: Mapping[str, np.ndarray]
    where: Callable[[int], str]


def refuse(file: Path, what: str) -> NoReturn:
    """Raise CandlesUnavailable with a sentence: the file's name, then what is wrong with it."""
    raise CandlesUnavailable(_sentence(file, what))


def refuse_layout(file: Path, what: str) -> NoReturn:
    """Raise OtherLayout with such a sentence: what is wrong is only how the file is written."""
    raise OtherLayout(_sentence(file, what))


def _sentence(file: Path, what: str) -> str:
    return f"{plain(file.name or os.path.abspath(file))} {what}{'' if what.endswith('?') else '.'}"


def plain(text: str) -> str:
    """Return text from a file on one line, without anything that moves the cursor, its middle left out if too long."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= 120 else f"{shown[:99]}…{shown[-20:]}"


def find_columns(file: Path, names: Sequence[str]) -> dict[str, int]:
    """Return where each of `ts open high low close volume` stands among `names`; refuse the file if one is missing."""
    known = [name.strip().lower() for name in names]
    missing = [name for name in NAMES if name not in known]
    if len(missing) == len(NAMES):
        refuse_layout(file, f"has none of the columns {' '.join(NAMES)}")
    if missing:
        what = ", ".join(missing) + _nearest(missing[0], names, known)
        refuse_layout(file, f"has no column {what}; it needs the columns {' '.join(NAMES)}")
    twice = [name for name in NAMES if known.count(name) > 1]
    if twice:
        refuse(file, f"has two columns called {twice[0]}; keep one of them")
    return {name: known.index(name) for name in NAMES}


def _nearest(missing: str, names: Sequence[str], known: Sequence[str]) -> str:
    free = {name: shown for name, shown in zip(known, names, strict=True) if name not in NAMES}
    near = [name for name in _ALSO_CALLED[missing] if name in free] or get_close_matches(missing, free, n=1)
    return f" (its column {plain(free[near[0]].strip())} looks like {missing}: rename it)" if near else ""


def check_prices(columns: Columns) -> None:
    """Refuse the file at the first price that is not a number."""
    for name in PRICES:
        empty = np.isnan(columns.values[name])
        if empty.any():
            refuse(columns.file, f"has no number for {name} in {columns.where(int(empty.argmax()))}")
