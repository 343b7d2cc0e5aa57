"""Time zones of files: what the clock showed, as UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from app.data.candle_columns import plain
from app.data.importing.refusal import ImportRefused
from app.market.candles import TimeSeries
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE | re.ASCII)
_SHIFTED = re.compile(r"(.*[A-Za-z])\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?(?:\s*h)?", re.ASCII)
_MOST_MS = 14 * HOUR_MS
NEW_YORK = "America/New_York"


@dataclass(frozen=True)
class Zone:
    """The zone of a clock: `region` (an IANA name, None for UTC) and how far the clock is ahead of it.

    Most brokers' servers run seven hours ahead of New York all year, so that their day ends when New York closes.
    """

    region: str | None = None
    ahead_ms: int = 0

    def __str__(self) -> str:
        if self.region is None and not self.ahead_ms:
            return "UTC"
        hours, rest = divmod(abs(self.ahead_ms), HOUR_MS)
        sign = "-" if self.ahead_ms < 0 else "+"
        shift = f"{sign}{hours}" + (f":{rest // MINUTE_MS:02d}" if rest else "")
        return f"{self.region or 'UTC'}{shift if self.ahead_ms else ''}"

    def title(self) -> str:
        """Return what a trader calls it."""
        if self.region == NEW_YORK:
            shift = str(Zone(None, self.ahead_ms)).removeprefix("UTC")
            return f"New York {shift[0]} {shift[1:]} h" if shift else "New York"
        return str(self)

    def to_utc(self, wall: TimeSeries) -> Moments:
        """Return the moments at which the clock showed `wall`, given in the order of the file."""
        clock = wall - self.ahead_ms
        nothing = np.zeros(len(wall), dtype=bool)
        if self.region is None or not len(wall):
            return Moments(clock, nothing, nothing)
        changes = _changes(self.region, int(clock.min()) // DAY_MS - 2, int(clock.max()) // DAY_MS + 3)
        return _moments(clock, changes)

    def from_utc(self, time: TimeSeries) -> TimeSeries:
        """Return what the clock shows at moments in UTC."""
        if self.region is None or not len(time):
            return time + self.ahead_ms
        changes = _changes(self.region, int(time.min()) // DAY_MS - 2, int(time.max()) // DAY_MS + 3)
        stretch = np.searchsorted(changes.start, time, side="right") - 1
        return time + self.ahead_ms + changes.offset[stretch]


@dataclass(frozen=True, eq=False)
class Moments:
    """UTC times; `missing` marks readings that the clock skips in spring, `twice` those that it shows twice in autumn.

    A reading that comes twice in the file is the earlier moment first and the later one after.
    """

    time: TimeSeries
    missing: np.ndarray
    twice: np.ndarray


def read_zone(text: str) -> Zone:
    """Return the zone that was typed: UTC, UTC+3, America/New_York, New York, New York + 7. Raises ImportRefused."""
    typed = text.strip()
    if typed.upper() in ("UTC", "GMT", "Z", "ETC/UTC"):
        return Zone()
    if found := _OFFSET.fullmatch(typed.replace(" ", "")):
        return Zone(None, _shift(found[1], found[2], found[3], text))
    if region := _region(typed):
        return Zone(region)
    if (found := _SHIFTED.fullmatch(typed)) and (region := _region(found[1].strip())):
        return Zone(region, _shift(found[2], found[3], found[4], text))
    names = sorted(available_timezones())
    cities = {name.rsplit("/", 1)[-1].lower(): name for name in names}
    near = get_close_matches(typed.replace(" ", "_").lower(), [*cities, *map(str.lower, names)], n=1)
    known = next((name for name in names if near and near[0] in (name.lower(), name.rsplit("/", 1)[-1].lower())), None)
    hint = f"did you mean {known}?" if known else "try UTC, UTC+3, America/New_York or America/New_York+7"
    raise ImportRefused(f"{plain(typed)[:40]!r} is not a time zone; {hint}.")


def _region(text: str) -> str | None:
    """Return the IANA name that was typed, whatever its capitals; a city will do."""
    wanted = text.replace(" ", "_").lower()
    if wanted in ("utc", "gmt"):
        return None
    names = sorted(available_timezones())
    exact = [name for name in names if name.lower() == wanted]
    cities = [name for name in names if "/" in name and name.rsplit("/", 1)[-1].lower() == wanted]
    return next(iter([*exact, *cities]), None)


def _shift(sign: str, hours: str, minutes: str | None, typed: str) -> int:
    ms = int(hours) * HOUR_MS + int(minutes or 0) * MINUTE_MS
    if ms > _MOST_MS:
        raise ImportRefused(f"{plain(typed)[:40]!r} is not a time zone: no clock is more than 14 hours off.")
    return -ms if sign == "-" else ms


@dataclass(frozen=True, eq=False)
class _Changes:
    """A clock's changes: from UTC moment `start[i]` on it is `offset[i]` ms ahead of UTC, until `start[i + 1]`."""

    start: TimeSeries
    offset: TimeSeries


@lru_cache(maxsize=64)
def _changes(region: str, first_day: int, end_day: int) -> _Changes:
    zone = ZoneInfo(region)
    days = range(first_day, end_day + 1)
    offsets = [_offset(zone, day * DAY_MS) for day in days]
    starts, found = [first_day * DAY_MS], [offsets[0]]
    for place in range(1, len(offsets)):
        if offsets[place] != offsets[place - 1]:
            starts.append(_moment_of_change(zone, days[place - 1] * DAY_MS))
            found.append(offsets[place])
    return _Changes(np.array(starts, dtype=np.int64), np.array(found, dtype=np.int64))


def _moment_of_change(zone: ZoneInfo, day_ms: int) -> int:
    before = _offset(zone, day_ms)
    low, high = 0, DAY_MS // MINUTE_MS
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, day_ms + middle * MINUTE_MS) == before:
            low = middle
        else:
            high = middle
    return day_ms + high * MINUTE_MS


def _offset(zone: ZoneInfo, time_ms: int) -> int:
    offset = (_EPOCH + timedelta(milliseconds=time_ms)).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * 1000


def _moments(clock: TimeSeries, changes: _Changes) -> Moments:
    # What the clock shows when a stretch of one offset begins and ends.
    begins = changes.start + changes.offset
    ends = np.append(changes.start[1:] + changes.offset[:-1], np.iinfo(np.int64).max)
    stretch = np.searchsorted(ends, clock, side="right")
    missing = clock < begins[stretch]
    after = np.minimum(stretch + 1, len(begins) - 1)
    twice = (after > stretch) & (clock >= begins[after])
    later = twice & _comes_later(clock, twice)
    return Moments(clock - changes.offset[np.where(later, after, stretch)], missing, twice)


def _comes_later(clock: TimeSeries, twice: np.ndarray) -> np.ndarray:
    """Return which of the doubtful readings are the later moment: those that the file, in order of time, has again."""
    later = np.zeros(len(clock), dtype=bool)
    places = np.flatnonzero(twice)
    if len(places):
        newest_first = bool(clock[0] > clock[-1])
        ordered = places[::-1] if newest_first else places
        _, first = np.unique(clock[ordered], return_index=True)
        again = np.ones(len(ordered), dtype=bool)
        again[first] = False
        later[ordered[again]] = True
    return later
