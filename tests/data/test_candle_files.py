"""Candle files that can be read, and what comes out of them."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.candle_file import MINUTE, NAMES, START, Row, rows, write_csv, write_parquet

from app.data.candle_files import read_candle_file, read_candles
from app.errors import CandlesUnavailable
from app.market.candles import COLUMNS, Candles, flaw
from app.market.timeframe import DAY_MS, HOUR_MS, WEEK_MS


def as_rows(candles: Candles) -> list[Row]:
    columns = (candles.time, *(getattr(candles, name) for name in COLUMNS))
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_both_kinds_of_file_give_the_rows_written(tmp_path: Path, kind: str) -> None:
    write = write_csv if kind == "csv" else write_parquet
    candles = read_candles(write(tmp_path / f"x.{kind}", rows(5)))
    assert as_rows(candles) == rows(5)
    assert candles.step_ms == MINUTE


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_columns_are_what_compiled_loops_take(tmp_path: Path, kind: str) -> None:
    write = write_csv if kind == "csv" else write_parquet
    shuffled = [rows(5)[place] for place in (3, 0, 4, 1, 2)]
    for lines in (rows(5), shuffled, [*rows(5), rows(5)[2]]):
        candles = read_candles(write(tmp_path / f"x.{kind}", lines))
        for name in ("time", *COLUMNS):
            column = getattr(candles, name)
            assert column.flags.c_contiguous
            assert column.flags.writeable
            assert not np.ma.isMaskedArray(column)
            assert column.dtype == (np.int64 if name == "time" else np.float64)
        assert as_rows(candles) == rows(5)


def test_columns_come_in_any_order_with_others_between_and_in_capitals(tmp_path: Path) -> None:
    names = ("Volume", "note", "Close", "LOW", "high", " open ", "trades", "TS")
    lines = [(v, '"a, ""b"""', c, lo, h, o, 7, t) for t, o, h, lo, c, v in rows(4)]
    assert as_rows(read_candles(write_csv(tmp_path / "x.csv", lines, names))) == rows(4)
    path = tmp_path / "x.parquet"
    duckdb.execute(
        f"COPY (SELECT volume, 'x' AS note, close, low, high, open, ts FROM '{tmp_path / 'x.csv'}') TO '{path}'"
    )
    assert as_rows(read_candles(path)) == rows(4)


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_as_different_programs_write_it(tmp_path: Path, between: str, ending: str, mark: str) -> None:
    lines = [between.join(map(str, line)) for line in [NAMES, *rows(4)]]
    lines.insert(2, "")
    path = tmp_path / "x.csv"
    path.write_bytes((mark + ending.join(lines)).encode())
    assert as_rows(read_candles(path)) == rows(4)


@pytest.mark.parametrize(
    ("step", "places", "expected"),
    [
        (MINUTE, range(3), MINUTE),
        (HOUR_MS, range(3), HOUR_MS),
        (HOUR_MS, (0, 3, 5), HOUR_MS),
        (DAY_MS, range(4), DAY_MS),
        (MINUTE, (0, 5, 15), 5 * MINUTE),
        (MINUTE, (0, 7, 21), MINUTE),
        (MINUTE, (0, 10, 20), 10 * MINUTE),
        (MINUTE, (0, 10, 25), 5 * MINUTE),
        (MINUTE, (1, 11, 21), MINUTE),
        (MINUTE, (0,), MINUTE),
        (WEEK_MS, range(3), WEEK_MS),
    ],
)
def test_the_step_is_how_far_candles_are_apart_or_the_longest_common_timeframe_that_fits(
    tmp_path: Path, step: int, places: tuple[int, ...], expected: int
) -> None:
    lines = [rows(1, start=START + place * step)[0] for place in places]
    candles = read_candles(write_csv(tmp_path / "x.csv", lines))
    assert candles.step_ms == expected
    assert flaw(candles) is None


def test_rows_out_of_order_are_sorted_and_identical_ones_counted_once(tmp_path: Path) -> None:
    plain = rows(6)
    file = read_candle_file(write_csv(tmp_path / "x.csv", plain))
    assert (file.in_order, file.repeated_rows) == (True, 0)
    file = read_candle_file(write_csv(tmp_path / "y.csv", [plain[place] for place in (5, 0, 3, 1, 0, 2, 4, 0)]))
    assert (file.in_order, file.repeated_rows) == (False, 2)
    assert as_rows(file.candles) == plain
    empty = [(*row[:5], None) for row in plain]
    assert read_candle_file(write_csv(tmp_path / "z.csv", [*empty, empty[5]])).repeated_rows == 1


