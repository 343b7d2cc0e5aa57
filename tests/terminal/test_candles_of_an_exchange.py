"""`candles fetch`, `candles search` and a backtest on an instrument, against the stand-in exchange."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.stand_in import DAY, MINUTE, START, as_new, columns, exchange_class

from app import paths
from app.data.candle_cache import CandleCache
from app.data.http import Http, Pace
from app.data.records import CacheFull
from app.jobs.candle_upkeep import CandleUpkeep
from app.terminal import candles_fetch

BARS = 40 * 1440
FIRST = START - 7 * DAY
END = FIRST + BARS * MINUTE


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    with exchange_class()({"BTCUSDT": columns(BARS, FIRST), "OLDUSDT": columns(60, FIRST)}, now=END + 500) as exchange:
        exchange.state.markets["OLDUSDT"].status = "BREAK"
        yield exchange


@pytest.fixture
def exchange(served: Any, blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the exchange as the one and only of this computer, whose caches are empty."""
    as_new(served)
    served.set_now(END + 3_000)
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(paths, "config_folder", lambda: tmp_path)
    monkeypatch.setattr(candles_fetch, "now_ms", served.now)
    monkeypatch.setattr(Http, "pace", lambda self, url, pace: setattr(self._host(url).bucket, "pace", Pace(1e9, 10**6)))
    for name in ("BINANCE", "BINANCE_ARCHIVE", "COINBASE", "KRAKEN", "OKX", "BYBIT", "BITSTAMP"):
        monkeypatch.setenv(f"BLOCKBUILDERS_{name}", served.url)
    return served


def test_fetching_says_what_came_and_again_that_nothing_is_new(exchange: Any, blockbuilders: Any) -> None:
    typed = ("candles", "fetch", "btcusdt", "--from", "2024-12-01", "--to", "2024-12-09")
    answer = blockbuilders(*typed)
    assert answer.code == 0
    assert answer.out == (
        "BTC/USDT on Binance: 11,520 new candles of 1m, 11,520 from 2024-12-01 00:00 to 2024-12-09 00:00 UTC.\n"
    )
    as_new(exchange)
    assert "nothing new, 11,520 from" in blockbuilders(*typed).out
    assert exchange.requests == []


