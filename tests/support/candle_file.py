"""Candle files of every kind, written where a test wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

MINUTE = 60_000
START = 1_704_067_200_000  # Monday 1 January 2024, 00:00 UTC
NAMES = ("ts", "open", "high", "low", "close", "volume")

Row = tuple[object, ...]


def rows(count: int, step: int = MINUTE, start: int = START) -> list[Row]:
    """Return sound candles whose price rises by one each."""
    return [
        (start + place * step, 10.0 + place, 11.0 + place, 9.0 + place, 10.5 + place, 3.0) for place in range(count)
    ]


def write_csv(path: Path, lines: Sequence[Row], names: Sequence[str] = NAMES, between: str = ",") -> Path:
    """Write a header and lines; None is an empty cell."""
    text = [between.join("" if cell is None else str(cell) for cell in row) for row in [tuple(names), *lines]]
    path.write_text("\n".join(text) + "\n")
    return path


def write_parquet(path: Path, lines: Sequence[Row], types: Mapping[str, str] | None = None) -> Path:
    """Write a Parquet file; the types of DuckDB by name, BIGINT for ts and DOUBLE for the others unless given."""
    kinds = {name: "BIGINT" if name == "ts" else "DOUBLE" for name in NAMES} | dict(types or {})
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
        if lines:
            one = f"({', '.join('?' * len(kinds))})"
            connection.execute(
                f"INSERT INTO t VALUES {', '.join([one] * len(lines))}", [cell for row in lines for cell in row]
            )
        connection.table("t").write_parquet(str(path))
    return path
