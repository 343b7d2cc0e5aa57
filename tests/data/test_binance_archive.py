"""Whole months and days from Binance's archive, with everything that is wrong in it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from support.stand_in import DAY, MINUTE, START, columns, exchange_class, quick_http

from app.data import binance_archive
from app.data.binance_archive import BinanceArchive, day_of, month_of, month_published_ms
from app.data.feed_errors import FeedError, FeedUnavailable, NotPublished, PageRefused
from app.data.http import Answer, Http
from app.data.records import SeriesKey, Span

KEY = SeriesKey("binance", "spot", "BTC/USDT")
MONTH = month_of(START)
TUESDAY = Span(START + DAY, START + 2 * DAY)


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    markets = {"BTCUSDT": columns(), "NEARUSDT": columns(seed=5), "NEWUSDT": columns(1440, START + 60 * DAY)}
    with exchange_class()(markets, kinds={"NEARUSDT": "um"}, now="2025-03-20T00:00:30Z") as exchange:
        yield exchange


@pytest.fixture
def exchange(served: Any) -> Any:
    served.reset()
    served.state.revision = 0
    served.set_now("2025-03-20T00:00:30Z")
    served.state.markets["BTCUSDT"].skew[:] = 0
    return served


@pytest.fixture
def feed(exchange: Any) -> Iterator[BinanceArchive]:
    with quick_http() as http:
        yield BinanceArchive(http, exchange.url)


def asked(exchange: Any) -> list[str]:
    return [request["path"].rsplit("/", 1)[1] for request in exchange.requests]


def test_a_month_has_the_candles_of_the_market(feed: BinanceArchive) -> None:
    page = feed.fetch(KEY, MONTH, now_ms=0)
    wanted = columns()
    assert page.candles.time.tolist() == wanted["ts"].tolist()
    for name in ("open", "high", "low", "close", "volume"):
        assert getattr(page.candles, name).tolist() == wanted[name].tolist()
    assert (page.origin, page.final, page.authoritative) == ("archive month", True, True)
    assert page.covered == Span(START, START + 3 * DAY)
    assert page.size > 50_000


def test_a_day_is_a_part_of_the_month(feed: BinanceArchive) -> None:
    page = feed.fetch(KEY, TUESDAY, now_ms=0)
    assert (page.origin, page.covered) == ("archive day", TUESDAY)
    month = feed.fetch(KEY, MONTH, now_ms=0).candles
    assert page.candles.fingerprint() == month.between(TUESDAY.start, TUESDAY.end).fingerprint()


def test_microseconds_and_milliseconds_are_told_apart_by_the_file(feed: BinanceArchive) -> None:
    start = START + 60 * DAY
    page = feed.fetch(SeriesKey("binance", "spot", "NEW/USDT"), month_of(start), now_ms=0)
    assert page.candles.time[[0, -1]].tolist() == [start, start + 1439 * MINUTE]


def test_a_header_is_told_from_a_row_by_the_file(feed: BinanceArchive) -> None:
    page = feed.fetch(SeriesKey("binance", "um", "NEAR/USDT"), MONTH, now_ms=0)
    assert page.candles.close.tolist() == columns(seed=5)["close"].tolist()


@pytest.mark.parametrize("fault", ["404:2024-12.zip", "missing-checksum:2024-12.zip"])
def test_what_is_not_there_is_not_published(exchange: Any, feed: BinanceArchive, fault: str) -> None:
    exchange.state.archive_faults = [fault]
    with pytest.raises(NotPublished, match=r"no BTCUSDT-1m-2024-12.zip"):
        feed.fetch(KEY, MONTH, now_ms=0)


def test_an_unfinished_month_is_not_published(exchange: Any, feed: BinanceArchive) -> None:
    exchange.set_now("2024-12-20T00:00:00Z")
    with pytest.raises(NotPublished):
        feed.fetch(KEY, MONTH, now_ms=0)
    assert len(exchange.requests) == 1


@pytest.mark.parametrize(("fault", "reason"), [("badsum:2024-12.zip", "checksum"), ("badzip:2024-12.zip", "checksum")])
def test_a_damaged_file_is_fetched_once_more_and_then_refused(
    exchange: Any, feed: BinanceArchive, fault: str, reason: str
) -> None:
    exchange.state.archive_faults = [fault]
    with pytest.raises(PageRefused, match=reason):
        feed.fetch(KEY, MONTH, now_ms=0)
    assert asked(exchange) == ["BTCUSDT-1m-2024-12.zip.CHECKSUM", "BTCUSDT-1m-2024-12.zip"] * 2


def test_a_file_that_was_published_again_has_another_checksum(exchange: Any, feed: BinanceArchive) -> None:
    before = feed.fetch(KEY, MONTH, now_ms=0)
    assert feed.published_checksum(KEY, MONTH) == before.checksum
    exchange.state.revision = 1
    assert feed.published_checksum(KEY, MONTH) != before.checksum
    after = feed.fetch(KEY, MONTH, now_ms=0)
    assert np.count_nonzero(after.candles.volume != before.candles.volume) == 1


def test_open_times_off_the_minute_are_floored_and_told(exchange: Any, feed: BinanceArchive) -> None:
    exchange.state.markets["BTCUSDT"].set_skew("BTCUSDT@2024-12-03T00:00/30/28789")
    page = feed.fetch(KEY, TUESDAY, now_ms=0)
    assert len(page.candles) == 1440
    assert page.notes == ("30 × a candle opened off the minute and counts for the minute it began in.",)


def row(time: int = START, **changes: str) -> str:
    cells = {"time": str(time), "open": "2", "high": "3", "low": "1", "close": "2", "volume": "5"} | changes
    return ",".join([*cells.values(), "0", "0", "0", "0", "0", "0"])


class Files(Http):
    """Serves one zip with a right checksum."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body

    def get(self, url: str, **_: Any) -> Answer:
        if url.endswith(".CHECKSUM"):
            return Answer(200, {}, f"{hashlib.sha256(self.body).hexdigest()}  x\n".encode())
        return Answer(200, {}, self.body)


