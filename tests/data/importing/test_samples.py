from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from support.importing_now import NOW

from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.originals import Kept
from app.data.importing.proposal import propose
from app.data.importing.refusal import ImportRefused
from app.data.importing.storing import Shelf, store

# What each sample is taken for: layout, series, zone, what its volume counts, and what a trader is told to add.
SAMPLES = {
    "fmt_binance_spot_ms_BTCUSDT-1m-2024-12-05.zip": ("Binance archive (spot)", "BTC/USDT Binance", "UTC", "base"),
    "fmt_binance_spot_us_BTCUSDT-1m-2025-04-04.zip": ("Binance archive (spot)", "BTC/USDT Binance", "UTC", "base"),
    "real_binance_um_NEARUSDT-1m-2026-02-day1.csv": (
        *("Binance archive (futures)", "NEAR/USDT Binance futures"),
        *("UTC", "base"),
    ),
    "real_histdata_ascii_EURUSD_M1_20170310.csv": ("HistData", "EUR/USD HistData", "America/New_York", "none"),
    "fmt_mt4_EURUSD1_20170310.csv": ("MetaTrader 4 history", "EUR/USD MT4", "America/New_York", "none"),
    "real_mt5_python_XAUUSD_M1_2026-04-02.csv": (
        *("MetaTrader 5 for Python", "XAU/USD MT5"),
        *("America/New_York+7", "ticks"),
    ),
    "fmt_mt5_terminal_XAUUSD_M1_2026-04-02.csv": (
        *("MetaTrader 5 terminal", "XAU/USD MT5"),
        *("America/New_York+7", "ticks"),
    ),
    "fmt_mt5_terminal_utf16_XAUUSD_M1_2026-04-02.csv": (
        *("MetaTrader 5 terminal", "XAU/USD MT5"),
        *("America/New_York+7", "ticks"),
    ),
    "fmt_tradingview_BITFINEX_BTCUSD, 1.csv": ("TradingView", "BTC/USD TradingView Bitfinex", "UTC", "base"),
    "fmt_tradingview_iso_BITFINEX_BTCUSD, 1.csv": ("TradingView", "BTC/USD TradingView Bitfinex", "UTC", "base"),
    "fmt_cryptodatadownload_Bitfinex_BTCUSD_minute.csv": (
        *("CryptoDataDownload", "BTC/USD CryptoDataDownload"),
        *("UTC", "base"),
    ),
    "fmt_bitfinex_api_BTCUSD.csv": (
        *("rows of an exchange's API, without a header", "BTC/USD fmt bitfinex api"),
        *("UTC", "base"),
    ),
    "fmt_excel_de_BTCUSD.csv": ("a table of candles", "BTC/USD fmt excel de", "UTC", "base"),
    "fmt_generic_messy_BTCUSD.csv": ("a table of candles", "BTC/USD fmt generic messy", "UTC", "base"),
    "fmt_dukascopy_EURUSD_Candlestick_1_M_BID.csv": ("Dukascopy", "EUR/USD Dukascopy", "UTC", "none"),
}
# One morning in April tells nobody how far the server is ahead.
TOLD = {"fmt_mt5_terminal_utf16_XAUUSD_M1_2026-04-02.csv": Options(zone="America/New_York+7")}


def options(name: str) -> Options:
    return TOLD.get(name, Options())


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_gives_what_is_expected_of_it(samples: Path, name: str) -> None:
    expected = json.loads((samples / "expected.json").read_text())[name]
    proposal = propose(samples / name, options(name))
    report = dry_run(proposal, now_ms=NOW)
    candles = report.candles

    assert report.refusal is None
    assert proposal.questions == ()
    assert report.read == expected["rows"]
    assert report.bad_rows == 0
    assert len(candles) == expected["rows"] - report.repeated
    assert (candles.time[0], candles.time[-1]) == (expected["first_ts"], expected["last_ts"])
    # The sums of samples are given to six decimals.
    assert math.isclose(math.fsum(candles.close), expected["sum_close"], abs_tol=1e-6)
    assert math.isclose(math.fsum(np.nan_to_num(candles.volume)), expected["sum_volume"], abs_tol=1e-6)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_known_for_what_it_is(samples: Path, name: str) -> None:
    proposal = propose(samples / name, options(name))

    assert (proposal.layout.title, proposal.series.key.symbol, str(proposal.zone.zone), proposal.volume) == SAMPLES[
        name
    ]
    assert proposal.step_ms == 60_000


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_stored_and_is_nothing_new_the_second_time(samples: Path, name: str, shelf: Shelf) -> None:
    proposal = propose(samples / name, options(name))
    report = dry_run(proposal, now_ms=NOW)

    first = store(proposal, report, shelf, now_ms=NOW)
    again = store(proposal, report, shelf, now_ms=NOW + 1)

    assert (first.stored.added, first.again) == (len(report.candles), False)
    assert (again.stored.added, again.stored.changed, again.again) == (0, 0, True)
    stored = shelf.cache.read(proposal.series.key, 0, NOW)
    assert stored.fingerprint() == report.candles.fingerprint()
    kept = shelf.originals.find(proposal.source.sha256)
    assert isinstance(kept, Kept)
    with shelf.originals.unpacked(kept) as copy:
        assert copy.read_bytes() == (samples / name).read_bytes()


def test_the_six_bad_rows_of_the_broken_sample_are_listed_with_their_lines(samples: Path, shelf: Shelf) -> None:
    proposal = propose(samples / "fmt_generic_broken_BTCUSD.csv")
    report = dry_run(proposal, now_ms=NOW)

    assert (report.read, report.bad_rows, len(report.candles)) == (60, 6, 54)
    assert [(row.line, row.reason) for row in report.bad] == [
        (7, "has a high below its low"),
        (14, "has no close"),
        (22, "has a volume that cannot be"),
        (33, "has a time that is not on the minute"),
        (42, "has a price that is not above zero (open)"),
        (52, "has no close"),
    ]
    assert report.refusal is not None
    with pytest.raises(ImportRefused, match=r"6 rows are bad of 60 \(10\.0 %\).*line 7 has a high below its low"):
        store(proposal, report, shelf, now_ms=NOW)
    assert shelf.cache.series() == ()
    assert not shelf.originals.folder.exists()


def test_what_is_no_table_of_candles_is_told_so(samples: Path) -> None:
    for name in ("fmt_binance_spot_ms_BTCUSDT-1m-2024-12-05.zip.CHECKSUM", "expected.json"):
        with pytest.raises(ImportRefused, match=r"no table of candles|JSON"):
            propose(samples / name)


def test_a_file_that_does_not_tell_its_zone_asks_for_it_and_is_not_stored(samples: Path, shelf: Shelf) -> None:
    proposal = propose(samples / "fmt_mt5_terminal_utf16_XAUUSD_M1_2026-04-02.csv")

    assert [question.option for question in proposal.questions] == ["--zone"]
    assert "America/New_York+7" in proposal.questions[0].text
    with pytest.raises(ImportRefused, match="In which time zone"):
        store(proposal, dry_run(proposal, now_ms=NOW), shelf, now_ms=NOW)


def test_the_raw_rows_of_an_exchange_get_their_columns_in_the_right_order(samples: Path) -> None:
    proposal = propose(samples / "fmt_bitfinex_api_BTCUSD.csv")

    assert dict(proposal.columns) == {
        "time": "1",
        "open": "2",
        "high": "4",
        "low": "5",
        "close": "3",
        "volume": "6",
    }
    assert "high=4,low=5,close=3" in proposal.notes[0]
