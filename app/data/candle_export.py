"""Candles as a file for other programs: CSV or Parquet, with the columns that `candle_files` reads."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.data import duck
from app.data.candle_columns import NAMES
from app.data.candle_rows import columns
from app.market.candles import Candles

_ROWS_AT_A_TIME = 50_000


def csv_lines(candles: Candles) -> Iterator[str]:
    """Yield a header and a line per candle; `ts` is its open time in UTC milliseconds, an unknown volume is empty.

    The numbers read back to the last bit.
    """
    yield ",".join(NAMES) + "\n"
    for start in range(0, len(candles), _ROWS_AT_A_TIME):
        part = candles.rows(start, min(start + _ROWS_AT_A_TIME, len(candles)))
        *prices, volume = (map(repr, column.tolist()) for column in columns(part))
        volumes = ("" if value == "nan" else value for value in volume)
        for cells in zip(map(str, part.time.tolist()), *prices, volumes, strict=True):
            yield ",".join(cells) + "\n"


def write_parquet(candles: Candles, path: Path) -> None:
    """Write a Parquet file with the same columns; half of it stays where that fails. Raises OSError."""
    named = dict(zip(NAMES, [np.ascontiguousarray(candles.time), *columns(candles)], strict=True))
    connection = duck.connect(":memory:")
    try:
        connection.register("candles", named)
        table = connection.table("candles")
        duck.asked(connection, lambda: table.write_parquet(str(path), compression="zstd", use_tmp_file=False))
    except duck.errors() as error:
        # What the system said comes last.
        raise OSError(errno.EIO, str(error).rpartition(": ")[2]) from error
    finally:
        connection.close()
