from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from support.importing_now import NOW

from app.data.candle_files import read_candles
from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.proposal import propose
from app.data.importing.storing import Shelf, store
from app.market.candles import PRICES, Candles
from app.market.resample import derive
from app.market.timeframe import Timeframe

FILES = {
    "binance_BTCUSDT_1m_2024-12.parquet": "BTC/USDT",
    "binance_BTCUSDT_15m_2024-12.parquet": "BTC/USDT",
    "binance_BTCUSDT_1h_2017-08_2022-12.parquet": "BTC/USDT",
    "binance_ADA_BTC_5m_2018-01.parquet": "ADA/BTC",
    "bitfinex_LTCUSD_1m_2014.parquet": "LTC/USD",
    "histdata_EURUSD_1m_2017-01_2017-04.parquet": "EUR/USD",
    "mt5_XAUUSD_1m_2026-03_2026-05.parquet": "XAU/USD",
}


def hashed(bars: Candles) -> str:
    digest = hashlib.sha256(bars.time.astype("<i8").tobytes())
    for name in PRICES:
        digest.update(getattr(bars, name).astype("<f8").tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("name", FILES)
def test_real_candles_are_imported_to_the_bit(shared_data: Path, name: str) -> None:
    expected = read_candles(shared_data / name)

    proposal = propose(shared_data / name)
    report = dry_run(proposal, now_ms=NOW)

    assert (report.bad_rows, report.repeated, report.refusal, proposal.questions) == (0, 0, None, ())
    assert proposal.symbol is not None
    assert proposal.symbol.text == FILES[name]
    assert hashed(report.candles) == hashed(expected)
    assert report.candles.step_ms == expected.step_ms
    if proposal.volume == "none":
        assert not expected.volume.any()
    else:
        assert np.array_equal(report.candles.volume, expected.volume)


def test_stored_minutes_give_the_longer_bars_that_are_known_to_be_right(shared_data: Path, shelf: Shelf) -> None:
    name = "histdata_EURUSD_1m_2017-01_2017-04.parquet"
    golden = json.loads((shared_data / "golden_derived.json").read_text())
    proposal = propose(shared_data / name)
    store(proposal, dry_run(proposal, now_ms=NOW), shelf, now_ms=NOW)

    candles = shelf.cache.read(proposal.series.key, 0, NOW)

    assert len(golden[name]) >= 5
    for timeframe, known in golden[name].items():
        assert hashed(derive(candles, Timeframe.parse(timeframe)).bars) == known["ohlc_sha256"]


def test_the_weekly_opens_of_four_months_of_local_time_give_new_york(shared_data: Path, tmp_path: Path) -> None:
    from app.data.importing.zones import NEW_YORK, Zone

    candles = read_candles(shared_data / "histdata_EURUSD_1m_2017-01_2017-04.parquet")
    local = Zone(NEW_YORK).from_utc(candles.time).astype("M8[ms]").astype("M8[s]").tolist()
    prices = np.stack([getattr(candles, name) for name in PRICES], axis=1).tolist()
    path = tmp_path / "DAT_ASCII_EURUSD_M1_2017.csv"
    path.write_text(
        "".join(f"{time:%Y%m%d %H%M%S};{';'.join(map(repr, row))};0\n" for time, row in zip(local, prices, strict=True))
    )

    proposal = propose(path)
    report = dry_run(proposal, now_ms=NOW)

    assert (proposal.layout.title, str(proposal.zone.zone)) == ("HistData", "America/New_York")
    assert "in 17 of 17 weeks" in proposal.zone.reasons[1]
    assert hashed(report.candles) == hashed(candles)


@pytest.mark.parametrize(
    "columns",
    [
        "make_timestamp(ts * 1000) AS time, open, high, low, close, volume",
        "make_timestamp(ts * 1000)::TIMESTAMPTZ AS time, open, high, low, close, volume",
        "ts * 1000 AS time, open, high, low, close, volume",
        "(ts // 1000)::INTEGER AS time, open, high, low, close, volume",
        "ts::DOUBLE AS time, open, high, low, close, volume",
        "strftime(make_timestamp(ts * 1000), '%Y-%m-%d %H:%M:%S') AS time, open, high, low, close, volume",
        "ts AS time, open::VARCHAR AS open, high, low, close::DECIMAL(18, 2) AS close, volume",
        'ts AS "the ""time""", close AS c, open AS o, low AS l, high AS h, volume AS v, 7 AS "x;y"',
    ],
)
def test_parquet_of_other_programs_is_read(shared_data: Path, tmp_path: Path, columns: str) -> None:
    import duckdb

    source = shared_data / "binance_BTCUSDT_1m_2024-12.parquet"
    path = tmp_path / "BTCUSDT.parquet"
    duckdb.sql(f"SELECT {columns} FROM '{source}' ORDER BY ts LIMIT 3000").write_parquet(str(path))
    expected = read_candles(source).rows(0, 3000)

    report = dry_run(propose(path, Options(zone="UTC")), now_ms=NOW)

    assert report.bad == ()
    assert hashed(report.candles) == hashed(expected)
    assert np.array_equal(report.candles.volume, expected.volume)


def test_rows_of_parquet_without_a_time_or_a_price_are_bad_rows(shared_data: Path, tmp_path: Path) -> None:
    import duckdb

    source = shared_data / "binance_BTCUSDT_1m_2024-12.parquet"
    path = tmp_path / "BTCUSDT.parquet"
    duckdb.sql(
        "SELECT CASE WHEN i <> 5 THEN ts END AS ts, CASE WHEN i <> 7 THEN open END AS open, high, low, "
        "CASE WHEN i <> 9 THEN close ELSE 'nan' END AS close, volume "
        f"FROM (SELECT *, row_number() OVER (ORDER BY ts) AS i FROM '{source}' LIMIT 1000) ORDER BY i"
    ).write_parquet(str(path))

    report = dry_run(propose(path), now_ms=NOW)

    assert [(row.line, row.reason) for row in report.bad] == [
        (5, "has no time"),
        (7, "has no open"),
        (9, "has no close"),
    ]
    assert len(report.candles) == 997
