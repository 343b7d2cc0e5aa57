"""Candle files that cannot be used: the sentence says which file, where, and what to do."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest
from support.candle_file import MINUTE, NAMES, START, Row, rows, write_csv, write_parquet

from app.data import candle_columns, candle_files
from app.data.candle_files import read_candles
from app.errors import CandlesUnavailable
from app.market.timeframe import HOUR_MS


def refusal(path: Path) -> str:
    with pytest.raises(CandlesUnavailable) as refused:
        read_candles(path)
    text = str(refused.value)
    assert text.endswith((".", "?"))
    assert not text.endswith(("..", "?."))
    assert text.isprintable()
    return text


def changed(count: int, row: int, **cells: object) -> list[Row]:
    """Return sound rows of which one has other cells."""
    lines = [dict(zip(NAMES, line, strict=True)) for line in rows(count)]
    lines[row] |= cells
    return [tuple(line.values()) for line in lines]


def test_no_such_file_names_the_nearest(tmp_path: Path) -> None:
    write_csv(tmp_path / "BTCUSD.csv", rows(2))
    assert refusal(tmp_path / "BTCUSB.csv") == "BTCUSB.csv is not there; did you mean BTCUSD.csv?"
    assert refusal(tmp_path / "nowhere" / "x.csv") == "x.csv is not there."


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_that_leads_nowhere_does_not_suggest_itself(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to("gone.csv")
    assert refusal(link) == "link.csv is a link that leads nowhere; name the file itself."


def test_the_folder_one_is_in_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(Path(".")) == f"{candle_columns.plain(str(tmp_path))} is a folder; name one candle file inside it."


def test_a_folder_an_empty_file_and_a_name_that_cannot_be(tmp_path: Path) -> None:
    folder = tmp_path / "candles"
    folder.mkdir()
    assert refusal(folder) == "candles is a folder; name one candle file inside it."
    (tmp_path / "x.csv").touch()
    assert refusal(tmp_path / "x.csv") == "x.csv is empty."
    assert refusal(tmp_path / "a\0b.csv").startswith("a?b.csv ")
    assert refusal(tmp_path / ("x" * 5000)).startswith("x" * 90)
    assert refusal(tmp_path / "a\x1b[31m\n\udcff.csv").startswith("a?[31m??.csv is not there")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(tmp_path / "pipe.csv") == "pipe.csv is not a plain file."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", rows(2))
    path.chmod(0)
    assert refusal(path) == "x.csv cannot be opened (permission denied)."


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", rows(2))
    with path.open("r+b") as stream:
        stream.truncate(200_000_001)
    assert refusal(path) == "x.csv has 200 MB; 200 MB is the most. Cut it into shorter ranges."


def test_more_rows_than_fit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.data import csv_candles, parquet_candles

    monkeypatch.setattr(parquet_candles, "MAX_ROWS", 3)
    monkeypatch.setattr(csv_candles, "MAX_ROWS", 3)
    assert refusal(write_parquet(tmp_path / "x.parquet", rows(4))).startswith("x.parquet has 4 rows; 3 are the most.")
    assert refusal(write_csv(tmp_path / "x.csv", rows(4))).startswith("x.csv has more than 3 rows.")
    assert len(read_candles(write_csv(tmp_path / "y.csv", rows(3)))) == 3


@pytest.mark.parametrize(
    ("start", "kind"), [(b"PK\x03\x04rest", "zip"), (b"\x1f\x8b\x08rest", "gzip"), (b"7z\xbc\xaf\x27\x1c", "7z")]
)
def test_an_archive_is_recognized(tmp_path: Path, start: bytes, kind: str) -> None:
    (tmp_path / "x.csv").write_bytes(start)
    assert refusal(tmp_path / "x.csv") == f"x.csv is a {kind} archive; unpack it and use the file inside."


def test_parquet_that_is_cut_off_or_damaged(tmp_path: Path) -> None:
    whole = write_parquet(tmp_path / "whole.parquet", rows(500)).read_bytes()
    path = tmp_path / "x.parquet"
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(path) == "x.parquet is cut off: its end is missing. Download or export it again."
    path.write_bytes(whole[:4] + b"\xff" * 200 + b"PAR1")
    assert refusal(path).startswith("x.parquet cannot be read as Parquet; it looks damaged.")
    path.write_bytes(b"PAR1")
    assert refusal(path).startswith("x.parquet cannot be read as Parquet")
    path.write_bytes(b"<html>not found</html>")
    assert refusal(path).startswith("x.parquet is not a Parquet file, whatever its name says")


def test_a_parquet_file_with_one_wrong_byte_gives_candles_or_a_sentence(tmp_path: Path) -> None:
    whole = write_parquet(tmp_path / "whole.parquet", rows(500)).read_bytes()
    path = tmp_path / "x.parquet"
    refused = 0
    for place in range(4, len(whole) - 4, 211):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with contextlib.suppress(CandlesUnavailable):
            read_candles(path)
            continue
        refused += 1
    assert refused > 0


def test_no_rows(tmp_path: Path) -> None:
    assert refusal(write_csv(tmp_path / "x.csv", [])) == "x.csv has no candles in it."
    assert refusal(write_parquet(tmp_path / "x.parquet", [])) == "x.parquet has no candles in it."


def test_a_missing_column_names_the_one_that_looks_like_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", rows(2), ("timestamp", *NAMES[1:]))
    assert refusal(path) == (
        "x.csv has no column ts (its column timestamp looks like ts: rename it); "
        "it needs the columns ts open high low close volume."
    )
    path = write_csv(tmp_path / "x.csv", rows(2), ("ts", "open", "hihg", "low", "close", "volume"))
    assert "its column hihg looks like high: rename it" in refusal(path)
    path = write_csv(tmp_path / "x.csv", rows(2), ("ts", "open", "high", "low", "close", "Vol"))
    assert "its column Vol looks like volume: rename it" in refusal(path)
    assert refusal(write_csv(tmp_path / "x.csv", [(1, 2)], ("a", "b"))).startswith("x.csv has none of the columns ts ")
    path = write_parquet(tmp_path / "x.parquet", [(*row, 1.0) for row in rows(2)], {"extra": "DOUBLE"})
    assert len(read_candles(path)) == 2


def test_a_header_that_is_missing_doubled_or_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("1704067200000,1,2,1,1,1\n")
    assert refusal(path) == "x.csv has no header; its first line must name the columns: ts,open,high,low,close,volume."
    write_csv(path, [(*row, 1) for row in rows(2)], (*NAMES, "Close"))
    assert refusal(path) == "x.csv has two columns called close; keep one of them."
    for content in (b"\xff\xfet\0s\0,\0", b"\x89PNG\r\n\x1a\n\0\0", b"x" * 70_000, b"ts,op\xe9n\n"):
        path.write_bytes(content)
        assert refusal(path).startswith("x.csv is neither a Parquet file nor CSV text in UTF-8")


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1 / 1000, "has times that look like seconds; this needs milliseconds (multiply ts by 1000)."),
        (1000, "has times that look like microseconds; this needs milliseconds (divide ts by 1000)."),
        (1_000_000, "has times that look like nanoseconds; this needs milliseconds (divide ts by 1,000,000)."),
    ],
)
def test_times_in_another_unit_are_named(tmp_path: Path, factor: float, words: str) -> None:
    for uneven in (0, 7) if factor > 1 else (0,):
        lines = [(int(row[0] * factor) + uneven, *row[1:]) for row in rows(3)]  # type: ignore[operator]
        assert refusal(write_csv(tmp_path / "x.csv", lines)) == f"x.csv {words}"
        assert refusal(write_parquet(tmp_path / "x.parquet", lines)) == f"x.parquet {words}"


def test_one_time_far_ahead_is_named_with_its_place(tmp_path: Path) -> None:
    lines = changed(4, 2, ts=START * 1000)
    assert "has a time in a year far ahead in line 4 (1704067200000000)" in refusal(
        write_csv(tmp_path / "x.csv", lines)
    )


@pytest.mark.parametrize(("days", "words"), [(10, "candles of 10 days"), (30, "candles of months")])
def test_candles_longer_than_a_week_are_not_taken_for_shorter_ones(tmp_path: Path, days: int, words: str) -> None:
    path = write_csv(tmp_path / "x.csv", rows(5, days * 24 * HOUR_MS))
    assert refusal(path) == f"x.csv has {words}; one week is the longest that can be used."


def test_a_time_off_the_minute_is_named_with_its_place(tmp_path: Path) -> None:
    lines = changed(4, 2, ts=START + 2 * MINUTE + 59_999)
    assert "not on a whole minute in line 4 (1704067379999)" in refusal(write_csv(tmp_path / "x.csv", lines))
    assert "not on a whole minute in row 3 (1704067379999)" in refusal(write_parquet(tmp_path / "x.parquet", lines))


def test_times_that_do_not_fit_their_own_step(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", rows(4, HOUR_MS, START + 30 * MINUTE))
    assert refusal(path) == (
        "x.csv has candles of 1h that do not open at a whole multiple of 1h, in UTC (the first one: 2024-01-01T00:30); "
        "export it with UTC times."
    )
    sundays = rows(3, 7 * 24 * HOUR_MS, START - 24 * HOUR_MS)
    assert "do not open on a Monday at 00:00 UTC" in refusal(write_csv(tmp_path / "x.csv", sundays))


@pytest.mark.parametrize(
    ("cells", "csv", "parquet"),
    [
        ({"open": "nan"}, "has no number for open in line 3", "has no number for open in row 2"),
        ({"high": "inf"}, "has 'inf' where the number for high should be, in line 3", None),
        ({"close": None}, "has nothing for close in line 3", "has no number for close in row 2"),
        ({"ts": None}, "has nothing for ts in line 3", "has no time in row 2"),
        ({"low": -1.0}, "line 3 has a price that is not above zero", "row 2 has a price that is not above zero"),
        ({"low": 0.0}, "line 3 has a price that is not above zero", "row 2 has a price that is not above zero"),
        ({"high": 5.0}, "line 3 has a low or high inside its body", "row 2 has a low or high inside its body"),
        ({"volume": -3.0}, "line 3 has a volume that cannot be", "row 2 has a volume that cannot be"),
        ({"volume": "lots"}, "has 'lots' where the number for volume should be, in line 3", None),
        ({"open": "1,5"}, "has 7 values in line 3, but its first line names 6 columns", None),
        ({"open": "=1+1"}, "has '=1+1' where the number for open should be, in line 3", None),
        ({"ts": "2024-01-01"}, "has the time '2024-01-01' in line 3; ts must be the moment a candle opens", None),
        ({"ts": "9" * 20}, f"has the time '{'9' * 20}' in line 3; ts must be the moment a candle opens", None),
        ({"ts": "1704067260000.5"}, "", None),
    ],
)
def test_a_bad_cell_is_named_with_its_line_or_row(
    tmp_path: Path, cells: dict[str, object], csv: str, parquet: str | None
) -> None:
    lines = changed(4, 1, **cells)
    if csv:
        assert csv in refusal(write_csv(tmp_path / "x.csv", lines))
    if parquet is not None:
        assert parquet in refusal(write_parquet(tmp_path / "x.parquet", lines))


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    text = (
        'ts,note,open,high,low,close,volume\n\n1704067200000,"two\nlines",1,2,1,1,1\n\n1704067260000,x,1,2,1,oops,1\n'
    )
    (tmp_path / "x.csv").write_text(text)
    assert refusal(tmp_path / "x.csv") == "x.csv has 'oops' where the number for close should be, in line 6."


def test_two_different_candles_of_one_time_are_refused_with_both_places(tmp_path: Path) -> None:
    lines = [*rows(4), (START, 10.0, 11.0, 9.0, 10.0, 3.0)]
    message = "has two different candles for the same time in {} and {}; keep one of them."
    assert refusal(write_csv(tmp_path / "x.csv", lines)) == f"x.csv {message.format('line 2', 'line 6')}"
    assert refusal(write_parquet(tmp_path / "x.parquet", lines)) == f"x.parquet {message.format('row 1', 'row 5')}"


def test_lines_with_another_number_of_cells_or_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    good = write_csv(path, rows(2)).read_bytes()
    path.write_bytes(good + b"1704067320000,1,2\n")
    assert refusal(path) == "x.csv has 3 values in line 4, but its first line names 6 columns."
    path.write_bytes(good + b"1704067320000,1,2,1,1,\xff\xfe\n")
    assert "UTF-8" in refusal(path)
    path.write_bytes(good + b"1704067320000,1,2,1,1," + b"9" * 200_000 + b"\n")
    told = "x.csv cannot be read after line 3: a quote is missing there, or it is no table of candles."
    assert refusal(path) == told


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ({"open": "VARCHAR"}, "has varchar in its column open; numbers are needed."),
        ({"ts": "VARCHAR"}, "has varchar in its column ts; numbers are needed."),
        ({"volume": "DOUBLE[]"}, "has double[] in its column volume; numbers are needed."),
    ],
)
def test_parquet_columns_of_the_wrong_kind(tmp_path: Path, types: dict[str, str], words: str) -> None:
    lines = [
        tuple([cell] if "[]" in types.get(name, "") else cell for name, cell in zip(NAMES, row, strict=True))
        for row in rows(2)
    ]
    assert refusal(write_parquet(tmp_path / "x.parquet", lines, types)) == f"x.parquet {words}"


def test_parquet_times_that_are_no_whole_milliseconds(tmp_path: Path) -> None:
    for time, row in ((START + MINUTE + 0.5, 2), (float("nan"), 2), (1e300, 2)):
        path = write_parquet(tmp_path / "x.parquet", changed(3, 1, ts=time), {"ts": "DOUBLE"})
        assert refusal(path) == f"x.parquet has a time that is not a whole number of milliseconds in row {row}."


def test_messages_stay_short_and_plain_whatever_the_file_holds(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", changed(3, 1, close="\x1b[2J" + "z" * 4000))
    text = refusal(path)
    assert len(text) < 300
    assert candle_columns.plain("a\u202eb\n") == "a?b?"
    assert candle_files.MAX_BYTES == 200_000_000
