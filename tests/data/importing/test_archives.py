from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from support.candle_text import rows, table

from app.data.importing import source
from app.data.importing.refusal import ImportRefused

TEXT = table(rows(30))


def packed(*members: tuple[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "name", ["BTCUSD.csv", "deep/folder/BTCUSD.csv", "../../../BTCUSD.csv", "/etc/BTCUSD.csv", "C:\\BTCUSD.csv"]
)
def test_the_table_in_an_archive_is_read_whatever_its_path_says(tried, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.parent.rglob("*.csv"))

    _, report = tried(packed((name, TEXT)), "candles.zip")

    assert len(report.candles) == 30
    assert sorted(tmp_path.parent.rglob("*.csv")) == before


def test_the_names_of_a_file_and_of_the_table_in_it_are_short_and_plain_from_the_start(tmp_path: Path) -> None:
    inside = f"BTCUSD {'x' * 60_000}\n\x1b[31m\u202ered.csv"
    path = tmp_path / f"candles\n\x1b[2J{'y' * 200}.zip"
    path.write_bytes(packed((inside, TEXT)))

    found = source.find_source(path)

    assert found.inner is not None
    for name, ending in ((found.name, "y.zip"), (found.inner, "red.csv")):
        assert len(name) == 120
        assert name.isprintable()
        assert name.endswith(ending)
    assert source.find_source(path, found.name) == found


def test_reports_and_folders_beside_the_table_are_passed_over(tried) -> None:
    archive = packed(
        ("DAT_ASCII_BTCUSD_M1_2017.txt", "no gaps"),
        ("DAT_ASCII_BTCUSD_M1_2017.csv", TEXT),
        ("__MACOSX/._x.csv", "x"),
    )

    assert len(tried(archive, "HISTDATA.zip")[1].candles) == 30


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed(("a.csv", TEXT), ("b.csv", TEXT)), r"2 tables in it \(a\.csv, b\.csv\)"),
        (packed(("picture.png", "x"), ("other.bin", "x")), "no CSV file in it"),
        (packed(), "no CSV file in it"),
        (packed(*((f"{number}.csv", "") for number in range(120))), "120 files in it"),
        (packed(("[Content_Types].xml", ""), ("xl/sheet1.xml", "")), "Excel workbook"),
        (packed(("a.csv", TEXT))[:-40], "damaged"),
        (packed(("a.csv", TEXT))[:200], "damaged"),
        (packed(("a.csv", TEXT)).replace(b"a.csv", b"b.csv", 1), "damaged"),
        (b"PK\x03\x04" + b"\x00" * 50, "damaged"),
        (b"\x1f\x8b" + b"\x00" * 50, "damaged"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive"),
        (b"Rar!\x1a\x07", "RAR archive"),
        (b"ARROW1\x00\x00", "Feather"),
    ],
)
def test_an_archive_that_cannot_be_used_is_refused_in_words(tried, content: bytes, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        tried(content, "candles.bin")


def test_a_damaged_member_is_refused_although_the_archive_opens(tried) -> None:
    content = bytearray(packed(("a.csv", TEXT), compression=zipfile.ZIP_STORED))
    at = content.index(b"4110.5")
    content[at : at + 6] = b"9110.5"

    with pytest.raises(ImportRefused, match="is damaged and cannot be unpacked"):
        tried(bytes(content), "candles.zip")


def test_an_archive_with_a_password_is_refused_in_words(tried) -> None:
    content = bytearray(packed(("a.csv", TEXT)))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1

    with pytest.raises(ImportRefused, match="locked with a password"):
        tried(bytes(content), "candles.zip")


def test_what_unpacks_to_more_than_is_allowed_is_refused_while_it_is_read(
    tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = packed(("a.csv", table(rows(60_000))))
    monkeypatch.setattr(source, "MAX_BYTES", 2_000_000)

    with pytest.raises(ImportRefused, match=r"holds more than 2 MB unpacked"):
        tried(bomb, "candles.zip")
    with pytest.raises(ImportRefused, match=r"has 3 MB; 2 MB is the most"):
        tried(table(rows(60_000)))
