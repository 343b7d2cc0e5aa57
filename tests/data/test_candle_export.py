"""Candles written to files read back to the last bit."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from support.cache import minutes, same

from app.data.candle_export import csv_lines, write_parquet
from app.data.candle_files import read_candles
from app.market.candles import Candles


@pytest.fixture
def rows() -> Candles:
    candles = minutes([1, 2, 3, 5, 8, 13], 3)
    candles.volume[2] = np.nan
    candles.volume[3] = 0.0
    candles.close[:] = np.nextafter(candles.close, 0.0)
    return candles


def test_csv_reads_back_to_the_last_bit(rows: Candles, tmp_path: Path) -> None:
    file = tmp_path / "candles.csv"
    file.write_text("".join(csv_lines(rows)))
    assert same(read_candles(file), rows)
    first, _, third = file.read_text().splitlines()[:3]
    assert first == "ts,open,high,low,close,volume"
    assert third.startswith("1577836920000,100.02,")


def test_parquet_reads_back_to_the_last_bit(rows: Candles, tmp_path: Path) -> None:
    file = tmp_path / "odd [name]*.parquet"
    write_parquet(rows, file)
    assert same(read_candles(file), rows)


def test_nothing_is_a_header_alone() -> None:
    assert list(csv_lines(minutes([]))) == ["ts,open,high,low,close,volume\n"]


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit on the size of files")
def test_what_the_system_said_is_told_and_no_file_beside_is_left(rows: Candles, tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_parquet(rows, tmp_path / "candles.parquet")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert {path.name for path in tmp_path.iterdir()} <= {"candles.parquet"}


def test_a_place_that_cannot_be_written_is_a_failure_of_the_system(rows: Candles, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        write_parquet(rows, tmp_path / "nowhere" / "candles.parquet")
