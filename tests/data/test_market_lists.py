"""Lists of markets in the words of each exchange, as their documentation gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.stand_in import quick_http

from app.data.exchange import Exchange
from app.data.feed_errors import FeedError, FeedUnavailable
from app.data.feeds import Feeds
from app.data.http import Answer, Http
from app.data.instruments import popular, search
from app.data.markets import MarketLists
from app.settings import Settings

HOST = "http://127.0.0.1:9"


def coinbase(product: str, increment: str, size: str, kind: str = "SPOT", *, stopped: bool = False) -> dict[str, Any]:
    base, quote = product.split("-")[:2]
    return {
        "product_id": product,
        "price": "67060",
        "base_increment": size,
        "quote_increment": increment,
        "price_increment": increment,
        "quote_min_size": "1",
        "base_min_size": size,
        "base_max_size": "3400",
        "status": "online",
        "trading_disabled": stopped,
        "product_type": kind,
        "alias": "",
        "alias_to": [],
        "base_currency_id": base,
        "quote_currency_id": quote,
        "new": False,
        "view_only": False,
    }


def bybit(base: str, quote: str, tick: str, step: str, status: str = "Trading") -> dict[str, Any]:
    return {
        "symbol": base + quote,
        "baseCoin": base,
        "quoteCoin": quote,
        "innovation": "0",
        "status": status,
        "marginTrading": "both",
        "priceFilter": {"tickSize": tick},
        "lotSizeFilter": {"basePrecision": step, "quotePrecision": "0.00000001", "minOrderQty": "0.00004"},
    }


def okx(name: str, tick: str, lot: str, state: str = "live") -> dict[str, Any]:
    base, quote = name.split("-")
    return {
        "instId": name,
        "instType": "SPOT",
        "baseCcy": base,
        "quoteCcy": quote,
        "category": "1",
        "uly": "",
        "tickSz": tick,
        "lotSz": lot,
        "minSz": lot,
        "state": state,
        "listTime": "1548133413000",
        "lever": "10",
        "alias": "",
        "ctType": "",
        "ctVal": "",
        "ctValCcy": "",
        "expTime": "",
        "settleCcy": "",
        "stk": "",
    }


def bitstamp(base: str, quote: str, decimals: int, trading: str = "Enabled", kind: str = "SPOT") -> dict[str, Any]:
    return {
        "name": f"{base}/{quote}",
        "market_symbol": (base + quote).lower(),
        "base_currency": base,
        "base_decimals": 8,
        "counter_currency": quote,
        "counter_decimals": decimals,
        "market_type": kind,
        "minimum_order_value": "10",
        "trading": trading,
        "instant_and_market_orders": "Enabled",
    }


def kraken(base: str, quote: str, decimals: int, status: str = "online") -> dict[str, Any]:
    return {
        "altname": "XBTUSD",
        "wsname": "XBT/USD",
        "aclass_base": "currency",
        "base": base,
        "quote": quote,
        "aclass_quote": "currency",
        "lot": "unit",
        "pair_decimals": decimals,
        "lot_decimals": 8,
        "status": status,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [[0, 0.26]],
        "fees_maker": [[0, 0.16]],
        "ordermin": "1",
    }


# What each exchange answers, by path; a list of pairs in the shape symbol, id, price step, size step, status.
ANSWERS: dict[str, dict[str, Any]] = {
    "coinbase": {
        "/api/v3/brokerage/market/products": {
            "products": [
                coinbase("BTC-USD", "0.01", "0.00000001"),
                coinbase("WAVES-USD", "0.0001", "0.001", stopped=True),
                coinbase("BIT-28NOV26-CDE", "5", "1", "FUTURE"),
            ]
        }
    },
    "bybit": {
        "/v5/market/instruments-info": {
            "retCode": 0,
            "retMsg": "OK",
            "retExtInfo": {},
            "time": 1,
            "result": {
                "category": "spot",
                "list": [
                    bybit("BTC", "USDT", "0.01", "0.000001"),
                    bybit("WAVES", "USDT", "0.0001", "0.01", "Closed"),
                ],
            },
        }
    },
    "okx": {
        "/api/v5/public/instruments": {
            "code": "0",
            "msg": "",
            "data": [okx("BTC-USDT", "0.1", "0.00000001"), okx("WAVES-USDT", "0.0001", "0.001", "suspend")],
        }
    },
    "bitstamp": {
        "/api/v2/markets/": [
            bitstamp("BTC", "USD", 0),
            bitstamp("WAVES", "USD", 5, "Disabled"),
            {**bitstamp("BTC", "USD", 0, kind="PERPETUAL"), "name": "BTC/USD-PERP", "market_symbol": "btcusd-perp"},
        ]
    },
    "kraken": {
        "/0/public/AssetPairs": {
            "error": [],
            "result": {"XXBTZUSD": kraken("XXBT", "ZUSD", 1), "WAVESUSD": kraken("WAVES", "ZUSD", 8, "cancel_only")},
        }
    },
}
FOUND = {
    "coinbase": [
        ("BTC/USD", "BTC-USD", 0.01, 1e-8, "trading"),
        ("WAVES/USD", "WAVES-USD", 1e-4, 1e-3, "ended"),
    ],
    "bybit": [
        ("BTC/USDT", "BTCUSDT", 0.01, 1e-6, "trading"),
        ("WAVES/USDT", "WAVESUSDT", 1e-4, 1e-2, "ended"),
    ],
    "okx": [
        ("BTC/USDT", "BTC-USDT", 0.1, 1e-8, "trading"),
        ("WAVES/USDT", "WAVES-USDT", 1e-4, 1e-3, "ended"),
    ],
    "bitstamp": [
        ("BTC/USD", "btcusd", 1.0, 1e-8, "trading"),
        ("WAVES/USD", "wavesusd", 1e-5, 1e-8, "ended"),
    ],
    "kraken": [
        ("BTC/USD", "XXBTZUSD", 0.1, 1e-8, "trading"),
        ("WAVES/USD", "WAVESUSD", 1e-8, 1e-8, "ended"),
    ],
}
EXCHANGES = sorted(ANSWERS)


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def http(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Http]:
    """Return connections on which the recorded answers come, and note the paths that are asked for."""
    known = {path: body for paths in ANSWERS.values() for path, body in paths.items()}

    def get(url: str, **_: object) -> Answer:
        parts = urlsplit(url)
        asked.append(parts.path)
        assert url.startswith(HOST)
        body = known.get(parts.path)
        if body is not None and parse_qs(parts.query).get("product_type") == ["FUTURE"]:
            body = {"products": []}
        return Answer(200 if body is not None else 404, {}, json.dumps(body or {}).encode())

    with quick_http() as connections:
        monkeypatch.setattr(connections, "get", get)
        yield connections


@pytest.fixture
def feeds(http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Feeds]:
    settings = Settings(**dict.fromkeys(EXCHANGES, (HOST,)))
    with Feeds(settings, http, MarketLists(lambda name: made.exchange(name).markets(), tmp_path)) as made:
        yield made


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_list_has_symbols_ids_steps_and_status_and_spot_pairs_alone(http: Http, name: str) -> None:
    found = Exchange(name, http, (HOST,)).markets()
    assert [(one.symbol, one.id, one.price_step, one.size_step, one.status) for one in found] == FOUND[name]


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_search_finds_what_the_exchange_has_and_asks_once(feeds: Feeds, asked: list[str], name: str) -> None:
    symbols = [symbol for symbol, *_ in FOUND[name]]
    assert [one.symbol for one in search(feeds.lists, "waves", name, now_ms=1)] == symbols[1:]
    assert [one.symbol for one in search(feeds.lists, "btc", name, now_ms=1)] == symbols[:1]
    assert asked.count(next(iter(ANSWERS[name]))) <= 2  # Coinbase is asked for spot and for futures
    before = len(asked)
    assert [one.symbol for one in popular(feeds.lists, name)] == symbols[:1]
    assert len(asked) == before


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_kept_list_gives_the_name_by_which_candles_are_asked_for(feeds: Feeds, name: str) -> None:
    feeds.lists.markets(name, now_ms=1)
    symbol, market_id, price_step, _, _ = FOUND[name][0]
    market = feeds.exchange(name).market(symbol)
    assert (market.id, market.price_step) == (market_id, price_step)


@pytest.mark.parametrize("name", EXCHANGES)
@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"result": 7}', '{"data": [7]}', '{"products": [{}]}'])
def test_nonsense_is_no_list(http: Http, monkeypatch: pytest.MonkeyPatch, name: str, body: str) -> None:
    monkeypatch.setattr(http, "get", lambda *_, **__: Answer(200, {}, body.encode()))
    with pytest.raises(FeedError, match=r"cannot be used\. Try|an empty list|not built as it should") as caught:
        Exchange(name, http, (HOST,)).markets()
    assert body not in str(caught.value)


@pytest.mark.parametrize("name", EXCHANGES)
def test_without_an_answer_there_is_no_list(http: Http, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def nobody(*_: object, **__: object) -> Answer:
        raise FeedUnavailable("nobody there")

    monkeypatch.setattr(http, "get", nobody)
    with pytest.raises(FeedUnavailable, match="nobody there"):
        Exchange(name, http, (HOST,)).markets()