def test_no_volume_is_unknown_and_zero_volume_is_zero(tmp_path: Path) -> None:
    lines = [(*row[:5], volume) for row, volume in zip(rows(4), (None, 0.0, "nan", 2.0), strict=True)]
    volume = read_candles(write_csv(tmp_path / "x.csv", lines)).volume.tolist()
    assert [math.isnan(value) for value in volume] == [True, False, True, False]
    assert volume[1::2] == [0.0, 2.0]
    parquet = write_parquet(tmp_path / "x.parquet", [(*row[:5], None) for row in rows(3)])
    assert np.isnan(read_candles(parquet).volume).all()


@pytest.mark.parametrize(
    "types",
    [
        {"ts": "TIMESTAMP"},
        {"ts": "TIMESTAMP WITH TIME ZONE"},
        {"ts": "TIMESTAMP_NS"},
        {"ts": "DOUBLE"},
        {"ts": "UBIGINT", "volume": "INTEGER"},
        {"open": "FLOAT", "high": "DECIMAL(18,4)", "low": "SMALLINT"},
    ],
)
def test_parquet_columns_of_other_types_are_read_when_they_mean_the_same(tmp_path: Path, types: dict[str, str]) -> None:
    lines: list[Row] = [(t, float(o), h, int(str(lo)[0]), c, 3) for t, o, h, lo, c, _ in rows(2)]
    if types.get("ts", "").startswith("TIMESTAMP"):
        lines = [(f"2024-01-01 00:0{place}:00+00", *line[1:]) for place, line in enumerate(lines)]
        with duckdb.connect() as connection:
            connection.execute("SET timezone = 'America/New_York'")
    lines = [(t, o, h, 9.0, c, v) for t, o, h, _, c, v in lines]
    candles = read_candles(write_parquet(tmp_path / "x.parquet", lines, types))
    assert candles.time.tolist() == [START, START + MINUTE]
    assert as_rows(candles)[0][1:] == (10.0, 11.0, 9.0, 10.5, 3.0)


@pytest.mark.parametrize(
    "name", ["a[1].csv", "a*b?.csv", "q'uo\"te; --.csv", "{a,b}.csv", "ü 漢.csv", "~x.csv", "no-ending"]
)
def test_a_path_means_one_file_whatever_letters_it_has(tmp_path: Path, name: str) -> None:
    for decoy in ("a1.csv", "axbx.csv", "a.csv", "b.csv"):
        write_csv(tmp_path / decoy, rows(9))
    write_csv(tmp_path / name, rows(2))
    assert len(read_candles(tmp_path / name)) == 2
    write_parquet(tmp_path / "plain.parquet", rows(3))
    os.replace(tmp_path / "plain.parquet", tmp_path / name)
    assert len(read_candles(tmp_path / name)) == 3


@pytest.mark.parametrize("folder", ["close=5", "column=4=5", "ts=1"])
def test_a_folder_that_looks_like_a_partition_adds_no_column(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    assert as_rows(read_candles(write_csv(tmp_path / folder / "x.csv", rows(3)))) == rows(3)
    assert as_rows(read_candles(write_parquet(tmp_path / folder / "x.parquet", rows(3)))) == rows(3)


@given(
    lines=st.lists(
        st.tuples(
            st.integers(0, 40).map(lambda place: START + place * MINUTE),
            *[st.one_of(st.floats(1, 100), st.sampled_from([math.nan, math.inf, 0.0, -1.0]))] * 4,
            st.one_of(st.none(), st.floats(-1, 10)),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_whatever_a_file_holds_comes_out_as_sound_candles_or_as_a_sentence(tmp_path: Path, lines: list[Row]) -> None:
    path = write_csv(tmp_path / "x.csv", lines)
    try:
        candles = read_candles(path)
    except CandlesUnavailable as refused:
        text = str(refused)
        assert re.fullmatch(r"x\.csv .*[.?]", text)
    else:
        assert flaw(candles) is None
        assert len(candles) == len({line[0] for line in lines})


def test_reading_imports_no_pandas(tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", rows(3))
    write_parquet(tmp_path / "x.parquet", rows(3))
    code = (
        "import sys; from app.data.candle_files import read_candles; assert 'duckdb' not in sys.modules\n"
        "for name in sys.argv[1:]: read_candles(name)\n"
        "assert 'pandas' not in sys.modules and 'pyarrow' not in sys.modules"
    )
    files = [str(tmp_path / "x.csv"), str(tmp_path / "x.parquet")]
    subprocess.run([sys.executable, "-c", code, *files], check=True, cwd=Path(__file__).parents[2])