def zipped(*members: str | bytes, name: str = "x.csv") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, member in enumerate(members):
            archive.writestr(f"{number}{name}", member)
    return stream.getvalue()


def test_rows_may_end_without_a_last_newline_or_with_carriage_returns() -> None:
    for text in (row(), row() + "\n", row() + "\r\n", "open_time" + ",x" * 11 + "\n" + row()):
        assert len(BinanceArchive(Files(zipped(text)), "https://x").fetch(KEY, MONTH, now_ms=0).candles) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "cannot be unpacked"),
        (b"PK\x03\x04nonsense", "cannot be unpacked"),
        (zipped(row())[:-30], "cannot be unpacked"),
        (zipped(row(), row()), "zip of one open file"),
        (zipped(), "zip of one open file"),
        (zipped(""), "does not have 12 columns"),
        (zipped("a,b\n"), "does not have 12 columns"),
        (zipped("open_time" + ",x" * 11 + "\n"), "no candles"),
        (zipped(row() + "\n" + "x" + row()[1:]), "row that is not one of numbers"),
        (zipped(row() + "\n1,2,3\n"), "row that is not one of numbers"),
        (zipped(row() + "\n\xff\xfe\n"), "row that is not one of numbers"),
        (zipped(row(close="nan")), "price that is not a number"),
        (zipped(row(low="9")), "low above its body"),
        (zipped(row(volume="-1")), "volume that cannot be"),
        (zipped(row(time=START + 40 * DAY)), "cannot be"),
        (zipped(row(time=START - 5 * DAY)), "outside the time"),
        (zipped(row(time=10**17)), "not a whole number"),
    ],
)
def test_a_file_with_anything_else_in_it_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(PageRefused, match=reason):
        BinanceArchive(Files(body), "https://x").fetch(KEY, MONTH, now_ms=0)


def test_a_zip_that_grows_when_unpacked_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binance_archive, "UNPACKED_BYTES", 1 << 20)
    body = bytearray(zipped(b"0" * (3 << 20)))
    body[22:26] = body[body.rfind(b"PK\x01\x02") + 24 :][:4] = (100).to_bytes(4, "little")
    with pytest.raises(PageRefused):
        BinanceArchive(Files(bytes(body)), "https://x").fetch(KEY, MONTH, now_ms=0)
    with pytest.raises(PageRefused, match="larger than 1 MiB"):
        BinanceArchive(Files(zipped(b"0" * (3 << 20))), "https://x").fetch(KEY, MONTH, now_ms=0)


def test_an_archive_that_answers_oddly_is_unavailable() -> None:
    class Odd(Http):
        def get(self, url: str, **_: Any) -> Answer:
            return Answer(400, {}, b"")

    with pytest.raises(FeedUnavailable, match="answers 400"):
        BinanceArchive(Odd(), "https://x").fetch(KEY, MONTH, now_ms=0)
    assert issubclass(PageRefused, FeedError)


def test_only_months_and_days_are_in_the_archive() -> None:
    with pytest.raises(ValueError, match="neither a month nor a day"):
        BinanceArchive(Files(b""), "https://x").fetch(KEY, Span(START, START + MINUTE), now_ms=0)


def test_calendar() -> None:
    assert month_of(START) == Span(1_733_011_200_000, 1_735_689_600_000)
    assert day_of(START + 5) == Span(START, START + DAY)
    # January 2025 began on a Wednesday; its first Monday was the 6th.
    assert month_published_ms(MONTH) == 1_735_689_600_000 + 5 * DAY + DAY // 4
