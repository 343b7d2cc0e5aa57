"""The real candles: read whole, and described as their list says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.data.candle_files import read_candle_file
from app.data.candle_summary import describe
from app.market.candles import flaw
from app.market.timeframe import HOUR_MS, MINUTE_MS

# File, rows, first and last candle, step, share present in per cent, gaps, longest gap, the candle before it, and how
# many candles have no volume: the table of the folder's README.
TABLE = """
bitfinex_BTCUSD_1m_2018 520499 2018-01-01T00:00 2018-12-31T23:59 1 99.03 3992 67 2018-06-05T13:33 0
bitfinex_BTCUSD_1m_2019 512727 2019-01-01T00:00 2019-12-31T23:59 1 97.55 9955 197 2019-01-07T10:00 0
bitfinex_ETHUSD_1m_2019 455968 2019-01-01T00:00 2019-12-31T23:56 1 86.75 46729 257 2019-01-07T10:00 0
bitfinex_LTCUSD_1m_2014 110366 2014-01-01T00:24 2014-11-21T23:03 1 23.59 47894 401 2014-05-17T12:53 0
binance_BTCUSDT_1m_2024-12 41761 2024-11-30T23:00 2024-12-29T23:00 1 100.0 0 0 - 0
binance_BTCUSDT_15m_2024-12 2781 2024-12-01T00:00 2024-12-29T23:00 15 100.0 0 0 - 0
binance_BTCUSDT_1h_2017-08_2022-12 46981 2017-08-17T04:00 2022-12-31T23:00 60 99.73 27 33 2018-02-08T00:00 3
binance_um_NEARUSDT_1m_2026-02 40320 2026-02-01T00:00 2026-02-28T23:59 1 100.0 0 0 - 0
binance_um_LTCUSDT_1m_2026-02 40320 2026-02-01T00:00 2026-02-28T23:59 1 100.0 0 0 - 0
binance_um_DOTUSDT_1m_2026-02 40320 2026-02-01T00:00 2026-02-28T23:59 1 100.0 0 0 - 0
binance_ETH_BTC_5m_2018-01 5760 2018-01-10T04:55 2018-01-30T04:50 5 100.0 0 0 - 0
binance_ADA_BTC_5m_2018-01 5720 2018-01-10T04:55 2018-01-30T04:50 5 99.31 5 33 2018-01-15T11:55 0
histdata_EURUSD_1m_2017-01_2017-04 122100 2017-01-02T07:00 2017-05-01T03:58 1 71.33 175 2881 2017-03-31T20:58 122100
mt5_XAUUSD_1m_2026-03_2026-05 54270 2026-03-24T14:00 2026-05-19T23:59 1 66.8 40 4382 2026-04-02T20:57 0
oanda_EURUSD_1m_2014-05 15366 2014-05-01T00:00 2014-05-15T23:59 1 71.14 389 2880 2014-05-02T20:59 15366
oanda_XAUUSD_1h_2015_2019 23823 2015-01-01T23:00 2019-02-25T23:00 60 65.47 928 151 2016-12-09T21:00 23823
"""


def ms(text: str) -> int | None:
    return None if text == "-" else int(np.datetime64(text, "ms").astype(np.int64))


@pytest.mark.parametrize("line", TABLE.split("\n")[1:-1], ids=lambda line: line.split()[0])
def test_a_real_file_is_read_whole_and_described_as_listed(shared_data: Path, line: str) -> None:
    name, rows, first, last, step, share, gaps, longest, after, silent = line.split()
    file = read_candle_file(shared_data / f"{name}.parquet")
    assert (file.in_order, file.repeated_rows) == (True, 0)
    assert flaw(file.candles) is None
    found = describe(file.candles)
    assert (found.rows, found.first, found.last) == (int(rows), ms(first), ms(last))
    assert found.step_ms == int(step) * MINUTE_MS
    assert found.end == found.last + found.step_ms
    assert found.share_present * 100 == pytest.approx(float(share), abs=0.01)
    assert (found.gaps, found.longest_gap, found.longest_gap_after) == (int(gaps), int(longest), ms(after))
    assert (found.zero_volume, found.no_volume) == (int(silent), 0)


def test_every_real_file_is_in_the_list(shared_data: Path) -> None:
    assert {path.stem for path in shared_data.glob("*.parquet")} == {
        line.split()[0] for line in TABLE.split("\n")[1:-1]
    }


def test_a_csv_of_a_real_file_gives_the_same_fingerprint(shared_data: Path, tmp_path: Path) -> None:
    import duckdb

    source = shared_data / "bitfinex_LTCUSD_1m_2014.parquet"
    duckdb.read_parquet(str(source)).write_csv(str(tmp_path / "x.csv"))
    one, other = (read_candle_file(path).candles for path in (source, tmp_path / "x.csv"))
    assert one.fingerprint() == other.fingerprint()


def test_hourly_files_have_an_hourly_step_and_quiet_minutes_do_not_lengthen_it(shared_data: Path) -> None:
    assert read_candle_file(shared_data / "oanda_XAUUSD_1h_2015_2019.parquet").candles.step_ms == HOUR_MS
    assert read_candle_file(shared_data / "bitfinex_LTCUSD_1m_2014.parquet").candles.step_ms == MINUTE_MS
