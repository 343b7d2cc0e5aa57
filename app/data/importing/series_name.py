"""What an imported series is called beside its symbol."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from app.data.candle_columns import plain
from app.data.importing.layouts import Layout
from app.data.importing.refusal import ImportRefused
from app.data.importing.symbols import Symbol

_ALLOWED = re.compile(r"\w[\w .()-]{0,39}")


def name_series(table_name: str, layout: Layout, symbol: Symbol | None, typed: str | None) -> str:
    """Return the name that was typed, or that of the program the file comes from, or else that of the file.

    Files from one program about one instrument and timeframe make one series; a file from nowhere in particular is a
    series of its own, so that two sources are never mixed by chance. Raises ImportRefused for a name that is none.
    """
    if typed is not None:
        name = " ".join(typed.split())
        if not _ALLOWED.fullmatch(name):
            raise ImportRefused(f"{plain(typed)[:40]!r} is not a name for candles; use up to 40 letters and digits.")
        return name
    if layout.series and layout.series != "API":
        exchange = (
            re.match(r"(?:.*_)?([A-Z]{3,12})_[A-Z0-9.]+, ", table_name) if layout.series == "TradingView" else None
        )
        return f"{layout.series} {exchange[1].title()}" if exchange else layout.series
    stem = PurePosixPath(table_name).name.split(".")[0]
    words = re.findall(r"\w+", re.sub("_+", " ", stem))
    own = [word for word in words if symbol is None or word.upper() != symbol.text.replace("/", "")]
    return " ".join(own)[:40].strip() or "file"