@pytest.mark.parametrize(
    "before", [("candles", "fetch", "btcusdt"), ("backtest", "rsi_dip", "--instrument", "btcusdt")]
)
def test_a_fetch_that_is_stopped_says_what_is_kept_and_goes_on_from_there(
    exchange: Any, blockbuilders: Any, monkeypatch: pytest.MonkeyPatch, before: tuple[str, ...]
) -> None:
    store = CandleCache.store

    def once(*given: Any, **named: Any) -> Any:
        store(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(CandleCache, "store", once)
    answer = blockbuilders(*before, "--from", "2024-11-27", "--to", "2025-01-03")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == "blockbuilders: Stopped. What is stored stays, and the same command goes on from there.\n"
    monkeypatch.setattr(CandleCache, "store", store)
    there = blockbuilders("candles", "status", "--json").json()["series"][0]["candles"]
    found = blockbuilders("candles", "fetch", "btcusdt", "--from", "2024-11-27", "--to", "2025-01-03", "--json").json()
    assert found["candles"] == 37 * 1440
    assert 0 < found["added"] == found["candles"] - there < found["candles"]


def test_an_update_that_is_stopped_says_what_is_kept(
    exchange: Any, blockbuilders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    blockbuilders("candles", "fetch", "btcusdt", "--from", "2025-01-01")

    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(CandleUpkeep, "tick", stopped)
    answer = blockbuilders("candles", "update")
    assert answer.code == 130
    assert answer.err.startswith("blockbuilders: Stopped. What is stored stays")


def test_what_the_exchange_does_not_have_is_counted(exchange: Any, blockbuilders: Any) -> None:
    exchange.gap("BTCUSDT@2024-12-02T10:00/30")
    answer = blockbuilders("candles", "fetch", "BTC/USDT", "--from", "2024-12-02", "--to", "2024-12-03", "--json")
    found = answer.json()
    assert (found["candles"], found["added"], found["missing"], found["problem"]) == (1410, 1410, [], None)
    assert found["gaps"] == [[START + 600 * MINUTE, START + 630 * MINUTE, "unknown"]]
    answer = blockbuilders("candles", "fetch", "BTC/USDT", "--from", "2024-12-02", "--to", "2024-12-03")
    assert (
        "30 minutes without a candle: 30 for no known reason; at most 30 minutes in a row, from 2024-12-02 10:00 UTC."
        in answer.out
    )


def test_a_blocked_exchange_is_said_with_what_is_missing(exchange: Any, blockbuilders: Any) -> None:
    exchange.fault("451")
    answer = blockbuilders("candles", "fetch", "BTC/USDT", "--from", "2025-01-02", "--to", "2025-01-04")
    assert answer.code == 2
    assert "1,440 new candles of 1m" in answer.out
    assert "Not fetched: 2025-01-03 00:00 to 2025-01-03 23:55 UTC" in answer.out
    assert "does not serve this place (451). Use another exchange, or import candles from a file." in answer.err


def test_kraken_is_refused_for_history(exchange: Any, blockbuilders: Any) -> None:
    answer = blockbuilders("candles", "fetch", "BTC/USDT", "--exchange", "kraken", "--from", "2024-12-01")
    assert answer.code == 2
    assert "Kraken gives only its newest 720 candles, here from 2025-01-03 12:00 UTC on." in answer.err


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("XYZ/USDT",), "Binance does not have XYZ/USDT. Did you mean"),
        (("BTC/USDT", "--exchange", "binanc"), "Did you mean binance?"),
        (("nonsense",), "'NONSENSE' is not a pair; write it like BTC/USDT."),
        (("BTC/USDT", "--from", "2025-01-03", "--to", "2025-01-03"), "--from has to be before --to"),
    ],
)
def test_what_cannot_be_fetched_is_refused_in_a_sentence(
    exchange: Any, blockbuilders: Any, typed: tuple[str, ...], sentence: str
) -> None:
    answer = blockbuilders("candles", "fetch", *typed)
    assert answer.code == 2
    assert sentence in answer.err


def test_searching_finds_instruments_with_steps_and_status(exchange: Any, blockbuilders: Any) -> None:
    found = blockbuilders("candles", "search", "usdt", "--json").json()
    assert [(one["symbol"], one["price_step"], one["status"]) for one in found] == [
        ("BTC/USDT", 0.01, "trading"),
        ("OLD/USDT", 0.01, "ended"),
    ]
    as_new(exchange)
    assert "OLD/USDT          0.01    0.00001  does not trade" in blockbuilders("candles", "search", "old").out
    assert blockbuilders("candles", "search", "zzz").out == "Binance has no spot instrument like 'zzz'.\n"
    assert exchange.requests == []


def test_the_popular_instruments_are_there_without_asking(exchange: Any, blockbuilders: Any) -> None:
    found = blockbuilders("candles", "search", "--json").json()
    assert [one["symbol"] for one in found] == [
        f"{base}/USDT" for base in ("BTC", "ETH", "SOL", "BNB", "XRP", "ADA", "DOGE")
    ]
    assert exchange.requests == []
    said = "These are the popular ones. To find others: blockbuilders candles search btc\n"
    for nothing in ([], ["/"]):
        assert blockbuilders("candles", "search", *nothing).out.endswith(said)
    assert said not in blockbuilders("candles", "search", "btc").out


def test_what_is_stored_is_brought_up_to_date(exchange: Any, blockbuilders: Any) -> None:
    exchange.set_now(END - DAY + 3_000)
    for symbol in ("BTC/USDT", "OLD/USDT"):
        assert blockbuilders("candles", "fetch", symbol, "--from", "2024-12-30").code == 0
    exchange.set_now(END + 3_000)
    answer = blockbuilders("candles", "update")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "BTC/USDT on Binance: 1,440 new candles.",
        "OLD/USDT on Binance: not traded now; what is stored stays.",
    ]
    found = blockbuilders("candles", "update", "btc/usdt", "--json").json()
    assert [(one["symbol"], one["added"], one["problem"]) for one in found] == [("BTC/USDT", 0, None)]


