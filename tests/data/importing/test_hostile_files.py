"""Whatever a file holds: it is imported as sound candles, or refused with a sentence. Nothing else ever happens."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.candle_text import rows, stamp, table
from support.importing_now import NOW

from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.preview import preview
from app.data.importing.proposal import propose
from app.data.importing.refusal import ImportRefused
from app.export.run_json import json_text
from app.market.candles import flaw
from app.terminal.import_page import import_object, page
from app.terminal.screen import drawn


def packed(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("BTCUSDT-1m-2019-01.csv"), text)
    return stream.getvalue()


def parquet() -> bytes:
    """Return a small Parquet file."""
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        values = ", ".join(f"({','.join(map(repr, row))})" for row in rows(240))
        duckdb.sql(f"SELECT * FROM (VALUES {values}) AS t(ts, open, high, low, close, volume)").write_parquet(str(path))
        return path.read_bytes()


GOOD = (
    table(rows(240)).encode(),
    table(rows(240), stamp("%Y.%m.%d,%H:%M"), header=None).encode(),
    table(rows(240), stamp("%d.%m.%Y %H:%M:%S.000"), between=";").encode("utf-8-sig"),
    table(rows(240), stamp("%m/%d/%Y %I:%M %p"), between="\t").encode("utf-16"),
    table(rows(240), stamp('"%Y-%m-%dT%H:%M:%SZ"'), number=lambda value: f'"{value:,.2f}"').encode(),
    str([[row[0], *map(str, row[1:])] for row in rows(240)]).replace("'", '"').encode(),
    gzip.compress(table(rows(240)).encode(), mtime=0),
    packed(table(rows(240), header=None)),
    parquet(),
)


def check(path: Path, options: Options = Options()) -> None:  # noqa: B008
    """Import a file on trial; whatever comes of it is sound or a sentence."""
    try:
        proposal = propose(path, options)
        report = dry_run(proposal, now_ms=NOW)
    except ImportRefused as refused:
        sentence = str(refused)
        assert sentence.isprintable()
        assert sentence[-1] in ".?"
        return
    assert flaw(report.candles) is None
    assert report.candles.end <= NOW
    assert np.isfinite(report.candles.close).all()
    assert len(report.candles) + report.bad_rows <= report.read
    assert len(preview(proposal)) <= 20
    drawn(page(proposal, report))
    json_text(import_object(proposal, report, None))


PIECES = [*(sign.encode() for sign in '\n\r,;"\0-:]\t'), b"[[", b"e9", b"nan", b"1e308", b"\xff\xfe"]
CELLS = [
    *("", "1", "-1", "0", "1546848000", "1546848060000", "2019-01-07", "08:00", "7/1/19", "4155.4", "4,155", "x"),
    *("nan", "inf", "1e5", '"', "<OPEN>", "open", "high", "low", "close", "time", "20190107", "9" * 30),
]
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.floats(0, 1), st.binary(min_size=1, max_size=6)),
        st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 60)),
        st.tuples(st.just("twice"), st.floats(0, 1), st.integers(1, 200)),
        st.tuples(
            st.just("insert"),
            st.floats(0, 1),
            st.sampled_from(PIECES),
        ),
    ),
    min_size=1,
    max_size=6,
)


def mutated(content: bytes, changes: list[tuple[str, float, object]]) -> bytes:
    data = bytearray(content)
    for kind, where, what in changes:
        at = int(where * len(data))
        match kind, what:
            case "put", bytes():
                data[at : at + len(what)] = what
            case "insert", bytes():
                data[at:at] = what
            case "cut", int():
                del data[at : at + what]
            case "twice", int():
                data[at:at] = data[at : at + what]
    return bytes(data)


@pytest.mark.parametrize("good", range(len(GOOD)))
@settings(max_examples=30)
@given(changes=CHANGES)
def test_any_mutation_of_a_good_file_is_sound_candles_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, good: int, changes: list[tuple[str, float, object]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "BTCUSD.csv"
    path.write_bytes(mutated(GOOD[good], changes))

    check(path)


@settings(max_examples=100)
@given(
    st.lists(
        st.lists(
            st.sampled_from(CELLS),
            min_size=1,
            max_size=9,
        ),
        max_size=12,
    ),
    st.sampled_from(list(",;\t| ")),
)
def test_any_table_is_sound_candles_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]], between: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_text("\n".join(between.join(row) for row in cells))

    check(path, Options(symbol="BTC/USD", zone="Europe/Berlin"))


@settings(max_examples=80)
@given(st.binary(max_size=400))
def test_any_bytes_are_sound_candles_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)

    check(path)


@settings(max_examples=40)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "zone": st.text(max_size=12),
            "symbol": st.text(max_size=12),
            "name": st.text(max_size=12),
            "columns": st.dictionaries(st.sampled_from(["time", "open", "volume", "x"]), st.text(max_size=6)),
            "dates": st.sampled_from(["dmy", "mdy", "?"]),
            "decimal": st.sampled_from(["point", "comma", "?"]),
            "calendar": st.sampled_from(["fx", "metals", "24x7", "?"]),
        },
    )
)
def test_any_options_are_taken_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, options: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "BTCUSD.csv"
    path.write_bytes(GOOD[0])
    try:
        chosen = Options(**options)  # type: ignore[arg-type]
    except ImportRefused:
        return

    check(path, chosen)
