"""Finding what can be traded."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.data.instruments import MOST_FOUND, POPULAR, nearest, popular, search, symbol_of
from app.data.markets import Market, MarketLists
from app.data.records import Status


def market(symbol: str, status: Status = "trading") -> Market:
    base, quote = symbol.split("/")
    return Market(symbol, "binance", base + quote, base, quote, 0.01, 0.001, status)


ALL = [
    *map(market, ("ETH/BTC", "WBTC/BTC", "BTC/EUR", "BTC/USDC", "BTC/USDT", "BTCST/USDT", "ETH/USDT", "BTCDOM/USDT")),
    *(market(f"A{number}/USDT") for number in range(80)),
    market("LUNA/USDT", "ended"),
    market("LUNC/USDT"),
]


@pytest.fixture
def lists(tmp_path: Path) -> MarketLists:
    return MarketLists(lambda _: ALL, tmp_path)


def found(lists: MarketLists, text: str) -> list[str]:
    return [market.symbol for market in search(lists, text, "binance", now_ms=1)]


@pytest.mark.parametrize("text", ["BTC/USDT", "btcusdt", "btc-usdt", " Btc_Usdt ", "btc usdt"])
def test_a_symbol_is_found_however_it_is_written(lists: MarketLists, text: str) -> None:
    assert found(lists, text)[0] == "BTC/USDT"
    assert symbol_of(text) == "BTC/USDT"


def test_a_coin_gives_its_usual_pairs_first(lists: MarketLists) -> None:
    assert found(lists, "btc") == [
        *("BTC/USDT", "BTC/USDC", "BTC/EUR", "BTCST/USDT", "BTCDOM/USDT", "WBTC/BTC", "ETH/BTC")
    ]


def test_what_does_not_trade_any_more_comes_last(lists: MarketLists) -> None:
    assert found(lists, "lun") == ["LUNC/USDT", "LUNA/USDT"]


def test_a_search_gives_no_endless_list(lists: MarketLists) -> None:
    assert len(found(lists, "a")) == MOST_FOUND
    assert found(lists, "nothing") == []


def test_nothing_typed_gives_the_popular_ones_without_asking(tmp_path: Path) -> None:
    def ask(_: str) -> list[Market]:
        raise AssertionError("nobody is asked")

    assert [one.symbol for one in search(MarketLists(ask, tmp_path), " ", "coinbase", now_ms=1)] == list(POPULAR)
    assert popular(MarketLists(ask, tmp_path), "coinbase")[0].id == "BTC-USDT"


def test_popular_ones_have_their_steps_once_there_is_a_list(lists: MarketLists) -> None:
    lists.markets("binance", now_ms=1)
    assert [(one.symbol, one.price_step) for one in popular(lists, "binance")] == [
        ("BTC/USDT", 0.01),
        ("ETH/USDT", 0.01),
    ]


def test_the_nearest_symbol_is_named(lists: MarketLists) -> None:
    assert nearest(lists, "BTC/UST", "binance") == "BTC/USDT"
    assert nearest(lists, "DOGECOIN/USDT", "kraken") == "DOGE/USDT"


@pytest.mark.parametrize(("text", "symbol"), [("solfdusd", "SOL/FDUSD"), ("xyz", "XYZ"), ("usdt", "USDT"), ("", "")])
def test_what_is_no_pair_stays_as_it_is(text: str, symbol: str) -> None:
    assert symbol_of(text) == symbol
