"""A server that trades two coins minute by minute, by a clock that only its clients move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from support.stand_in import MINUTE, START, columns

BARS = 10 * 1440
COINS = {"BTCUSDT": 4, "ETHUSDT": 5}
# So many closed candles still get more volume.
LATE = 3


@cache
def market(symbol: str) -> dict[str, np.ndarray]:
    """Return all candles that a coin ever gets."""
    return columns(BARS, START, COINS[symbol])


class MinuteServer(ThreadingHTTPServer):
    """Answers as Binance does, as far as the newest candles need it; `POST /minute` lets a minute go by."""

    daemon_threads = True

    def __init__(self, now_ms: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.now_ms = now_ms
        self.lock = Lock()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.rows = {symbol: _rows(market(symbol)) for symbol in COINS}

    def answer(self, path: str, asked: dict[str, str]) -> Any:
        """Return what is sent as JSON, None for what is not there."""
        with self.lock:
            now = self.now_ms
        if path == "/api/v3/time":
            return {"serverTime": now}
        if path == "/api/v3/exchangeInfo":
            base = asked["symbol"].removesuffix("USDT")
            return {
                "symbols": [{"symbol": f"{base}USDT", "status": "TRADING", "baseAsset": base, "quoteAsset": "USDT"}]
            }
        if path == "/api/v3/klines" and asked["interval"] == "1m":
            return self._candles(now, asked)
        return None

    def a_minute_later(self) -> int:
        """Let a minute go by and return the time."""
        with self.lock:
            self.now_ms += MINUTE
            return self.now_ms

    def _candles(self, now: int, asked: dict[str, str]) -> list[list[Any]]:
        since, until = int(asked.get("startTime", START)), min(int(asked.get("endTime", now)), now)
        first, last = max(-(-(since - START) // MINUTE), 0), (until - START) // MINUTE + 1
        found, limit = self.rows[asked["symbol"]][first:last], int(asked["limit"])
        found = found[:limit] if "startTime" in asked else found[-limit:]
        late = now // MINUTE * MINUTE - LATE * MINUTE
        return [row if row[0] < late else [*row[:5], str(float(row[5]) / 2), *row[6:]] for row in found]


@contextmanager
def minute_server(now_ms: int) -> Iterator[MinuteServer]:
    """Give a server at work."""
    with MinuteServer(now_ms) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MinuteServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._send(self.server.answer(parts.path, dict(parse_qsl(parts.query))))

    def do_POST(self) -> None:
        self._send(self.server.a_minute_later())

    def _send(self, found: Any) -> None:
        body = json.dumps(found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        with suppress(ConnectionError):  # the client was killed
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _rows(market: dict[str, np.ndarray]) -> list[list[Any]]:
    rows = zip(*(column.tolist() for column in market.values()), strict=True)
    return [[time, *map(str, values), time + MINUTE - 1, "0", 0, "0", "0", "0"] for time, *values in rows]
