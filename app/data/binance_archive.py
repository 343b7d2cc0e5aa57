"""Binance's archive of whole months and days: zip files with a checksum each."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from datetime import UTC, datetime
from typing import NoReturn

import numpy as np

from app.data.feed import Page
from app.data.feed_errors import FeedUnavailable, NotPublished, PageRefused
from app.data.http import ARCHIVE_BYTES, Answer, Http
from app.data.pages import check_columns
from app.data.records import Origin, SeriesKey, Span
from app.market.timeframe import DAY_MS, Timeframe

# A month of one-minute rows has about 6.5 MB of text.
UNPACKED_BYTES = 64 * 1024 * 1024
_COLUMNS = 12
_FOLDERS = {"spot": "data/spot", "um": "data/futures/um"}


class BinanceArchive:
    """Whole calendar months or days (UTC) from the archive; nothing that is not finished is in it."""

    name = "the Binance archive"

    def __init__(self, http: Http, address: str) -> None:
        self._http = http
        self._address = address

    def fetch(self, key: SeriesKey, span: Span, *, now_ms: int) -> Page:
        """Return the file of `span`, which is one month or one day; what it covers is where it has candles.

        A file may begin late or stop early: the candles of a month in which an instrument was listed, or of one that
        was cut off. A file that is damaged is fetched a second time.

        Raises NotPublished, PageRefused for a file that stays damaged, and what `Http.get` raises.
        """
        url = self._url(key, span)
        try:
            return self._page(url, key, span)
        except PageRefused:
            return self._page(url, key, span)

    def published_checksum(self, key: SeriesKey, span: Span) -> str:
        """Return the checksum that the archive gives for the file of a month or day now. Raises as `fetch` does."""
        return self._checksum(self._url(key, span))

    def _page(self, url: str, key: SeriesKey, span: Span) -> Page:
        checksum = self._checksum(url)
        body = self._file(url, "file", ARCHIVE_BYTES).body
        if hashlib.sha256(body).hexdigest() != checksum:
            _refuse(url, "does not have the checksum it is published with")
        time, values = _columns(url, _unpacked(url, body))
        most = (span.end - span.start) // key.step_ms
        page = check_columns(time, values, step_ms=key.step_ms, window=span, closed_by=span.end, most=most)
        if not len(page.candles):
            _refuse(url, "has no candles in it")
        covered = Span(int(page.candles.time[0]), page.candles.end)
        origin: Origin = "archive day" if span.end - span.start == DAY_MS else "archive month"
        return Page(page.candles, covered, origin, True, True, checksum, len(body), page.notes())

    def _checksum(self, url: str) -> str:
        text = self._file(f"{url}.CHECKSUM", "text", 4096).text
        match = re.match(r"([0-9a-fA-F]{64})\b", text)
        if match is None:
            _refuse(url, "is published with a checksum that is none")
        return match[1].lower()

    def _file(self, url: str, kind: str, most: int) -> Answer:
        answer = self._http.get(url, kind=kind, most=most)
        if answer.status == 404:
            raise NotPublished(f"{self.name} has no {_name(url)}.")
        if answer.status != 200:
            raise FeedUnavailable(f"{self.name} answers {answer.status} for {_name(url)}.")
        return answer

    def _url(self, key: SeriesKey, span: Span) -> str:
        day = datetime.fromtimestamp(span.start / 1000, UTC)
        if span == day_of(span.start):
            period, date = "daily", f"{day:%Y-%m-%d}"
        elif span == month_of(span.start):
            period, date = "monthly", f"{day:%Y-%m}"
        else:
            raise ValueError(f"{span} is neither a month nor a day")
        symbol, timeframe = re.sub("[^A-Z0-9]", "", key.symbol.upper()), Timeframe(key.step_ms)
        folder = f"{_FOLDERS[key.market]}/{period}/klines/{symbol}/{timeframe}"
        return f"{self._address}/{folder}/{symbol}-{timeframe}-{date}.zip"


def month_of(time_ms: int) -> Span:
    """Return the calendar month, in UTC, that holds a moment."""
    day = datetime.fromtimestamp(time_ms / 1000, UTC)
    return Span(_month_start(day.year, day.month), _month_start(day.year, day.month + 1))


def day_of(time_ms: int) -> Span:
    """Return the day, in UTC, that holds a moment."""
    start = time_ms - time_ms % DAY_MS
    return Span(start, start + DAY_MS)


def month_published_ms(month: Span) -> int:
    """Return the moment from which the archive should have a month: the first Monday after it, 06:00 UTC."""
    to_monday = (7 - datetime.fromtimestamp(month.end / 1000, UTC).weekday()) % 7
    return month.end + to_monday * DAY_MS + DAY_MS // 4


def _month_start(year: int, month: int) -> int:
    return int(datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC).timestamp()) * 1000


def _unpacked(url: str, body: bytes) -> bytes:
    """Return the one member of a zip, never more than it may have, whatever size it declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            if len(members) != 1 or members[0].flag_bits & 1:
                _refuse(url, "is not a zip of one open file")
            with archive.open(members[0]) as stream:
                text = stream.read(UNPACKED_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        _refuse(url, "cannot be unpacked")
    if len(text) > UNPACKED_BYTES:
        _refuse(url, f"is larger than {UNPACKED_BYTES >> 20} MiB when unpacked")
    return text


def _columns(url: str, text: bytes) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the open times, in the unit they have, and open, high, low, close and volume."""
    first = text[:1_000].split(b"\n", 1)[0]
    if first.count(b",") != _COLUMNS - 1:
        _refuse(url, f"does not have {_COLUMNS} columns")
    header = 1 if first[:1].isalpha() else 0
    if len(text) <= len(first) + 1 and header:
        _refuse(url, "has no candles in it")
    try:
        table = np.loadtxt(
            io.BytesIO(text),
            delimiter=",",
            usecols=range(6),
            skiprows=header,
            comments=None,
            ndmin=2,
            encoding="latin-1",
        )
    except (ValueError, IndexError):
        _refuse(url, "has a row that is not one of numbers")
    time = table[:, 0]
    if not (np.isfinite(time) & (np.abs(time) < 9e15)).all() or (time != np.floor(time)).any():
        _refuse(url, "has a time that is not a whole number")
    return time.astype(np.int64), [np.ascontiguousarray(table[:, place]) for place in range(1, 6)]


def _refuse(url: str, what: str) -> NoReturn:
    raise PageRefused(f"{_name(url)} of the Binance archive {what}.")


def _name(url: str) -> str:
    return url.rsplit("/", 1)[1]
