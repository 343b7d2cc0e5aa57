from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from support.candle_text import MINUTE, START, rows, stamp, table

from app.data.candle_columns import plain
from app.data.importing.proposal import propose
from app.data.importing.refusal import ImportRefused
from app.errors import Cancelled

ISO = stamp("%Y-%m-%d %H:%M:%S")
ROWS = rows(40)


def same(report, candles=ROWS) -> bool:
    """Return whether a report has exactly these candles and nothing bad."""
    columns = np.array(candles)
    found = report.candles
    stored = np.stack([found.time, found.open, found.high, found.low, found.close, found.volume], axis=1)
    return report.refusal is None and report.bad_rows == 0 and np.array_equal(stored, columns)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_usual_encoding_is_read(tried, encoding: str) -> None:
    text = table(ROWS, header="Datum,Öffnung,Hoch,Tief,Schluß,Volumen")

    proposal, report = tried(text.encode(encoding))

    assert same(report)
    assert proposal.columns["close"] == "Schluß"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_is_read_and_lines_are_counted_right(tried, ending: str) -> None:
    lines = table(rows(200)).splitlines()
    lines[150] = lines[150].replace(",", ",x", 1)

    _, report = tried(ending.join(lines))

    assert [(row.line, row.reason.split(" where")[0]) for row in report.bad] == [(151, "has 'x4249.5'")]


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
@pytest.mark.parametrize("header", ["time,open,high,low,close,volume", None])
def test_any_delimiter_is_found_with_and_without_a_header(tried, between: str, header: str | None) -> None:
    _, report = tried(table(ROWS, ISO, header=header, between=between))

    assert same(report)


def test_adverts_blank_lines_comments_and_repeated_headers_are_no_rows(tried) -> None:
    lines = table(ROWS).splitlines()
    text = "\n".join(
        [
            "https://www.example.com, your friend in data",
            "",
            *lines[:20],
            "",
            "# a remark",
            lines[0],
            *lines[20:],
            "",
            "",
        ]
    )

    _, report = tried(text)

    assert same(report)
    assert report.read == len(ROWS)


def test_quotes_decimal_commas_and_thousands_are_read_as_they_are_meant(tried) -> None:
    german = table(ROWS, ISO, between=";", number=lambda value: repr(value).replace(".", ","))
    grouped = table(ROWS, ISO, between=";", number=lambda v: f"{v:,.3f}".translate(str.maketrans(",.", ".,")))
    quoted = table(ROWS, lambda time: f'"{ISO(time)}"', number=lambda value: f'"{value:,.3f}"')
    spaced = table(ROWS, ISO, between=";", number=lambda v: f"{v:,.3f}".replace(",", " ").replace(".", ","))

    for text in (german, grouped, quoted, spaced):
        assert same(tried(text)[1])


def test_a_number_that_can_be_read_in_two_ways_is_asked_for(tried) -> None:
    text = table(ROWS, ISO, between="\t", number=lambda value: f"{value:,.0f}")

    proposal, _ = tried(text)
    thousands = tried(text, decimal="point")[1]
    decimals = tried(text, decimal="comma")[1]

    assert [question.option for question in proposal.questions] == ["--decimal"]
    assert "4,100 4100 (--decimal point) or 4.100 (--decimal comma)" in proposal.questions[0].text
    assert thousands.candles.close[0] == 4102.0
    assert decimals.candles.close[0] == 4.102


def test_columns_of_the_same_name_and_blanks_of_indicators_do_not_matter(tried) -> None:
    lines = ["time,open,high,low,close,EMA,EMA,Volume,Volume MA,Volume"]
    lines += [f"{row[0] // 1000},{row[1]},{row[2]},{row[3]},{row[4]},,{row[1]},{row[5]},7,8" for row in ROWS]

    proposal, report = tried("\n".join(lines), "BITSTAMP_BTCUSD, 1.csv")

    assert same(report)
    assert proposal.layout.title == "TradingView"
    assert proposal.columns["volume"] == "8"


def test_a_delimiter_at_the_end_of_rows_is_no_column(tried) -> None:
    lines = table(ROWS).splitlines()

    assert same(tried("\n".join([lines[0], *(f"{line}," for line in lines[1:])]))[1])
    assert same(tried("\n".join([f"{lines[0]},", *lines[1:]]))[1])


