"""Dates and clock times as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from app.market.timeframe import HOUR_MS, MINUTE_MS

Order = Literal["ymd", "dmy", "mdy"]

_MOST_OFFSET_MS = 14 * HOUR_MS
_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[-./\s]+([A-Za-z]{3,9})\.?[-./,\s]+(\d{4}|\d{2})", re.ASCII)
_NAME_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})", re.ASCII)
_OFFSET = r"(?P<zone>Z|z|(?:UTC|GMT)?(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)?)"
_CLOCK = re.compile(
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,](?P<part>\d{{1,9}}))?)?"
    rf"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*{_OFFSET}",
    re.ASCII,
)
_COMPACT_CLOCK = re.compile(r"(?:(\d{1,2})(\d{2})|(\d{1,2})(\d{2})(\d{2})(\d{3})?)", re.ASCII)


def read_date(text: str, order: Order) -> int | None:
    """Return a date as days since 1970, None where it is none; `order` is for dates that end with the year."""
    text = text.strip(" \tT,")
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
        return _day(year, first, second) if order == "mdy" else _day(year, second, first)
    if found := _NAMED.fullmatch(text):
        return _day(_full_year(found[3]), _month(found[2]), int(found[1]))
    if found := _NAME_FIRST.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    return None


def read_clock(text: str) -> tuple[int, int | None] | None:
    """Return a clock time as milliseconds of the day with the offset from UTC it names (None for none), or None."""
    text = text.strip(" \tT")
    found = _CLOCK.fullmatch(text)
    if found is None:
        return _compact_clock(text)
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"][0] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    part = int((found["part"] or "0").ljust(9, "0")) // 1_000_000
    offset = _offset(found)
    if offset is not None and abs(offset) > _MOST_OFFSET_MS:
        return None
    return hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + part, offset


def possible_orders(texts: Iterable[str]) -> set[Order]:
    """Return in which orders all dates that end with the year can be read: one, both where that stays open, or none."""
    orders: set[Order] = {"dmy", "mdy"}
    for text in texts:
        found = _YEAR_LAST.fullmatch(text.strip(" \tT,"))
        if found and int(found[1]) > 12:
            orders.discard("mdy")
        if found and int(found[3]) > 12:
            orders.discard("dmy")
    return orders


def ends_with_year(text: str) -> bool:
    """Return whether a date is written with numbers alone and the year at its end."""
    return _YEAR_LAST.fullmatch(text.strip(" \tT,")) is not None


def _compact_clock(text: str) -> tuple[int, None] | None:
    found = _COMPACT_CLOCK.fullmatch(text)
    if not found:
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4])
    second, part = int(found[5] or 0), int(found[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + part, None


def _offset(found: re.Match[str]) -> int | None:
    if not found["zone"]:
        return None
    ms = int(found["hours"] or 0) * HOUR_MS + int(found["minutes"] or 0) * MINUTE_MS
    return -ms if found["sign"] == "-" else ms


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= 70 else 2000)


def _month(name: str) -> int:
    at = _MONTHS.find(name[:3].lower())
    return at // 3 + 1 if at >= 0 and at % 3 == 0 else 0


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