def test_what_cannot_be_brought_up_to_date_is_said(exchange: Any, blockbuilders: Any) -> None:
    assert blockbuilders("candles", "fetch", "BTC/USDT", "--from", "2025-01-02").code == 0
    exchange.fault("451")
    exchange.advance(minutes=20)
    answer = blockbuilders("candles", "update")
    assert answer.code == 2
    assert "blockbuilders: BTC/USDT on Binance: 127.0.0.1 does not serve this place (451)." in answer.err


def test_a_backtest_fetches_what_it_needs_and_then_nothing(exchange: Any, blockbuilders: Any) -> None:
    typed = ("backtest", "rsi_dip", "--timeframe", "15m", "--instrument", "BTC/USDT", "--exchange", "binance")
    typed = (*typed, "--from", "2024-12-05", "--to", "2024-12-12", "--json")
    run = blockbuilders(*typed).json()["run"]
    assert run["instrument"] == {"symbol": "BTC/USDT", "exchange": "binance"}
    assert run["range"]["bars"] == 7 * 96
    assert run["dataset"]["source"] == "candles of Binance"
    assert run["dataset"]["first"] < 1_733_356_800_000
    as_new(exchange)
    assert blockbuilders(*typed).json()["run"]["result_hash"] == run["result_hash"]
    assert exchange.requests == []


def test_a_backtest_goes_on_with_what_is_stored_when_the_exchange_is_closed(exchange: Any, blockbuilders: Any) -> None:
    typed = ("backtest", "rsi_dip", "--instrument", "BTC/USDT", "--from", "2024-12-28", "--to", "2025-01-04")
    exchange.fault("451")
    answer = blockbuilders(*typed)
    assert answer.code == 0
    assert "does not serve this place (451)" in answer.err
    assert "Not fetched: 2025-01-03 00:00 to" in answer.err


def test_a_backtest_goes_on_with_what_is_stored_when_nothing_more_can_be(
    exchange: Any, blockbuilders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = ("backtest", "rsi_dip", "--instrument", "BTC/USDT", "--from", "2024-12-28", "--to", "2025-01-04")
    assert blockbuilders("candles", "fetch", "BTC/USDT", "--from", "2024-12-01", "--to", "2025-01-03").code == 0

    def full(*_: object, **__: object) -> None:
        raise CacheFull("The disk has no room.")

    monkeypatch.setattr(CandleCache, "store", full)
    answer = blockbuilders(*typed)
    assert answer.code == 0
    assert answer.err.startswith("blockbuilders: The disk has no room.\nblockbuilders: Not fetched: ")
    assert "2024-12-28 00:00 to 2025-01-03 00:00 UTC" in answer.out


def test_a_backtest_without_any_candles_is_refused(exchange: Any, blockbuilders: Any) -> None:
    exchange.fault("451")
    exchange.state.archive_faults = ["404:BTC"]
    answer = blockbuilders("backtest", "rsi_dip", "--instrument", "BTC/USDT", "--from", "2024-12-28")
    assert answer.code == 2
    assert "does not serve this place (451)" in answer.err


def test_an_exchange_does_not_go_with_a_file(exchange: Any, blockbuilders: Any) -> None:
    answer = blockbuilders("backtest", "rsi_dip", "--exchange", "binance", "--sample", "RIVER/USD")
    assert answer.code == 2
    assert "--exchange goes with --instrument" in answer.err


def test_stored_candles_are_those_of_the_market(exchange: Any, blockbuilders: Any, tmp_path: Path) -> None:
    assert blockbuilders("candles", "fetch", "BTC/USDT", "--from", "2024-11-01").code == 0
    with CandleCache.open(tmp_path / "candles.duckdb", now_ms=0) as cache:
        rows = cache.read(candles_fetch.key_of("btcusdt", "binance"), 0, END)
    wanted = columns(BARS, FIRST)
    assert rows.time.tolist() == wanted["ts"].tolist()
    assert np.array_equal(rows.close, wanted["close"])