def test_a_file_without_volume_has_none(tried) -> None:
    lines = [line.rsplit(",", 1)[0] for line in table(ROWS).splitlines()]

    proposal, report = tried("\n".join(lines))

    assert proposal.volume == "none"
    assert np.isnan(report.candles.volume).all()


def test_a_broken_first_row_is_a_bad_row_and_not_a_header(tried) -> None:
    lines = table(rows(200)).splitlines()
    lines[1] = "x,x,x,x,x,x"

    _, report = tried("\n".join(lines))

    assert [row.line for row in report.bad] == [2]


def test_a_row_of_one_cell_is_said_to_have_one(tried) -> None:
    lines = table(rows(200)).splitlines()
    lines[77] = "end"

    _, report = tried("\n".join(lines))

    assert [row.reason for row in report.bad] == ["has 1 cell where the other rows have 6"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1_000.5", "'1_000.5' where the number for open"),
        ("٤١٠٠", "'٤١٠٠' where the number for open"),
        ("0x10", "'0x10' where the number for open"),
        ("inf", "not above zero"),
        ("nan", "has no open"),
        ("", "has no open"),
        ("1,5", "has 7 cells where the other rows have 6"),
        ('"4', "quotation mark"),
        ("1e999", "not above zero"),
    ],
)
def test_what_is_no_number_makes_its_row_bad_and_no_other(tried, cell: str, words: str) -> None:
    lines = table(rows(200)).splitlines()
    cells = lines[77].split(",")
    lines[77] = ",".join([cells[0], cell, *cells[2:]])

    _, report = tried("\n".join(lines))

    assert [row.line for row in report.bad] == [78]
    assert words in report.bad[0].reason
    assert len(report.candles) == 199
    assert report.refusal is None


def test_a_file_of_lists_as_an_exchange_answers_is_read(tried) -> None:
    import json

    answer = [[row[0], *(str(value) for value in row[1:])] for row in ROWS]

    assert same(tried(json.dumps(answer), "BTCUSD.json")[1])
    assert same(tried(json.dumps(answer, indent=2), "BTCUSD.json")[1])


def test_a_gzip_file_is_read_like_what_is_in_it(tried) -> None:
    proposal, report = tried(gzip.compress(table(ROWS).encode()), "BTCUSD.csv.gz")

    assert same(report)
    assert proposal.symbol is not None
    assert proposal.symbol.text == "BTC/USD"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "is empty"),
        (b"hello", "no table of candles"),
        (b"a,b,c\n1,2,3\n", "no table of candles"),
        (b"%PDF-1.4", "PDF"),
        (b"\x00\x01\x02" * 300, "not text"),
        (b"x" * 3_000_000, "a line of more than"),
        (b'{"time": 1}', "JSON with a name for every value"),
        (b"<html><body>404</body></html>", "no table of candles"),
    ],
)
def test_what_is_no_file_of_candles_is_refused_in_words(tried, content: bytes, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        tried(content)


def test_files_that_are_not_there_folders_and_wrong_endings_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "BTCUSD.csv").write_text(table(ROWS))
    (tmp_path / "candles.parquet").write_text(table(ROWS))
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ImportRefused, match=r"is not there; did you mean BTCUSD\.csv"):
        propose(tmp_path / "BTCUSDT.csv")
    for path, name in ((tmp_path, tmp_path.name), (Path("."), plain(str(tmp_path)))):
        with pytest.raises(ImportRefused) as refused:
            propose(path)
        assert str(refused.value) == f"{name} is a folder; name one file inside it."
    with pytest.raises(ImportRefused, match="is not a Parquet file, whatever its name says"):
        propose(tmp_path / "candles.parquet")


def test_a_row_every_second_and_candles_of_a_month_are_refused(tried) -> None:
    with pytest.raises(ImportRefused, match="a row every 1 s; candles of one minute are the finest"):
        tried(table(rows(90, step=1_000)))
    with pytest.raises(ImportRefused, match="candles of months"):
        tried(table(rows(30, START - START % (31 * 1440 * MINUTE), step=31 * 1440 * MINUTE)))


def test_reading_says_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSD.csv"
    path.write_text(table(rows(40_000)))
    shares: list[float] = []

    propose(path, progress=shares.append)

    assert len(shares) > 1
    assert shares == sorted(shares)
    assert 0.0 < shares[0] < shares[-1] <= 1.0

    def stop(_: float) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        propose(path, progress=stop)
